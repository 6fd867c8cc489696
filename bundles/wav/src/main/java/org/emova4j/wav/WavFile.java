package org.emova4j.wav;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.speech.UnsupportedAudioException;

/** RIFF WAVE, written front to back: all sizes are known before the first byte. */
public final class WavFile {
  private static final int PCM = 1;
  private static final int IEEE_FLOAT = 3;
  private static final long MAX_DATA = 0xFFFF_FFFFL - 64;
  private static final int BLOCK = 4096;

  private WavFile() {}

  /** What is written: one of the three WAV formats, the rate in hertz, and on how many channels. */
  public record Form(AudioFormat format, int sampleRate, int channels) {
    int bytes() {
      return switch (format) {
        case WAV -> 2;
        case WAV24 -> 3;
        case WAV_FLOAT -> 4;
        default -> throw new IllegalArgumentException("format %s".formatted(format));
      };
    }
  }

  /** Whether a format is one of those that are written here. */
  public static boolean holds(AudioFormat format) {
    return format == AudioFormat.WAV
        || format == AudioFormat.WAV24
        || format == AudioFormat.WAV_FLOAT;
  }

  /**
   * Where samples come from, front to back.
   *
   * @param <X> what reading them may throw
   */
  @FunctionalInterface
  public interface Samples<X extends Exception> {
    /**
     * Delivers the next samples.
     *
     * @param target an array of at least {@code count} for each channel
     * @return {@code count}, or fewer at the end, 0 after it
     */
    int read(float[][] target, int count) throws X;
  }

  /**
   * Writes one sound to every channel, or one to each; leaves the stream open.
   *
   * @param sides of one length, as many as the channels, or one
   * @throws UnsupportedAudioException if they are more than the format can hold
   */
  public static void write(List<FloatBuffer> sides, Form form, OutputStream out)
      throws IOException, UnsupportedAudioException {
    int length = sides.get(0).remaining();
    int[] from = new int[1];
    Samples<RuntimeException> samples =
        (target, count) -> {
          int n = Math.min(count, length - from[0]);
          for (int c = 0; c < target.length; c++) {
            FloatBuffer side = sides.get(Math.min(c, sides.size() - 1));
            side.get(side.position() + from[0], target[c], 0, n);
          }
          from[0] += n;
          return n;
        };
    write(samples, length, form, new byte[0], out);
  }

  /**
   * Writes samples, and leaves the stream open.
   *
   * @param source of the form's channels
   * @param length how many samples of each channel it has
   * @param after chunks that follow the samples, an even number of bytes
   * @throws UnsupportedAudioException if they are more than the format can hold
   */
  public static <X extends Exception> void write(
      Samples<X> source, int length, Form form, byte[] after, OutputStream out)
      throws X, IOException, UnsupportedAudioException {
    int bytes = form.bytes();
    int frameSize = bytes * form.channels();
    long data = (long) length * frameSize;
    if (data + after.length > MAX_DATA) {
      throw new UnsupportedAudioException(
          "wav can't hold %d samples; at most %d fit".formatted(length, MAX_DATA / frameSize));
    }
    out.write(header(form, length, bytes, after.length));
    ByteBuffer block = ByteBuffer.allocate(BLOCK * frameSize).order(ByteOrder.LITTLE_ENDIAN);
    float[][] samples = new float[form.channels()][BLOCK];
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

  private static byte[] header(Form form, int samples, int bytes, int after) {
    boolean isFloat = form.format() == AudioFormat.WAV_FLOAT;
    int frameSize = bytes * form.channels();
    long data = (long) samples * frameSize;
    // Formats other than integers carry the size of an (empty) extension and a fact chunk.
    int fmtSize = isFloat ? 18 : 16;
    int headerSize = 12 + 8 + fmtSize + (isFloat ? 12 : 0) + 8;
    ByteBuffer b = ByteBuffer.allocate(headerSize).order(ByteOrder.LITTLE_ENDIAN);
    b.put(ascii("RIFF"))
        .putInt((int) (headerSize - 8 + data + data % 2 + after))
        .put(ascii("WAVE"));
    b.put(ascii("fmt ")).putInt(fmtSize);
    b.putShort((short) (isFloat ? IEEE_FLOAT : PCM)).putShort((short) form.channels());
    b.putInt(form.sampleRate()).putInt(form.sampleRate() * frameSize);
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
