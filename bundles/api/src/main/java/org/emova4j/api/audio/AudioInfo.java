package org.emova4j.api.audio;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a media file says of its (first) audio stream, without decoding it.
 *
 * @param container container format by FFmpeg's short name, e.g. {@code flac}, {@code ogg}, {@code
 *     mov,mp4,m4a,3gp,3g2,mj2}
 * @param codec audio codec by FFmpeg's name, e.g. {@code opus}, {@code pcm_s16le}
 * @param channels number of channels, at least 1
 * @param sampleRate in hertz
 * @param duration as the container states it; empty where it doesn't
 * @param bitRate bits a second; empty where it is not known
 */
public record AudioInfo(
    String container,
    String codec,
    int channels,
    int sampleRate,
    Optional<Duration> duration,
    OptionalLong bitRate) {
  public AudioInfo {
    requireNonNull(container, "container");
    requireNonNull(codec, "codec");
    requireNonNull(duration, "duration");
    requireNonNull(bitRate, "bitRate");
  }
}
