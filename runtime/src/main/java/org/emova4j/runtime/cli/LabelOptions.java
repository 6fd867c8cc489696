package org.emova4j.runtime.cli;

import java.util.Optional;
import java.util.OptionalDouble;
import org.emova4j.api.style.Style;
import picocli.CommandLine.Option;

/** How it is to be said, by labels. */
class LabelOptions {
  @Option(
      names = "--speaker",
      paramLabel = "LABEL",
      description = "Voice; \"emova styles\" lists them.")
  String speaker;

  @Option(names = "--emotion", paramLabel = "LABEL", description = "Mood, e.g. happy.")
  String emotion;

  @Option(names = "--intensity", paramLabel = "0..1", description = "How much of the emotion.")
  Double intensity;

  @Option(
      names = "--pitch",
      paramLabel = "LABEL|SEMITONES",
      description = "low, normal, high, or a shift from -24 to 24.")
  Style.Level pitch;

  @Option(
      names = "--speed",
      paramLabel = "LABEL|RATIO",
      description = "slow, normal, fast, or a ratio from 0.25 to 4.")
  Style.Level speed;

  /**
   * What was asked for; its limits are checked here, its labels by {@link
   * StyleOptions#requireKnown}.
   */
  Style style() {
    return Subcommand.checked(
        () ->
            new Style(
                Optional.ofNullable(speaker),
                Optional.ofNullable(emotion),
                intensity == null ? OptionalDouble.empty() : OptionalDouble.of(intensity),
                Optional.ofNullable(pitch),
                Optional.ofNullable(speed)));
  }
}
