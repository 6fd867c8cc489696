package org.emova4j.api.audio;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a media file says about its content. Immutable.
 *
 * @param texts by FFmpeg's common names in lower case, e.g. {@code title}, {@code artist}, {@code
 *     album}, {@code date}; in the order of the names
 * @param chapters in the order of their starts
 * @param cover the front picture
 */
public record MediaTags(Map<String, String> texts, List<Chapter> chapters, Optional<Cover> cover) {
  /** Says nothing. */
  public static final MediaTags NONE = new MediaTags(Map.of(), List.of(), Optional.empty());

  /** A picture as it is in the file. Immutable. */
  public static final class Cover {
    private final String codec;
    private final byte[] data;

    /**
     * @param codec by FFmpeg's name: {@code mjpeg} for JPEG, or {@code png}
     * @param data the picture's file, copied
     */
    public Cover(String codec, byte[] data) {
      this.codec = requireNonNull(codec, "codec");
      this.data = data.clone();
    }

    /** {@code mjpeg} for JPEG, or {@code png}. */
    public String codec() {
      return codec;
    }

    /** A copy of the picture's file. */
    public byte[] data() {
      return data.clone();
    }
  }

  public MediaTags {
    texts = Collections.unmodifiableMap(new TreeMap<>(texts));
    chapters = List.copyOf(chapters);
    requireNonNull(cover, "cover");
  }

  /** Whether there is nothing in it. */
  public boolean isEmpty() {
    return texts.isEmpty() && chapters.isEmpty() && cover.isEmpty();
  }

  /** The same with chapters for a recording that was cut and then stretched evenly. */
  public MediaTags onTimeline(Duration cutAtStart, Duration kept, Duration length) {
    if (chapters.isEmpty()) {
      return this;
    }
    List<Chapter> moved = new ArrayList<>();
    for (Chapter chapter : chapters) {
      Duration start = moved(chapter.start(), cutAtStart, kept, length);
      Duration end = moved(chapter.end(), cutAtStart, kept, length);
      if (end.compareTo(start) > 0) { // not all of it was cut off
        moved.add(new Chapter(start, end, chapter.title()));
      }
    }
    return new MediaTags(texts, moved, cover);
  }

  private static Duration moved(Duration time, Duration cut, Duration kept, Duration length) {
    double seconds = Math.min(seconds(time.minus(cut)), seconds(kept));
    double scale = kept.isZero() ? 0 : seconds(length) / seconds(kept);
    return Duration.ofNanos(Math.round(Math.max(0, seconds) * scale * 1e9));
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
