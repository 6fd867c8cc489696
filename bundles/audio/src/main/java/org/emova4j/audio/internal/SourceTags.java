package org.emova4j.audio.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVChapter;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.emova4j.api.audio.Chapter;
import org.emova4j.api.audio.MediaTags;

/** Reads what a file says about its content, as far as it stays true of another encoding of it. */
final class SourceTags {
  private static final int MAX_TEXTS = 500;
  private static final int MAX_TEXT_BYTES = 64 << 10;
  private static final int MAX_CHAPTERS = 10_000;
  private static final int MAX_COVER_BYTES = 16 << 20;

  /** Of the old file's encoding, gain or length. */
  private static final Set<String> TECHNICAL =
      Set.of(
          "bps",
          "compatible_brands",
          "creation_time",
          "duration",
          "encoded_by",
          "encoder",
          "encoder_settings",
          "encoding",
          "handler_name",
          "major_brand",
          "metadata_block_picture",
          "minor_version",
          "number_of_bytes",
          "number_of_frames",
          "tlen",
          "tsse",
          "vendor_id");

  private static final Pattern TECHNICAL_FORM =
      Pattern.compile("(replaygain_|r128_|_statistics|id3v2_priv|itun).*|chapter\\d{3}(name|url)?");

  private static final Map<String, String> SAYS_NOTHING = Map.of("language", "und");

  private SourceTags() {}

  static MediaTags of(MediaInput input) {
    AVFormatContext format = input.format();
    Map<String, String> texts = new TreeMap<>();
    add(texts, input.stream().metadata()); // Ogg says it there
    add(texts, format.metadata());
    return new MediaTags(texts, chapters(format, input.start()), cover(format));
  }

  private static void add(Map<String, String> texts, AVDictionary dictionary) {
    AVDictionaryEntry entry = null;
    while ((entry = avutil.av_dict_iterate(dictionary, entry)) != null) {
      String key = entry.key().getString(UTF_8).toLowerCase(Locale.ROOT);
      String text = text(entry.value());
      boolean technical =
          TECHNICAL.contains(key)
              || TECHNICAL_FORM.matcher(key).matches()
              || text.equals(SAYS_NOTHING.get(key));
      if (!technical && !text.isEmpty() && texts.size() < MAX_TEXTS) {
        texts.put(key, text);
      }
    }
  }

  /** Empty if it is too long to be a text. */
  private static String text(BytePointer value) {
    String text = value.getString(UTF_8);
    return text.length() > MAX_TEXT_BYTES ? "" : text;
  }

  private static List<Chapter> chapters(AVFormatContext format, double start) {
    List<Chapter> chapters = new ArrayList<>();
    for (int i = 0; i < Math.min(format.nb_chapters(), MAX_CHAPTERS); i++) {
      AVChapter chapter = format.chapters(i);
      Duration from = time(chapter.start(), chapter.time_base(), start);
      Duration to = time(chapter.end(), chapter.time_base(), start);
      AVDictionaryEntry title =
          avutil.av_dict_get(chapter.metadata(), "title", (AVDictionaryEntry) null, 0);
      if (to.compareTo(from) > 0) {
        chapters.add(new Chapter(from, to, title == null ? "" : text(title.value())));
      }
    }
    chapters.sort(Comparator.comparing(Chapter::start));
    return chapters;
  }

  private static Duration time(long ticks, AVRational base, double start) {
    double seconds = base.den() <= 0 ? 0 : (double) ticks * base.num() / base.den() - start;
    return Duration.ofNanos(Math.round(Math.max(0, Math.min(seconds, Integer.MAX_VALUE)) * 1e9));
  }

  private static Optional<MediaTags.Cover> cover(AVFormatContext format) {
    for (int i = 0; i < format.nb_streams(); i++) {
      AVStream stream = format.streams(i);
      AVPacket picture = stream.attached_pic();
      int codec = stream.codecpar().codec_id();
      boolean known = codec == avcodec.AV_CODEC_ID_MJPEG || codec == avcodec.AV_CODEC_ID_PNG;
      if ((stream.disposition() & avformat.AV_DISPOSITION_ATTACHED_PIC) != 0
          && known
          && picture.size() > 0
          && picture.size() <= MAX_COVER_BYTES) {
        byte[] data = new byte[picture.size()];
        new BytePointer(picture.data()).get(data);
        return Optional.of(new MediaTags.Cover(avcodec.avcodec_get_name(codec).getString(), data));
      }
    }
    return Optional.empty();
  }
}
