package org.emova4j.audio.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.MediaTags;
import org.emova4j.api.speech.UnsupportedAudioException;

/** RIFF WAVE, written front to back: all sizes are known before the first byte. */
final class WavFile {
  private static final int PCM = 1;
  private static final int IEEE_FLOAT = 3;
  private static final long MAX_DATA = 0xFFFF_FFFFL - 64;
  private static final int BLOCK = 4096;

  private WavFile() {}

  /**
   * @param source of the plan's channels
   * @param length how many samples it has
   */
  static void write(
      SampleSource source, int length, EncodingPlan plan, MediaTags tags, OutputStream out)
      throws IOException, UnsupportedAudioException, FfmpegException {
    int bytes =
        switch (plan.format()) {
          case WAV -> 2;
          case WAV24 -> 3;
          case WAV_FLOAT -> 4;
          default -> throw new IllegalArgumentException("format %s".formatted(plan.format()));
        };
    int frameSize = bytes * plan.channels();
    byte[] after = WavTags.chunks(tags, plan.sampleRate());
    long data = (long) length * frameSize;
    if (data + after.length > MAX_DATA) {
      throw new UnsupportedAudioException(
          "wav can't hold %d samples; at most %d fit".formatted(length, MAX_DATA / frameSize));
    }
    out.write(header(plan, length, bytes, after.length));
    ByteBuffer block = ByteBuffer.allocate(BLOCK * frameSize).order(ByteOrder.LITTLE_ENDIAN);
    float[][] samples = new float[plan.channels()][BLOCK];
    for (int n; (n = source.read(samples, BLOCK)) > 0; ) {
      block.clear();
      for (int i = 0; i < n; i++) {
        for (float[] channel : samples) {
          put(block, channel[i], bytes);
        }
      }
      out.write(block.array(), 0, block.position());
    }
    if (data % 2 != 0) {
      out.write(0);
    }
    out.write(after);
  }

  private static byte[] header(EncodingPlan plan, int samples, int bytes, int after) {
    boolean isFloat = plan.format() == AudioFormat.WAV_FLOAT;
    int frameSize = bytes * plan.channels();
    long data = (long) samples * frameSize;
    // Formats other than integers carry the size of an (empty) extension and a fact chunk.
    int fmtSize = isFloat ? 18 : 16;
    int headerSize = 12 + 8 + fmtSize + (isFloat ? 12 : 0) + 8;
    ByteBuffer b = ByteBuffer.allocate(headerSize).order(ByteOrder.LITTLE_ENDIAN);
    b.put(ascii("RIFF"))
        .putInt((int) (headerSize - 8 + data + data % 2 + after))
        .put(ascii("WAVE"));
    b.put(ascii("fmt ")).putInt(fmtSize);
    b.putShort((short) (isFloat ? IEEE_FLOAT : PCM)).putShort((short) plan.channels());
    b.putInt(plan.sampleRate()).putInt(plan.sampleRate() * frameSize);
    b.putShort((short) frameSize).putShort((short) (8 * bytes));
    if (isFloat) {
      b.putShort((short) 0);
      b.put(ascii("fact")).putInt(4).putInt(samples);
    }
    b.put(ascii("data")).putInt((int) data);
    return b.array();
  }

  private static void put(ByteBuffer target, float sample, int bytes) {
    switch (bytes) {
      case 2 -> target.putShort(Pcm.to16(sample));
      case 3 -> {
        int value = Pcm.to24(sample);
        target.putShort((short) value).put((byte) (value >> 16));
      }
      default -> target.putFloat(sample);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
