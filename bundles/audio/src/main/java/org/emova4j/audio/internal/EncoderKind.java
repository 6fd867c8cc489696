package org.emova4j.audio.internal;

import org.bytedeco.ffmpeg.global.avutil;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.VideoContainer;

/**
 * How FFmpeg writes a format.
 *
 * @param muxer of sound alone
 * @param encoder by FFmpeg's name
 * @param sampleFormat that the encoder takes
 * @param cover how the muxer takes a cover
 * @param chapters how the muxer takes chapters
 */
record EncoderKind(
    String muxer,
    String encoder,
    int sampleFormat,
    TagWriting.CoverForm cover,
    TagWriting.ChapterForm chapters) {
  private static final TagWriting.CoverForm STREAM = TagWriting.CoverForm.STREAM;
  private static final TagWriting.CoverForm NONE = TagWriting.CoverForm.NONE;
  private static final TagWriting.ChapterForm CONTAINER = TagWriting.ChapterForm.CONTAINER;
  private static final TagWriting.ChapterForm COMMENTS = TagWriting.ChapterForm.COMMENTS;

  static EncoderKind of(AudioFormat format) {
    return switch (format) {
      case WAV -> new EncoderKind("wav", "pcm_s16le", avutil.AV_SAMPLE_FMT_S16, NONE, CONTAINER);
      case WAV24 -> new EncoderKind("wav", "pcm_s24le", avutil.AV_SAMPLE_FMT_S32, NONE, CONTAINER);
      case WAV_FLOAT ->
          new EncoderKind("wav", "pcm_f32le", avutil.AV_SAMPLE_FMT_FLT, NONE, CONTAINER);
      case WAV_ULAW ->
          new EncoderKind(
              "wav", "pcm_mulaw", avutil.AV_SAMPLE_FMT_S16, NONE, TagWriting.ChapterForm.NONE);
      case WAV_ALAW ->
          new EncoderKind(
              "wav", "pcm_alaw", avutil.AV_SAMPLE_FMT_S16, NONE, TagWriting.ChapterForm.NONE);
      case FLAC -> new EncoderKind("flac", "flac", avutil.AV_SAMPLE_FMT_S16, STREAM, COMMENTS);
      case FLAC24 -> new EncoderKind("flac", "flac", avutil.AV_SAMPLE_FMT_S32, STREAM, COMMENTS);
      case AIFF ->
          new EncoderKind("aiff", "pcm_s16be", avutil.AV_SAMPLE_FMT_S16, STREAM, CONTAINER);
      case AIFF24 ->
          new EncoderKind("aiff", "pcm_s24be", avutil.AV_SAMPLE_FMT_S32, STREAM, CONTAINER);
      case MP3 ->
          new EncoderKind("mp3", "libmp3lame", avutil.AV_SAMPLE_FMT_FLTP, STREAM, CONTAINER);
      // FFmpeg's own opus encoder knows 48 kHz alone.
      case OPUS ->
          new EncoderKind(
              "ogg", "libopus", avutil.AV_SAMPLE_FMT_FLT, TagWriting.CoverForm.OGG_TEXT, COMMENTS);
      case M4A -> new EncoderKind("ipod", "aac", avutil.AV_SAMPLE_FMT_FLTP, STREAM, CONTAINER);
    };
  }

  /** Where pictures are beside it; a cover is not one of them. */
  EncoderKind in(VideoContainer container) {
    String other = container == VideoContainer.MKV ? "matroska" : container.extension();
    return new EncoderKind(other, encoder, sampleFormat, NONE, CONTAINER);
  }

  /** Bits of a sample where they don't fill its type, else 0. */
  int rawBits() {
    return sampleFormat == avutil.AV_SAMPLE_FMT_S32 ? 24 : 0;
  }
}
