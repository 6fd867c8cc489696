package org.emova4j.api.audio;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Formats that can be written. Anything that FFmpeg knows can be read. */
public enum AudioFormat {
  /** RIFF WAVE, 16-bit integers. */
  WAV("wav", "wav", "wave"),
  /** RIFF WAVE, 24-bit integers. */
  WAV24("wav24"),
  /** RIFF WAVE, 32-bit floats: nothing is clipped or rounded. */
  WAV_FLOAT("wav-float"),
  /** Free Lossless Audio Codec, 16 bits. */
  FLAC("flac", "flac"),
  /** MPEG-1/2 layer III. */
  MP3("mp3", "mp3"),
  /** Opus in Ogg. */
  OPUS("opus", "opus", "ogg", "oga"),
  /** AAC in MPEG-4. */
  M4A("m4a", "m4a", "mp4", "aac");

  private final String id;
  private final List<String> extensions;

  AudioFormat(String id, String... extensions) {
    this.id = id;
    this.extensions = List.of(extensions);
  }

  /** The name by which users choose it, e.g. {@code wav24}. */
  public String id() {
    return id;
  }

  /**
   * File name extensions that stand for this format, in lower case without the dot; the first is
   * the usual one.
   */
  public List<String> extensions() {
    return extensions;
  }

  /** The format with this {@link #id()}, whatever the case. */
  public static Optional<AudioFormat> ofId(String id) {
    String wanted = id.toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).filter(f -> f.id.equals(wanted)).findFirst();
  }

  /** The format that a file name's extension stands for. */
  public static Optional<AudioFormat> ofFileName(String name) {
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).filter(f -> f.extensions.contains(extension)).findFirst();
  }
}
