package org.emova4j.audio.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVChapter;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.emova4j.api.audio.Chapter;
import org.emova4j.api.audio.MediaTags;

/** Puts texts, chapters and a cover into a container that is about to be written. */
final class TagWriting {
  /** The front cover, by ID3's and FLAC's count. */
  private static final int FRONT_COVER = 3;

  private static final String FRONT_COVER_NAME = "Cover (front)";
  private static final String OGG_PICTURE = "METADATA_BLOCK_PICTURE";

  private TagWriting() {}

  /** How a container takes a cover. */
  enum CoverForm {
    NONE,
    /** As a stream of one picture. */
    STREAM,
    /** As a text: FLAC's picture block in Base64. */
    OGG_TEXT
  }

  /** How a container takes chapters. */
  enum ChapterForm {
    NONE,
    CONTAINER,
    /** As texts, CHAPTER001 and CHAPTER001NAME, which FFmpeg would round to the wrong second. */
    COMMENTS
  }

  static void texts(AVFormatContext container, MediaTags tags, EncoderKind kind) {
    AVDictionary dictionary = new AVDictionary((Pointer) null);
    tags.texts().forEach((key, text) -> put(dictionary, key, text));
    if (kind.chapters() == ChapterForm.COMMENTS) {
      int number = 0;
      for (Chapter chapter : tags.chapters()) {
        String name = String.format(Locale.ROOT, "CHAPTER%03d", ++number);
        put(dictionary, name, clock(chapter.start()));
        put(dictionary, name + "NAME", chapter.title());
      }
    }
    if (kind.cover() == CoverForm.OGG_TEXT) {
      tags.cover().ifPresent(cover -> put(dictionary, OGG_PICTURE, oggPicture(cover)));
    }
    container.metadata(dictionary); // freed with the container
  }

  private static String clock(Duration time) {
    return String.format(
        Locale.ROOT,
        "%02d:%02d:%02d.%03d",
        time.toHours(),
        time.toMinutesPart(),
        time.toSecondsPart(),
        time.toMillisPart());
  }

  private static void put(AVDictionary dictionary, String key, String text) {
    avutil.av_dict_set(dictionary, key, text, 0);
  }

  /** Times are in milliseconds, which all containers can hold. */
  static void chapters(AVFormatContext container, List<Chapter> chapters) throws FfmpegException {
    if (chapters.isEmpty()) {
      return;
    }
    PointerPointer<AVChapter> list =
        new PointerPointer<>(
            Ffmpeg.require(
                avutil.av_calloc(chapters.size(), Long.BYTES), "can't allocate chapters"));
    container.chapters(list); // freed with the container
    for (int i = 0; i < chapters.size(); i++) {
      Chapter chapter = chapters.get(i);
      AVChapter made =
          new AVChapter(
              Ffmpeg.require(
                  avutil.av_mallocz(Loader.sizeof(AVChapter.class)), "can't allocate chapters"));
      made.id(i + 1L);
      made.time_base().num(1).den(1000);
      made.start(chapter.start().toMillis());
      made.end(Math.max(chapter.start().toMillis() + 1, chapter.end().toMillis()));
      if (!chapter.title().isEmpty()) {
        AVDictionary title = new AVDictionary((Pointer) null);
        put(title, "title", chapter.title());
        made.metadata(title);
      }
      list.put(i, made);
      container.nb_chapters(i + 1);
    }
  }

  /** A stream of one picture; its packet follows the header. */
  static AVStream coverStream(AVFormatContext container, MediaTags.Cover cover)
      throws FfmpegException {
    AVStream stream =
        Ffmpeg.require(avformat.avformat_new_stream(container, null), "can't add a stream");
    stream.codecpar().codec_type(avutil.AVMEDIA_TYPE_VIDEO);
    stream
        .codecpar()
        .codec_id(
            cover.codec().equals("png") ? avcodec.AV_CODEC_ID_PNG : avcodec.AV_CODEC_ID_MJPEG);
    PictureSize size =
        PictureSize.of(cover.data())
            .orElseThrow(() -> new FfmpegException("the cover has no size"));
    stream.codecpar().width(size.width()).height(size.height());
    stream.disposition(avformat.AV_DISPOSITION_ATTACHED_PIC);
    stream.time_base().num(1).den(1000);
    AVDictionary kind = new AVDictionary((Pointer) null);
    put(kind, "comment", FRONT_COVER_NAME);
    stream.metadata(kind);
    return stream;
  }

  static AVPacket coverPacket(MediaTags.Cover cover, AVStream stream) throws FfmpegException {
    byte[] data = cover.data();
    AVPacket packet = Ffmpeg.require(avcodec.av_packet_alloc(), "can't allocate a packet");
    try {
      Ffmpeg.require(avcodec.av_new_packet(packet, data.length), "can't allocate a picture");
    } catch (FfmpegException e) {
      avcodec.av_packet_free(packet);
      throw e;
    }
    packet.data().put(data);
    packet.stream_index(stream.index());
    packet.pts(0).dts(0);
    packet.flags(avcodec.AV_PKT_FLAG_KEY);
    return packet;
  }

  /** FLAC's picture block (RFC 9639, section 8.8), as Ogg files carry it; sizes may be unknown. */
  private static String oggPicture(MediaTags.Cover cover) {
    byte[] data = cover.data();
    byte[] type = (cover.codec().equals("png") ? "image/png" : "image/jpeg").getBytes(UTF_8);
    byte[] name = FRONT_COVER_NAME.getBytes(UTF_8);
    int numbers = 8 * Integer.BYTES;
    ByteBuffer block = ByteBuffer.allocate(numbers + type.length + name.length + data.length);
    block.putInt(FRONT_COVER).putInt(type.length).put(type).putInt(name.length).put(name);
    block.putInt(0).putInt(0).putInt(0).putInt(0); // width, height, depth, colours
    block.putInt(data.length).put(data);
    return Base64.getEncoder().encodeToString(block.array());
  }

  /** What will be missing in a file, a sentence each. */
  static List<String> losses(MediaTags tags, String format, EncoderKind kind) {
    List<String> losses = new ArrayList<>();
    if (kind.chapters() == ChapterForm.NONE && !tags.chapters().isEmpty()) {
      losses.add("%s can't hold its %d chapters".formatted(format, tags.chapters().size()));
    }
    if (kind.cover() == CoverForm.NONE && tags.cover().isPresent()) {
      losses.add("%s can't hold its cover picture".formatted(format));
    }
    return losses;
  }
}
