package org.emova4j.api.audio;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Files that hold pictures beside the sound. */
public enum VideoContainer {
  MP4(AudioFormat.M4A, AudioFormat.MP3, AudioFormat.FLAC, AudioFormat.FLAC24, AudioFormat.OPUS),
  MOV(AudioFormat.M4A, AudioFormat.MP3),
  WEBM(AudioFormat.OPUS),
  MKV(
      AudioFormat.M4A,
      AudioFormat.MP3,
      AudioFormat.FLAC,
      AudioFormat.FLAC24,
      AudioFormat.OPUS,
      AudioFormat.WAV,
      AudioFormat.WAV24,
      AudioFormat.WAV_FLOAT);

  private final AudioFormat usual;
  private final Set<AudioFormat> sounds;

  VideoContainer(AudioFormat usual, AudioFormat... others) {
    this.usual = usual;
    sounds = EnumSet.of(usual, others);
  }

  /** The extension of its files, e.g. {@code mkv}. */
  public String extension() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The format that its sound usually has. */
  public AudioFormat usualSound() {
    return usual;
  }

  /** Formats that its sound may have. */
  public Set<AudioFormat> sounds() {
    return EnumSet.copyOf(sounds);
  }

  /**
   * Where the pictures of a file can go untouched: the same kind of file, or Matroska, which takes
   * any. Empty if files of that name hold no pictures.
   */
  public static Optional<VideoContainer> forFile(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)) {
      case "mp4", "m4v", "3gp" -> Optional.of(MP4);
      case "mov" -> Optional.of(MOV);
      case "webm" -> Optional.of(WEBM);
      case "avi", "flv", "mkv", "mpeg", "mpg", "mts", "ogv", "ts", "wmv" -> Optional.of(MKV);
      default -> Optional.empty();
    };
  }
}
