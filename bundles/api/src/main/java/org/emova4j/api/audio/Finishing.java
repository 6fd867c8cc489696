package org.emova4j.api.audio;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What is done to a recording's sound and its surroundings before it is written, whether it was
 * converted or not.
 *
 * @param channels which sides of a recording are taken
 * @param trim silence that is taken off; empty for none
 * @param level how loud the result is; empty leaves it as it is
 * @param truePeak most that the result reaches between its samples (ITU-R BS.1770-4, annex 2), in
 *     decibels to full scale, -20 to 0; empty for no limit
 * @param keepTags whether metadata, chapters and cover are carried over
 * @param comment added to the comment of the metadata, e.g. that the speech was converted; empty
 *     for none
 * @param video where pictures are kept untouched beside the new sound; empty writes sound alone
 */
public record Finishing(
    ChannelPolicy channels,
    Optional<SilenceTrim> trim,
    Optional<LevelTarget> level,
    OptionalDouble truePeak,
    boolean keepTags,
    Optional<String> comment,
    Optional<VideoContainer> video) {
  /** The mix of all channels as it is, with its metadata. */
  public static final Finishing NONE =
      new Finishing(
          ChannelPolicy.MIX,
          Optional.empty(),
          Optional.empty(),
          OptionalDouble.empty(),
          true,
          Optional.empty(),
          Optional.empty());

  public Finishing {
    requireNonNull(channels, "channels");
    requireNonNull(trim, "trim");
    requireNonNull(level, "level");
    requireNonNull(truePeak, "truePeak");
    requireNonNull(comment, "comment");
    requireNonNull(video, "video");
    if (truePeak.isPresent() && !(truePeak.getAsDouble() >= -20 && truePeak.getAsDouble() <= 0)) {
      throw new IllegalArgumentException(
          "true peak %s is outside -20..0 dBTP".formatted(truePeak.getAsDouble()));
    }
    if (trim.isPresent() && video.isPresent()) {
      throw new IllegalArgumentException(
          "trimming silence would move the sound against the pictures that are kept");
    }
  }

  /** The same with pictures kept in a file of this kind, or without. */
  public Finishing withVideo(Optional<VideoContainer> container) {
    return new Finishing(channels, trim, level, truePeak, keepTags, comment, container);
  }
}
