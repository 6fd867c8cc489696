package org.emova4j.audio.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.emova4j.api.audio.AudioFinisher;
import org.emova4j.api.audio.Finishing;
import org.emova4j.api.audio.LevelTarget;

/**
 * How a recording comes to its loudness and stays under its peak: one gain, and where that alone
 * would pass the peak a look-ahead limiter (FFmpeg's {@code alimiter}) at four times the rate.
 * Found by measuring, so what is written has been measured as it is written.
 *
 * @param gain in decibels, before the limiter
 * @param ceiling of the limiter in decibels to full scale; empty without one
 * @param trailing in decibels, after the limiter, for what it let through
 * @param level of the result; empty where nothing was asked for
 * @param warnings for the user
 */
record Levelling(
    double gain,
    OptionalDouble ceiling,
    double trailing,
    Optional<LevelMeter.Level> level,
    List<String> warnings) {
  private static final Levelling NONE =
      new Levelling(0, OptionalDouble.empty(), 0, Optional.empty(), List.of());

  private static final int MAX_ROUNDS = 6;
  private static final double PEAK_TOLERANCE = 0.01;
  private static final double LEVEL_TOLERANCE = 0.05;
  private static final double MIN_SLOPE = 0.2;

  /** From here on a miss of the target, or work of the limiter, is worth a word. */
  private static final double NOTABLE_MISS = 0.2;

  private static final double NOTABLE_LIMITING = 6;
  private static final double NOTABLE_GAIN = 30;

  /** A limiter at this rate sees what lies between the samples. */
  private static final int FULL_OVERSAMPLING_RATE = 48_000;

  /**
   * Measures, decides, and measures again what the limiter makes of it.
   *
   * @throws FfmpegException if filters fail
   */
  static Levelling of(Passage sound, Finishing finishing) throws FfmpegException {
    if (finishing.level().isEmpty() && finishing.truePeak().isEmpty()) {
      return NONE;
    }
    if (sound.rate() < LevelMeter.MIN_RATE) {
      return left(
          "loudness and true peak can't be measured at %d Hz (at least %d Hz): left as they are"
              .formatted(sound.rate(), LevelMeter.MIN_RATE));
    }
    LevelMeter.Level before = LevelMeter.measure(sound.open(1));
    double now = finishing.level().map(target -> before.by(target.measure())).orElse(Double.NaN);
    if (finishing.level().isPresent() && Double.isNaN(now) && finishing.truePeak().isEmpty()) {
      return left(unmeasured());
    }
    double gain = Double.isNaN(now) ? 0 : finishing.level().get().value() - now;
    Levelling found =
        finishing.truePeak().isEmpty()
                || before.amplified(gain).truePeak()
                    <= finishing.truePeak().getAsDouble() + PEAK_TOLERANCE
            ? linear(before, gain)
            : limited(sound, finishing, before, gain);
    return found.withWarnings(finishing, now, before);
  }

  private static String unmeasured() {
    return "it is silent, or shorter than 0.4 s, and has no loudness: its level is left as it is";
  }

  private static Levelling left(String warning) {
    return new Levelling(0, OptionalDouble.empty(), 0, Optional.empty(), List.of(warning));
  }

  private static Levelling linear(LevelMeter.Level before, double gain) {
    return new Levelling(
        gain, OptionalDouble.empty(), 0, Optional.of(before.amplified(gain)), List.of());
  }

  private static Levelling limited(
      Passage sound, Finishing finishing, LevelMeter.Level before, double wanted)
      throws FfmpegException {
    double limit = finishing.truePeak().getAsDouble();
    double most = limit + AudioFinisher.MAX_LIMITING - before.truePeak();
    // Without a target only the peaks come down, however far above they are.
    double gain = finishing.level().isPresent() ? Math.min(wanted, most) : wanted;
    double ceiling = limit;
    Trial last = null;
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Trial trial = Trial.of(sound, finishing, gain, ceiling);
      double next = Math.min(gain + trial.missing() / trial.slope(last), most);
      boolean levelled =
          Math.abs(trial.missing()) <= LEVEL_TOLERANCE || Math.abs(next - gain) <= LEVEL_TOLERANCE;
      last = trial;
      if (trial.over() <= PEAK_TOLERANCE && levelled) {
        break;
      }
      gain = levelled ? gain : next;
      ceiling -= trial.over();
    }
    return last.levelling();
  }

  /**
   * What the limiter made of the sound at one gain.
   *
   * @param over decibels that it let through above the peak
   * @param missing decibels from the target, 0 without one
   */
  private record Trial(
      double gain, double ceiling, LevelMeter.Level level, double over, double missing) {
    static Trial of(Passage sound, Finishing finishing, double gain, double ceiling)
        throws FfmpegException {
      Levelling tried =
          new Levelling(gain, OptionalDouble.of(ceiling), 0, Optional.empty(), List.of());
      LevelMeter.Level level = LevelMeter.measure(tried.open(sound));
      double over = Math.max(0, level.truePeak() - finishing.truePeak().getAsDouble());
      double missing =
          finishing
              .level()
              .map(target -> target.value() - level.by(target.measure()))
              .filter(Double::isFinite)
              .orElse(0.0);
      return new Trial(gain, ceiling, level, over, missing);
    }

    /** Decibels that a decibel of gain brings, which the limiter lessens. */
    double slope(Trial last) {
      return last == null || last.gain == gain
          ? 1
          : Math.max(MIN_SLOPE, Math.min(1, (last.missing - missing) / (gain - last.gain)));
    }

    Levelling levelling() {
      return new Levelling(
          gain, OptionalDouble.of(ceiling), -over, Optional.of(level.amplified(-over)), List.of());
    }
  }

  private Levelling withWarnings(Finishing finishing, double measured, LevelMeter.Level before) {
    List<String> found = new ArrayList<>(warnings);
    boolean missed = false;
    if (finishing.level().isPresent()) {
      LevelTarget target = finishing.level().get();
      double reached = level.orElseThrow().by(target.measure());
      if (Double.isNaN(measured)) {
        found.add(unmeasured());
      } else if (Math.abs(reached - target.value()) > NOTABLE_MISS) {
        missed = true;
        found.add(
            words(
                "it came to %.1f %s instead of %.1f: the limiter takes no more than %.0f dB off its"
                    + " peaks",
                reached, target.measure().unit(), target.value(), AudioFinisher.MAX_LIMITING));
      }
    }
    if (gain > NOTABLE_GAIN) {
      found.add(words("it was made louder by %.0f dB, its noise with it", gain));
    }
    double limiting = before.truePeak() + gain - ceiling.orElse(Double.POSITIVE_INFINITY);
    if (limiting > NOTABLE_LIMITING && !missed) {
      found.add(words("the limiter took %.0f dB off its highest peaks", limiting));
    }
    return new Levelling(gain, ceiling, trailing, level, found);
  }

  private static String words(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** The sound at its level; to be closed by the caller. */
  SampleSource open(Passage sound) throws FfmpegException {
    if (ceiling.isEmpty()) {
      return sound.open(LevelMeter.factor(gain));
    }
    int times = 1;
    while (times < 4 && sound.rate() * times < 4 * FULL_OVERSAMPLING_RATE) {
      times *= 2;
    }
    String resample =
        "aresample=%d:filter_size=64:phase_shift=6:cutoff=0.97:internal_sample_fmt=fltp";
    String filters =
        String.join(
            ",",
            resample.formatted(sound.rate() * times),
            "alimiter=limit=%s:attack=5:release=50:level=0:latency=1"
                .formatted(FilterChain.number(LevelMeter.factor(ceiling.getAsDouble()))),
            resample.formatted(sound.rate()),
            "volume=%sdB:precision=float".formatted(FilterChain.number(trailing)));
    return new ExactLength(
        new FilterChain(sound.open(LevelMeter.factor(gain)), filters), sound.length());
  }

  /** Resampling up and down may end a sample early or late. */
  private static final class ExactLength implements SampleSource {
    private final SampleSource source;
    private int left;

    ExactLength(SampleSource source, int length) {
      this.source = source;
      left = length;
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
    public int read(float[][] target, int count) throws FfmpegException {
      int wanted = Math.min(count, left);
      int n = source.read(target, wanted);
      for (float[] channel : target) {
        Arrays.fill(channel, n, wanted, 0f);
      }
      left -= wanted;
      return wanted;
    }

    @Override
    public void close() {
      source.close();
    }
  }
}
