package org.emova4j.api.audio;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;

/**
 * What to encode to.
 *
 * @param format container and codec
 * @param sampleRate in hertz; empty keeps the sound's own, or the nearest that the codec knows
 * @param bitRate bits a second for lossy codecs; empty leaves it to the codec's default here
 * @param channels 1 or 2 (the mono sound on both)
 */
public record EncodeOptions(
    AudioFormat format, OptionalInt sampleRate, OptionalInt bitRate, int channels) {
  public EncodeOptions {
    requireNonNull(format, "format");
    requireNonNull(sampleRate, "sampleRate");
    requireNonNull(bitRate, "bitRate");
    if (channels < 1 || channels > 2) {
      throw new IllegalArgumentException("channels %d is outside 1..2".formatted(channels));
    }
    if (sampleRate.isPresent()
        && (sampleRate.getAsInt() < Audio.MIN_SAMPLE_RATE
            || sampleRate.getAsInt() > Audio.MAX_SAMPLE_RATE)) {
      throw new IllegalArgumentException(
          "sampleRate %d is outside %d..%d Hz"
              .formatted(sampleRate.getAsInt(), Audio.MIN_SAMPLE_RATE, Audio.MAX_SAMPLE_RATE));
    }
    if (bitRate.isPresent() && (bitRate.getAsInt() < 6_000 || bitRate.getAsInt() > 640_000)) {
      throw new IllegalArgumentException(
          "bitRate %d is outside 6000..640000 bits a second".formatted(bitRate.getAsInt()));
    }
  }

  /** The same in another format. */
  public EncodeOptions withFormat(AudioFormat other) {
    return new EncodeOptions(other, sampleRate, bitRate, channels);
  }

  /** The format's defaults: the sound's own rate, mono. */
  public static EncodeOptions of(AudioFormat format) {
    return new EncodeOptions(format, OptionalInt.empty(), OptionalInt.empty(), 1);
  }
}
