package org.emova4j.audio.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Hand-made WAV files, independent of the writer under test. */
final class WavBytes {
  private static final byte[] PCM_GUID_END =
      HexFormat.of().parseHex("000000001000800000aa00389b71");

  private WavBytes() {}

  /** 16-bit; {@code channels[c][i]} is sample i of channel c. */
  static byte[] pcm16(int rate, short[]... channels) {
    ByteBuffer data =
        ByteBuffer.allocate(2 * channels.length * channels[0].length)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < channels[0].length; i++) {
      for (short[] channel : channels) {
        data.putShort(channel[i]);
      }
    }
    return wav(1, rate, channels.length, 16, data.array());
  }

  /** As {@link #pcm16} with places: bits of a channel mask, in order. */
  static byte[] placed16(int rate, int mask, short[]... channels) {
    byte[] plain = pcm16(rate, channels);
    int extension = 24;
    ByteBuffer all = ByteBuffer.allocate(plain.length + extension).order(ByteOrder.LITTLE_ENDIAN);
    all.put(plain, 0, 36).putShort((short) 22).putShort((short) 16).putInt(mask);
    all.putShort((short) 1).put(PCM_GUID_END).put(plain, 36, plain.length - 36);
    all.putInt(4, plain.length + extension - 8).putInt(16, 16 + extension);
    all.putShort(20, (short) 0xFFFE);
    return all.array();
  }

  static byte[] float32(int rate, float... samples) {
    ByteBuffer data = ByteBuffer.allocate(4 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(samples);
    return wav(3, rate, 1, 32, data.array());
  }

  static byte[] wav(int tag, int rate, int channels, int bits, byte[] data) {
    int frame = channels * bits / 8;
    ByteBuffer header = ByteBuffer.allocate(44).order(ByteOrder.LITTLE_ENDIAN);
    header.put(ascii("RIFF")).putInt(36 + data.length).put(ascii("WAVEfmt ")).putInt(16);
    header.putShort((short) tag).putShort((short) channels).putInt(rate).putInt(rate * frame);
    header.putShort((short) frame).putShort((short) bits).put(ascii("data")).putInt(data.length);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(header.array());
    all.writeBytes(data);
    return all.toByteArray();
  }

  static short[] constant(double level, int length) {
    short[] samples = new short[length];
    Arrays.fill(samples, (short) Math.round(level * 32768));
    return samples;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
