package org.emova4j.audio.internal;

import java.util.OptionalDouble;
import org.emova4j.api.audio.LevelTarget;

/**
 * Loudness after EBU R128 (ITU-R BS.1770-4: K-weighted, gated) and the true peak of its annex 2, by
 * FFmpeg's {@code ebur128}, which oversamples to 192 kHz: four times and more.
 */
final class LevelMeter {
  /** The filters of the K-weighting lie below half of it. */
  static final int MIN_RATE = 4_000;

  /** The gate of BS.1770: what is quieter, or shorter than one block of 0.4 s, has no loudness. */
  private static final double GATE = -70;

  private static final int BLOCK = 4096;
  private static final String FILTER = "ebur128@meter";

  private LevelMeter() {}

  /**
   * What was measured.
   *
   * @param lufs integrated loudness
   * @param rms of all samples of all channels, in decibels to full scale
   * @param truePeak in decibels to full scale
   */
  record Level(double lufs, double rms, double truePeak) {
    /** By a measure, or NaN where it has none. */
    double by(LevelTarget.Measure measure) {
      double value = measure == LevelTarget.Measure.LUFS ? lufs : rms;
      return value > GATE ? value : Double.NaN;
    }

    /** The same sound at another gain. */
    Level amplified(double decibels) {
      return new Level(lufs + decibels, rms + decibels, truePeak + decibels);
    }
  }

  /**
   * Reads a source to its end, and closes it.
   *
   * @throws FfmpegException if its rate is below {@link #MIN_RATE}
   */
  static Level measure(SampleSource source) throws FfmpegException {
    Meter meter = new Meter(source);
    if (source.rate() < MIN_RATE) {
      source.close();
      throw new FfmpegException(
          "the loudness of sound at %d Hz can't be measured; %d Hz are the least"
              .formatted(source.rate(), MIN_RATE));
    }
    try (FilterChain chain = new FilterChain(meter, FILTER + "=peak=true")) {
      drain(chain);
      return new Level(
          chain.value(FILTER, "integrated"), meter.rms(), chain.value(FILTER, "true_peak"));
    }
  }

  /**
   * Integrated loudness alone, in LUFS; reads a source to its end, and closes it. Empty where
   * nothing passes the gate, or the rate is below {@link #MIN_RATE}.
   */
  static OptionalDouble loudness(SampleSource source) throws FfmpegException {
    if (source.rate() < MIN_RATE) {
      source.close();
      return OptionalDouble.empty();
    }
    try (FilterChain chain = new FilterChain(source, FILTER)) {
      drain(chain);
      double lufs = chain.value(FILTER, "integrated");
      return lufs > GATE ? OptionalDouble.of(lufs) : OptionalDouble.empty();
    }
  }

  /** Only what the filter says in the end is wanted. */
  private static void drain(FilterChain chain) throws FfmpegException {
    float[][] sink = new float[chain.channels()][BLOCK];
    while (chain.read(sink, BLOCK) > 0) {
      // the samples go nowhere
    }
  }

  static double decibels(double factor) {
    return 20 * Math.log10(factor);
  }

  static double factor(double decibels) {
    return Math.pow(10, decibels / 20);
  }

  /** Sums squares as samples go by. */
  private static final class Meter implements SampleSource {
    private final SampleSource source;
    private double sum;
    private long count;

    Meter(SampleSource source) {
      this.source = source;
    }

    double rms() {
      return count == 0 ? Double.NEGATIVE_INFINITY : 10 * Math.log10(sum / count);
    }

    @Override
    public int channels() {
      return source.channels();
    }

    @Override
    public int rate() {
      return source.rate();
    }

    @Override
    public int read(float[][] target, int wanted) throws FfmpegException {
      int n = source.read(target, wanted);
      for (int c = 0; c < channels(); c++) {
        for (int i = 0; i < n; i++) {
          sum += (double) target[c][i] * target[c][i];
        }
      }
      count += (long) n * channels();
      return n;
    }

    @Override
    public void close() {
      source.close();
    }
  }
}
