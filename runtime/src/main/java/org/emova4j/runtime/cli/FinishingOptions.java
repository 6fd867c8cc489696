package org.emova4j.runtime.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.emova4j.api.audio.ChannelPolicy;
import org.emova4j.api.audio.Finishing;
import org.emova4j.api.audio.LevelTarget;
import org.emova4j.api.audio.SilenceTrim;
import picocli.CommandLine.Option;

/** What is done to the sound before it is written. */
final class FinishingOptions {
  private static final String CONVERTED = "Speech converted with emova4j";

  /** What becomes of titles, chapters and covers. */
  enum Metadata {
    KEEP,
    DROP;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--loudness",
      paramLabel = "LUFS",
      description = "Bring results to this integrated loudness (EBU R128), e.g. -16 or -23.")
  Double loudness;

  @Option(
      names = "--rms",
      paramLabel = "DB",
      description = "Or to this root mean square, e.g. -20, as audiobook shops ask.")
  Double rms;

  @Option(
      names = "--true-peak",
      paramLabel = "DBTP",
      description = "Let nothing pass this, between samples either, e.g. -1.")
  Double truePeak;

  @Option(names = "--trim-silence", description = "Take silence off the beginning and the end.")
  boolean trimSilence;

  @Option(
      names = "--trim-threshold",
      paramLabel = "DB",
      description = "What is quieter is silence (default: -50).")
  Double trimThreshold;

  @Option(
      names = "--trim-padding",
      paramLabel = "SECONDS",
      description = "So much of the silence stays (default: 0.2).")
  Double trimPadding;

  @Option(
      names = "--metadata",
      paramLabel = "POLICY",
      description = "keep or drop titles, chapters and covers (default: keep).")
  Metadata metadata = Metadata.KEEP;

  @Option(
      names = "--mark-converted",
      description = "Say in the comment of the metadata that the speech was converted.")
  boolean markConverted;

  /** Whether anything but the metadata was asked for. */
  boolean changesSound() {
    return loudness != null || rms != null || truePeak != null || trimSilence;
  }

  /** What was asked for, and where nothing was what the preset says. */
  Finishing finishing(ChannelPolicy channels, Optional<Preset> preset) {
    if (loudness != null && rms != null) {
      throw new UsageException("--loudness and --rms exclude each other");
    }
    if (!trimSilence && (trimThreshold != null || trimPadding != null)) {
      throw new UsageException("--trim-threshold and --trim-padding need --trim-silence");
    }
    OptionalDouble peak =
        truePeak != null
            ? OptionalDouble.of(truePeak)
            : preset.map(Preset::truePeak).orElse(OptionalDouble.empty());
    return Subcommand.checked(
        () ->
            new Finishing(
                channels,
                trimSilence ? Optional.of(trim()) : Optional.empty(),
                level().or(() -> preset.flatMap(Preset::level)),
                peak,
                metadata == Metadata.KEEP,
                markConverted ? Optional.of(CONVERTED) : Optional.empty(),
                Optional.empty()));
  }

  private Optional<LevelTarget> level() {
    if (loudness != null) {
      return Optional.of(new LevelTarget(LevelTarget.Measure.LUFS, loudness));
    }
    return Optional.ofNullable(rms).map(r -> new LevelTarget(LevelTarget.Measure.RMS, r));
  }

  private SilenceTrim trim() {
    if (trimPadding != null && !(trimPadding >= 0 && trimPadding <= 10)) {
      throw new UsageException("--trim-padding %s is outside 0..10 s".formatted(trimPadding));
    }
    return new SilenceTrim(
        trimThreshold == null ? SilenceTrim.DEFAULT_THRESHOLD : trimThreshold,
        trimPadding == null
            ? SilenceTrim.DEFAULT_PADDING
            : Duration.ofMillis(Math.round(trimPadding * 1000)));
  }
}
