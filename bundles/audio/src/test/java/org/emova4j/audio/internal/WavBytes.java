package org.emova4j.audio.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Hand-made WAV files, independent of the writer under test. */
final class WavBytes {
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
