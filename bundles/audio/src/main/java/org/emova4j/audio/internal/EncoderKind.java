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
 * @param holdsChapters whether the muxer writes chapters
 */
record EncoderKind(
    String muxer,
    String encoder,
    int sampleFormat,
    TagWriting.CoverForm cover,
    boolean holdsChapters) {
  private static final TagWriting.CoverForm STREAM = TagWriting.CoverForm.STREAM;
  private static final TagWriting.CoverForm NONE = TagWriting.CoverForm.NONE;

  static EncoderKind of(AudioFormat format) {
    return switch (format) {
      case WAV -> new EncoderKind("wav", "pcm_s16le", avutil.AV_SAMPLE_FMT_S16, NONE, true);
      case WAV24 -> new EncoderKind("wav", "pcm_s24le", avutil.AV_SAMPLE_FMT_S32, NONE, true);
      case WAV_FLOAT -> new EncoderKind("wav", "pcm_f32le", avutil.AV_SAMPLE_FMT_FLT, NONE, true);
      case WAV_ULAW -> new EncoderKind("wav", "pcm_mulaw", avutil.AV_SAMPLE_FMT_S16, NONE, false);
      case WAV_ALAW -> new EncoderKind("wav", "pcm_alaw", avutil.AV_SAMPLE_FMT_S16, NONE, false);
      case FLAC -> new EncoderKind("flac", "flac", avutil.AV_SAMPLE_FMT_S16, STREAM, true);
      case FLAC24 -> new EncoderKind("flac", "flac", avutil.AV_SAMPLE_FMT_S32, STREAM, true);
      case AIFF -> new EncoderKind("aiff", "pcm_s16be", avutil.AV_SAMPLE_FMT_S16, STREAM, true);
      case AIFF24 -> new EncoderKind("aiff", "pcm_s24be", avutil.AV_SAMPLE_FMT_S32, STREAM, true);
      case MP3 -> new EncoderKind("mp3", "libmp3lame", avutil.AV_SAMPLE_FMT_FLTP, STREAM, true);
      // FFmpeg's own opus encoder knows 48 kHz alone.
      case OPUS ->
          new EncoderKind(
              "ogg", "libopus", avutil.AV_SAMPLE_FMT_FLT, TagWriting.CoverForm.OGG_TEXT, true);
      case M4A -> new EncoderKind("ipod", "aac", avutil.AV_SAMPLE_FMT_FLTP, STREAM, true);
    };
  }

  /** Where pictures are beside it; a cover is not one of them. */
  EncoderKind in(VideoContainer container) {
    String other = container == VideoContainer.MKV ? "matroska" : container.extension();
    return new EncoderKind(other, encoder, sampleFormat, NONE, true);
  }

  /** Bits of a sample where they don't fill its type, else 0. */
  int rawBits() {
    return sampleFormat == avutil.AV_SAMPLE_FMT_S32 ? 24 : 0;
  }
}
