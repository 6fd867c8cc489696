package org.emova4j.api.audio;

import java.util.Locale;

/**
 * What becomes of a recording's channels. The sides of two channels are these channels, those of
 * one channel are both it, and those of more are its stereo mix (ITU-R BS.775), so that a voice in
 * the centre is in both.
 */
public enum ChannelPolicy {
  /** One sound, of all channels. */
  MIX,
  /** The left side alone. */
  LEFT,
  /** The right side alone. */
  RIGHT,
  /** Two sounds, the sides each for itself; a mono recording is one. */
  BOTH;

  /** The name by which users choose it, e.g. {@code mix}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
