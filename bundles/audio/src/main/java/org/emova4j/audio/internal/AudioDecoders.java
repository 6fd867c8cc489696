package org.emova4j.audio.internal;

import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** What may run on an input: FFmpeg's audio decoders, and none for pictures or subtitles. */
final class AudioDecoders {
  /** In hertz; enough for DSD, which counts bytes of eight one-bit samples. */
  static final int MAX_RATE = 2_822_400;

  private static final class Holder {
    static final String NAMES = list();
  }

  private AudioDecoders() {}

  /** Comma-separated, as {@code codec_whitelist} takes them. */
  static String names() {
    return Holder.NAMES;
  }

  private static String list() {
    StringBuilder names = new StringBuilder();
    try (PointerPointer<Pointer> cursor = new PointerPointer<>(1)) {
      cursor.put(0, (Pointer) null);
      for (AVCodec codec = avcodec.av_codec_iterate(cursor);
          codec != null;
          codec = avcodec.av_codec_iterate(cursor)) {
        if (codec.type() == avutil.AVMEDIA_TYPE_AUDIO && avcodec.av_codec_is_decoder(codec) != 0) {
          names.append(names.isEmpty() ? "" : ",").append(codec.name().getString());
        }
      }
    }
    return names.toString();
  }
}
