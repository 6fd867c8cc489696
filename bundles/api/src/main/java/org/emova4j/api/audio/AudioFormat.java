package org.emova4j.api.audio;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Formats that can be written. Anything that FFmpeg knows can be read. */
public enum AudioFormat {
  /** RIFF WAVE, 16-bit integers. */
  WAV("wav", "wav", "wave"),
  /** RIFF WAVE, 24-bit integers. */
  WAV24("wav24"),
  /** RIFF WAVE, 32-bit floats: nothing is clipped or rounded. */
  WAV_FLOAT("wav-float"),
  /** RIFF WAVE, 8-bit mu-law after ITU-T G.711, as telephones in America and Japan have it. */
  WAV_ULAW("wav-ulaw"),
  /** RIFF WAVE, 8-bit A-law after ITU-T G.711, as telephones elsewhere have it. */
  WAV_ALAW("wav-alaw"),
  /** Free Lossless Audio Codec, 16 bits. */
  FLAC("flac", "flac"),
  /** Free Lossless Audio Codec, 24 bits. */
  FLAC24("flac24"),
  /** Audio Interchange File Format, 16-bit integers. */
  AIFF("aiff", "aiff", "aif"),
  /** Audio Interchange File Format, 24-bit integers. */
  AIFF24("aiff24"),
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
   * the usual one. Empty for formats whose files are named like those of another one.
   */
  public List<String> extensions() {
    return extensions;
  }

  /** The extension, in lower case without the dot, that files of this format usually have. */
  public String usualExtension() {
    return switch (this) {
      case WAV, WAV24, WAV_FLOAT, WAV_ULAW, WAV_ALAW -> WAV.extensions.get(0);
      case FLAC, FLAC24 -> FLAC.extensions.get(0);
      case AIFF, AIFF24 -> AIFF.extensions.get(0);
      case MP3, OPUS, M4A -> extensions.get(0);
    };
  }

  /**
   * The same kind of file with samples of another depth.
   *
   * @param depth {@code 16}, {@code 24} or {@code 32f}
   * @throws IllegalArgumentException if it can't have that depth; says which it can
   */
  public AudioFormat withDepth(String depth) {
    Map<String, AudioFormat> known =
        switch (this) {
          case WAV, WAV24, WAV_FLOAT -> Map.of("16", WAV, "24", WAV24, "32f", WAV_FLOAT);
          case FLAC, FLAC24 -> Map.of("16", FLAC, "24", FLAC24);
          case AIFF, AIFF24 -> Map.of("16", AIFF, "24", AIFF24);
          case WAV_ULAW, WAV_ALAW, MP3, OPUS, M4A -> Map.of();
        };
    if (known.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has no choice of bits, but %s were asked for; wav, flac and aiff have"
              .formatted(id, depth));
    }
    if (!known.containsKey(depth)) {
      throw new IllegalArgumentException(
          "%s can't hold %s bits; it knows %s"
              .formatted(id, depth, String.join(", ", new TreeSet<>(known.keySet()))));
    }
    return known.get(depth);
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
