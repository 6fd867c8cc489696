package org.emova4j.audio.internal;

import java.io.IOException;
import java.time.Duration;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.IntPointer;
import org.emova4j.api.vision.VideoFrame;

/** One pass over a video, up to the picture that is shown at a time. */
final class FrameDecoding {
  private static final int MAX_READ_ERRORS = 100;
  private static final int MAX_SILENT_PACKETS = 2_000;
  private static final int MATRIX_BYTES = 9 * Integer.BYTES;

  private final MediaInput input;
  private final Duration at;
  private final long maxPixels;
  private int lastError;

  FrameDecoding(MediaInput input, Duration at, long maxPixels) {
    this.input = input;
    this.at = at;
    this.maxPixels = maxPixels;
  }

  VideoFrame run() throws FfmpegException, IOException {
    AVCodecParameters stated = input.stream().codecpar();
    checkSize(stated.width(), stated.height(), maxPixels);
    if (!at.isZero()) {
      input.seek(at);
    }
    AVCodecContext decoder = input.openDecoder();
    AVPacket packet = avcodec.av_packet_alloc();
    AVFrame next = avutil.av_frame_alloc();
    AVFrame shown = avutil.av_frame_alloc();
    try {
      Ffmpeg.require(packet, "can't allocate a packet");
      Ffmpeg.require(next, "can't allocate a frame");
      Ffmpeg.require(shown, "can't allocate a frame");
      if (!find(decoder, packet, next, shown)) {
        throw new FfmpegException(
            "not one picture could be decoded from its %s stream%s"
                .formatted(
                    input.codecName(), lastError < 0 ? ": " + Ffmpeg.describe(lastError) : ""));
      }
      return RgbFrame.of(shown, maxPixels, rotation(stated), input.codecName());
    } finally {
      avutil.av_frame_free(shown);
      avutil.av_frame_free(next);
      avcodec.av_packet_free(packet);
      avcodec.avcodec_free_context(decoder);
    }
  }

  /** Leaves in {@code shown} the last picture that starts no later than the time, or the first. */
  private boolean find(AVCodecContext decoder, AVPacket packet, AVFrame next, AVFrame shown)
      throws FfmpegException, IOException {
    int errors = 0;
    int silent = 0;
    boolean ended = false;
    while (!ended) {
      int status = input.read(packet);
      ended = status == avutil.AVERROR_EOF;
      input.io().checkProgress();
      if (status < 0 && !ended) {
        lastError = status;
        if (++errors == MAX_READ_ERRORS) {
          break;
        }
        continue;
      }
      errors = 0;
      try {
        if (!ended && packet.stream_index() != input.stream().index()) {
          continue;
        }
        status = avcodec.avcodec_send_packet(decoder, ended ? null : packet);
      } finally {
        avcodec.av_packet_unref(packet);
      }
      if (status < 0) {
        lastError = status;
      }
      if (++silent > MAX_SILENT_PACKETS) {
        throw new FfmpegException(
            "%d packets in a row held no picture that can be decoded"
                .formatted(MAX_SILENT_PACKETS));
      }
      while ((status = avcodec.avcodec_receive_frame(decoder, next)) >= 0) {
        silent = 0;
        input.io().progressed();
        boolean late = isLate(next);
        if (!late || shown.width() == 0) {
          avutil.av_frame_unref(shown);
          avutil.av_frame_move_ref(shown, next);
        }
        avutil.av_frame_unref(next);
        if (late || at.isZero()) {
          return true;
        }
      }
      if (status != avutil.AVERROR_EOF && status != avutil.AVERROR_EAGAIN()) {
        lastError = status;
      }
    }
    return shown.width() > 0;
  }

  private boolean isLate(AVFrame frame) {
    long ticks = frame.best_effort_timestamp();
    if (ticks == avutil.AV_NOPTS_VALUE) {
      return false;
    }
    long start = input.stream().start_time();
    if (start != avutil.AV_NOPTS_VALUE) {
      ticks -= start;
    }
    AVRational base = input.stream().time_base();
    return (double) ticks * base.num() / base.den() > at.toNanos() / 1e9;
  }

  static void checkSize(int width, int height, long maxPixels) throws FfmpegException {
    if (width <= 0 || height <= 0) {
      throw new FfmpegException("its size of %d x %d pixels is none".formatted(width, height));
    }
    if ((long) width * height > maxPixels) {
      throw new FfmpegException(
          "its pictures of %d x %d pixels are over the limit of %d pixels"
              .formatted(width, height, maxPixels));
    }
  }

  /** Clockwise; a matrix that is no quarter turn counts for the nearest. */
  private static int rotation(AVCodecParameters stream) {
    if (stream.nb_coded_side_data() <= 0) {
      return 0;
    }
    AVPacketSideData matrix =
        avcodec.av_packet_side_data_get(
            stream.coded_side_data(),
            stream.nb_coded_side_data(),
            avcodec.AV_PKT_DATA_DISPLAYMATRIX);
    if (matrix == null || matrix.size() < MATRIX_BYTES) {
      return 0;
    }
    double counterclockwise = avutil.av_display_rotation_get(new IntPointer(matrix.data()));
    return Double.isFinite(counterclockwise)
        ? Math.floorMod(-90 * Math.round(counterclockwise / 90), 360)
        : 0;
  }
}
