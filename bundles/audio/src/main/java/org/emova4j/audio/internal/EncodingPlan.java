package org.emova4j.audio.internal;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.wav.WavFile;

/**
 * What exactly is written for the options that a caller gave.
 *
 * @param sampleRate in hertz, one that the codec knows
 * @param bitRate bits a second, or 0 for lossless formats
 */
record EncodingPlan(AudioFormat format, int sampleRate, int bitRate, int channels) {
  private static final List<Integer> MP3_RATES =
      List.of(8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000);
  private static final List<Integer> OPUS_RATES = List.of(8_000, 12_000, 16_000, 24_000, 48_000);
  private static final List<Integer> AAC_RATES =
      List.of(
          7_350, 8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000,
          88_200, 96_000);

  // In thousands of bits a second, as the MPEG standard lists them.
  private static final int[] MPEG1_LAYER3 = {
    32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320
  };
  private static final int[] MPEG2_LAYER3 = {
    8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160
  };
  private static final int[] MPEG25_LAYER3 = {8, 16, 24, 32, 40, 48, 56, 64};

  private static final int FLAC_MAX_RATE = 655_350;
  private static final int FLAC_FINE_RATES = 65_535;

  static EncodingPlan of(EncodeOptions options, int ownRate) throws UnsupportedAudioException {
    AudioFormat format = options.format();
    int rate =
        options.sampleRate().isPresent()
            ? checkedRate(format, options.sampleRate().getAsInt())
            : nearestRate(format, ownRate);
    int channels = options.channels();
    int bitRate =
        options.bitRate().isPresent()
            ? checkedBitRate(format, rate, channels, options.bitRate().getAsInt())
            : defaultBitRate(format, rate, channels);
    return new EncodingPlan(format, rate, bitRate, channels);
  }

  /** Whether it is written without FFmpeg. */
  boolean isOwnWav() {
    return WavFile.holds(format);
  }

  WavFile.Form wav() {
    return new WavFile.Form(format, sampleRate, channels);
  }

  /** Encoders of other formats make no file of nothing. */
  void requireSamples(int length) throws UnsupportedAudioException {
    if (length == 0 && !isOwnWav() && !isFlac(format)) {
      throw new UnsupportedAudioException(
          "%s can't hold a sound without samples; wav, wav24, wav-float and flac can"
              .formatted(format.id()));
    }
  }

  private static List<Integer> rates(AudioFormat format) {
    return switch (format) {
      case MP3 -> MP3_RATES;
      case OPUS -> OPUS_RATES;
      case M4A -> AAC_RATES;
      case WAV, WAV24, WAV_FLOAT, WAV_ULAW, WAV_ALAW, FLAC, FLAC24, AIFF, AIFF24 -> List.of();
    };
  }

  private static int checkedRate(AudioFormat format, int rate) throws UnsupportedAudioException {
    List<Integer> known = rates(format);
    if (!known.isEmpty() && !known.contains(rate)) {
      throw new UnsupportedAudioException(
          "%s can't hold a sample rate of %d Hz; it knows %s Hz"
              .formatted(
                  format.id(),
                  rate,
                  known.stream().map(String::valueOf).collect(Collectors.joining(", "))));
    }
    if (isFlac(format) && !flacHolds(rate)) {
      throw new UnsupportedAudioException(
          "flac can't hold a sample rate of %d Hz; it knows up to %d Hz, and multiples of 10 up to %d Hz"
              .formatted(rate, FLAC_FINE_RATES, FLAC_MAX_RATE));
    }
    return rate;
  }

  /** The lowest that keeps every frequency, else the highest. */
  private static int nearestRate(AudioFormat format, int rate) {
    if (isFlac(format) && !flacHolds(rate)) {
      return Math.min(FLAC_MAX_RATE, (rate + 9) / 10 * 10);
    }
    List<Integer> known = rates(format);
    return known.isEmpty()
        ? rate
        : known.stream().filter(r -> r >= rate).findFirst().orElse(known.get(known.size() - 1));
  }

  private static boolean isFlac(AudioFormat format) {
    return format == AudioFormat.FLAC || format == AudioFormat.FLAC24;
  }

  private static boolean flacHolds(int rate) {
    return rate <= FLAC_FINE_RATES || (rate % 10 == 0 && rate <= FLAC_MAX_RATE);
  }

  private static int[] mp3BitRates(int rate) {
    return rate >= 32_000 ? MPEG1_LAYER3 : rate >= 16_000 ? MPEG2_LAYER3 : MPEG25_LAYER3;
  }

  private static int checkedBitRate(AudioFormat format, int rate, int channels, int bitRate)
      throws UnsupportedAudioException {
    switch (format) {
      case MP3 -> {
        int[] known = mp3BitRates(rate);
        if (IntStream.of(known).noneMatch(k -> k * 1000 == bitRate)) {
          throw new UnsupportedAudioException(
              "mp3 at %d Hz can't hold a bit rate of %d; it knows %s"
                  .formatted(
                      rate,
                      bitRate,
                      IntStream.of(known)
                          .mapToObj(k -> k + "000")
                          .collect(Collectors.joining(", "))));
        }
      }
      case OPUS -> checkRange(format, rate, bitRate, 6_000, Math.min(510_000, 256_000 * channels));
      // A frame of 1024 samples holds at most 6144 bits a channel.
      case M4A -> checkRange(format, rate, bitRate, 6_000, 6 * rate * channels);
      case WAV_ULAW, WAV_ALAW ->
          throw new UnsupportedAudioException(
              "%s has 8 bits a sample and takes no bit rate, but %d was asked for"
                  .formatted(format.id(), bitRate));
      case WAV, WAV24, WAV_FLOAT, FLAC, FLAC24, AIFF, AIFF24 ->
          throw new UnsupportedAudioException(
              "%s is lossless and takes no bit rate, but %d was asked for"
                  .formatted(format.id(), bitRate));
    }
    return bitRate;
  }

  private static void checkRange(AudioFormat format, int rate, int bitRate, int min, int max)
      throws UnsupportedAudioException {
    if (bitRate < min || bitRate > max) {
      throw new UnsupportedAudioException(
          "%s at %d Hz can't hold a bit rate of %d; it knows %d to %d"
              .formatted(format.id(), rate, bitRate, min, max));
    }
  }

  private static int defaultBitRate(AudioFormat format, int rate, int channels) {
    boolean mono = channels == 1;
    return switch (format) {
      case MP3 -> rate >= 32_000 ? (mono ? 96_000 : 160_000) : rate >= 16_000 ? 64_000 : 32_000;
      case OPUS -> rate > 16_000 ? (mono ? 40_000 : 64_000) : (mono ? 32_000 : 48_000);
      case M4A -> Math.min(6 * rate * channels, rate > 24_000 ? 96_000 : 64_000);
      case WAV, WAV24, WAV_FLOAT, WAV_ULAW, WAV_ALAW, FLAC, FLAC24, AIFF, AIFF24 -> 0;
    };
  }
}
