package org.emova4j.audio.internal;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.emova4j.api.vision.VideoFrame;

/** A decoded picture, of whatever colours and shape of pixels, as RGB of square ones. */
final class RgbFrame {
  private static final int CHANNELS = 3;

  /** Up to here, video that doesn't say so has the colours of standard definition. */
  private static final int MAX_SD_HEIGHT = 576;

  private static final double MAX_STRETCH = 4;

  private RgbFrame() {}

  static VideoFrame of(AVFrame frame, long maxPixels, int rotation, String codec)
      throws FfmpegException {
    int height = frame.height();
    int width = squareWidth(frame);
    FrameDecoding.checkSize(frame.width(), height, maxPixels);
    FrameDecoding.checkSize(width, height, maxPixels);
    if (frame.colorspace() == avutil.AVCOL_SPC_UNSPECIFIED) {
      frame.colorspace(
          height > MAX_SD_HEIGHT ? avutil.AVCOL_SPC_BT709 : avutil.AVCOL_SPC_SMPTE170M);
    }
    AVFrame rgb = Ffmpeg.require(avutil.av_frame_alloc(), "can't allocate a frame");
    SwsContext scaler = swscale.sws_alloc_context();
    try {
      Ffmpeg.require(scaler, "can't allocate a converter");
      rgb.width(width).height(height).format(avutil.AV_PIX_FMT_RGB24);
      Ffmpeg.require(avutil.av_frame_get_buffer(rgb, 0), "can't allocate a picture");
      scaler.flags(swscale.SWS_BICUBIC | swscale.SWS_ACCURATE_RND | swscale.SWS_FULL_CHR_H_INT);
      Ffmpeg.require(swscale.sws_scale_frame(scaler, rgb, frame), "its colours can't be converted");
      return VideoFrame.adopt(width, height, copy(rgb), rotation, codec);
    } finally {
      swscale.sws_free_context(scaler);
      avutil.av_frame_free(rgb);
    }
  }

  /** The width at which pixels are square. */
  private static int squareWidth(AVFrame frame) {
    AVRational aspect = frame.sample_aspect_ratio();
    if (aspect.num() <= 0 || aspect.den() <= 0) {
      return frame.width();
    }
    double stretch = (double) aspect.num() / aspect.den();
    return stretch > MAX_STRETCH || stretch < 1 / MAX_STRETCH
        ? frame.width()
        : Math.max(1, (int) Math.min(Integer.MAX_VALUE, Math.round(frame.width() * stretch)));
  }

  private static byte[] copy(AVFrame rgb) {
    int row = rgb.width() * CHANNELS;
    byte[] out = new byte[Math.multiplyExact(row, rgb.height())];
    BytePointer pixels = new BytePointer(rgb.data(0));
    for (int y = 0; y < rgb.height(); y++) {
      pixels.position((long) y * rgb.linesize(0)).get(out, y * row, row);
    }
    return out;
  }
}
