package org.emova4j.wav.internal;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The samples of a RIFF WAVE stream, read front to back and channels mixed with equal weights.
 * Confined to one thread.
 */
final class WavInput {
  private static final int PCM = 1;
  private static final int IEEE_FLOAT = 3;
  private static final int EXTENSIBLE = 0xFFFE;
  private static final int MAX_CHANNELS = 64;
  private static final int MAX_FORMAT_BYTES = 4096;
  private static final int BLOCK_FRAMES = 4096;
  private static final long UNKNOWN_SIZE = 0xFFFF_FFFFL;

  // Full scale is 1; integers that somebody forgot to scale still pass.
  private static final float MAX_MAGNITUDE = 1e12f;

  private final InputStream stream;
  private final long maxBytes;
  private long read;
  private Form form;
  private long left; // bytes of sound
  private boolean sized;

  /**
   * @param bytes of one sample
   */
  record Form(boolean isFloat, int bytes, int channels, int sampleRate) {
    int frameSize() {
      return bytes * channels;
    }

    String codec() {
      String kind = isFloat ? "f" : bytes == 1 ? "u" : "s";
      return "pcm_%s%d%s".formatted(kind, 8 * bytes, bytes == 1 ? "" : "le");
    }
  }

  private WavInput(InputStream stream, long maxBytes) {
    this.stream = stream;
    this.maxBytes = maxBytes;
  }

  /**
   * Reads up to the first sample.
   *
   * @throws IOException if it is no WAV, or of a kind that isn't read; the message says why
   */
  static WavInput open(InputStream stream, long maxBytes) throws IOException {
    WavInput input = new WavInput(stream, maxBytes);
    input.readHeader();
    return input;
  }

  Form form() {
    return form;
  }

  /** As the header states it; empty for a stream whose writer didn't know. */
  Optional<Long> frames() {
    return sized ? Optional.of(left / form.frameSize()) : Optional.empty();
  }

  private void readHeader() throws IOException {
    ByteBuffer riff = bytes(12, "it is no WAV file");
    String kind = ascii(riff, 0);
    if (!(kind.equals("RIFF") || kind.equals("RF64")) || !ascii(riff, 8).equals("WAVE")) {
      throw new IOException("it is no WAV file, and nothing here reads others");
    }
    long dataOf64 = -1;
    while (true) {
      ByteBuffer chunk = bytes(8, "it ends before its sound begins");
      String name = ascii(chunk, 0);
      long size = Integer.toUnsignedLong(chunk.getInt(4));
      switch (name) {
        case "data" -> {
          if (form == null) {
            throw new IOException("its sound comes before its format");
          }
          begin(size, dataOf64);
          return;
        }
        case "fmt " -> form = form(chunkBytes(size));
        case "ds64" -> dataOf64 = chunkBytes(size).getLong(8);
        default -> skip(size + size % 2);
      }
    }
  }

  private void begin(long size, long dataOf64) {
    if (size == UNKNOWN_SIZE && dataOf64 >= 0) {
      left = dataOf64;
      sized = true;
    } else {
      // Writers to pipes leave the greatest number, or none: then all that follows is sound.
      sized = size != UNKNOWN_SIZE && size != 0;
      left = sized ? size : Long.MAX_VALUE;
    }
  }

  private ByteBuffer chunkBytes(long size) throws IOException {
    if (size < 16 || size > MAX_FORMAT_BYTES) {
      throw new IOException(
          "a header chunk of %d bytes is outside 16..%d".formatted(size, MAX_FORMAT_BYTES));
    }
    ByteBuffer chunk = bytes((int) size, "it ends inside its header");
    skip(size % 2);
    return chunk;
  }

  private static Form form(ByteBuffer chunk) throws IOException {
    int tag = Short.toUnsignedInt(chunk.getShort(0));
    int channels = Short.toUnsignedInt(chunk.getShort(2));
    int rate = chunk.getInt(4);
    int align = Short.toUnsignedInt(chunk.getShort(12));
    int bits = Short.toUnsignedInt(chunk.getShort(14));
    if (tag == EXTENSIBLE && chunk.capacity() >= 26) {
      tag = Short.toUnsignedInt(chunk.getShort(24));
    }
    boolean isFloat = tag == IEEE_FLOAT;
    boolean known =
        isFloat ? bits == 32 || bits == 64 : tag == PCM && bits >= 1 && bits <= 32 && bits % 8 == 0;
    if (!known) {
      throw new IOException(
          "its codec %d with %d bits is not read in plain Java, which knows PCM of 8, 16, 24 and 32"
                  .formatted(tag, bits)
              + " bits and floats of 32 and 64");
    }
    if (channels < 1 || channels > MAX_CHANNELS) {
      throw new IOException("its %d channels are outside 1..%d".formatted(channels, MAX_CHANNELS));
    }
    if (align != channels * bits / 8) {
      throw new IOException(
          "its frames of %d bytes don't hold %d channels of %d bits"
              .formatted(align, channels, bits));
    }
    return new Form(isFloat, bits / 8, channels, rate);
  }

  /**
   * The next samples of each side, or empty arrays at the end. A last frame that is cut off is left
   * out.
   *
   * @param sides the channels that each is the mean of
   */
  float[][] next(List<int[]> sides) throws IOException {
    int frameSize = form.frameSize();
    int wanted = (int) Math.min((long) BLOCK_FRAMES * frameSize, left / frameSize * frameSize);
    byte[] block = stream.readNBytes(wanted);
    count(block.length);
    left = block.length < wanted ? 0 : left - wanted;
    ByteBuffer data = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    float[][] samples = new float[sides.size()][block.length / frameSize];
    for (int side = 0; side < samples.length; side++) {
      int[] channels = sides.get(side);
      for (int i = 0; i < samples[side].length; i++) {
        double sum = 0;
        for (int c : channels) {
          sum += sample(data, (i * form.channels() + c) * form.bytes());
        }
        samples[side][i] = (float) (sum / channels.length);
      }
    }
    return samples;
  }

  private double sample(ByteBuffer data, int at) {
    if (form.isFloat()) {
      double value = form.bytes() == 4 ? data.getFloat(at) : data.getDouble(at);
      // A NaN fails every comparison, so this asks for the good ones.
      return Math.abs(value) <= MAX_MAGNITUDE ? value : 0;
    }
    return switch (form.bytes()) {
      case 1 -> (Byte.toUnsignedInt(data.get(at)) - 128) / 128.0;
      case 2 -> data.getShort(at) / 32_768.0;
      case 3 ->
          (Short.toUnsignedInt(data.getShort(at)) | data.get(at + 2) << 16) / (double) (1 << 23);
      default -> data.getInt(at) / 2_147_483_648.0;
    };
  }

  private ByteBuffer bytes(int size, String whatIfShort) throws IOException {
    byte[] bytes = stream.readNBytes(size);
    count(bytes.length);
    if (read == 0) {
      throw new EOFException("it is empty");
    }
    if (bytes.length < size) {
      throw new EOFException(whatIfShort);
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void skip(long size) throws IOException {
    if (size > maxBytes - read) {
      throw overLimit();
    }
    try {
      stream.skipNBytes(size);
    } catch (EOFException e) {
      throw new IOException("it ends before its sound begins", e);
    }
    count(size);
  }

  private void count(long more) throws IOException {
    read += more;
    if (read > maxBytes) {
      throw overLimit();
    }
  }

  private IOException overLimit() {
    return new IOException("it is over the limit of %d bytes".formatted(maxBytes));
  }

  private static String ascii(ByteBuffer bytes, int at) {
    byte[] name = new byte[4];
    bytes.get(at, name);
    return new String(name, StandardCharsets.ISO_8859_1);
  }
}
