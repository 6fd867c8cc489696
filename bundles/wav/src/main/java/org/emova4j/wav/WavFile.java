package org.emova4j.wav;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
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
   * Writes mono samples to every channel; leaves the stream open.
   *
   * @throws UnsupportedAudioException if they are more than the format can hold
   */
  public static void write(FloatBuffer mono, Form form, OutputStream out)
      throws IOException, UnsupportedAudioException {
    int bytes = form.bytes();
    int frameSize = bytes * form.channels();
    long data = (long) mono.remaining() * frameSize;
    if (data > MAX_DATA) {
      throw new UnsupportedAudioException(
          "wav can't hold %d samples; at most %d fit"
              .formatted(mono.remaining(), MAX_DATA / frameSize));
    }
    out.write(header(form, mono.remaining(), bytes));
    ByteBuffer block = ByteBuffer.allocate(BLOCK * frameSize).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < mono.remaining(); from += BLOCK) {
      block.clear();
      for (int i = from; i < Math.min(mono.remaining(), from + BLOCK); i++) {
        for (int c = 0; c < form.channels(); c++) {
          put(block, mono.get(i), bytes);
        }
      }
      out.write(block.array(), 0, block.position());
    }
    if (data % 2 != 0) {
      out.write(0);
    }
  }

  private static byte[] header(Form form, int samples, int bytes) {
    boolean isFloat = form.format() == AudioFormat.WAV_FLOAT;
    int frameSize = bytes * form.channels();
    long data = (long) samples * frameSize;
    // Formats other than integers carry the size of an (empty) extension and a fact chunk.
    int fmtSize = isFloat ? 18 : 16;
    int headerSize = 12 + 8 + fmtSize + (isFloat ? 12 : 0) + 8;
    ByteBuffer b = ByteBuffer.allocate(headerSize).order(ByteOrder.LITTLE_ENDIAN);
    b.put(ascii("RIFF")).putInt((int) (headerSize - 8 + data + data % 2)).put(ascii("WAVE"));
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
