package org.emova4j.audio.internal;

import java.util.Optional;
import org.emova4j.api.audio.MediaTags;
import org.emova4j.api.audio.VideoContainer;

/**
 * What lies beside the sound in a file.
 *
 * @param container that holds pictures too; empty for the format's own one
 * @param track the pictures, if there are any; belongs to the caller
 * @param soundDelay when the sound begins, in seconds
 */
record Surroundings(
    MediaTags tags,
    Optional<VideoContainer> container,
    Optional<VideoTrack> track,
    double soundDelay) {
  static final Surroundings NONE =
      new Surroundings(MediaTags.NONE, Optional.empty(), Optional.empty(), 0);
}
