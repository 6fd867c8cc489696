package org.emova4j.audio.internal;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Float samples may be NaN, infinite or so large that a sum of them is: these become silence, so
 * that one of them doesn't spread over the whole length of a filter.
 */
final class SampleCheck {
  /** Full scale is 1; integers that somebody forgot to scale still pass. */
  static final float MAX_MAGNITUDE = 1e12f;

  private SampleCheck() {}

  static void silenceNonFinite(AVFrame frame) throws FfmpegException {
    int format = frame.format();
    int packed = avutil.av_get_packed_sample_fmt(format);
    if (packed != avutil.AV_SAMPLE_FMT_FLT && packed != avutil.AV_SAMPLE_FMT_DBL) {
      return;
    }
    int channels = frame.ch_layout().nb_channels();
    boolean planar = avutil.av_sample_fmt_is_planar(format) != 0;
    int planes = planar ? channels : 1;
    int perPlane = planar ? frame.nb_samples() : Math.multiplyExact(frame.nb_samples(), channels);
    for (int i = 0; i < planes; i++) {
      boolean isFloat = packed == avutil.AV_SAMPLE_FMT_FLT;
      if (!(isFloat ? isSound(floats(frame, i), perPlane) : isSound(doubles(frame, i), perPlane))) {
        Ffmpeg.require(avutil.av_frame_make_writable(frame), "can't copy a frame");
        if (isFloat) {
          repair(floats(frame, i), perPlane);
        } else {
          repair(doubles(frame, i), perPlane);
        }
      }
    }
  }

  private static FloatPointer floats(AVFrame frame, int plane) {
    return new FloatPointer(frame.extended_data(plane));
  }

  private static DoublePointer doubles(AVFrame frame, int plane) {
    return new DoublePointer(frame.extended_data(plane));
  }

  private static boolean isSound(FloatPointer samples, int count) {
    float[] values = new float[count];
    samples.get(values);
    // A NaN fails every comparison, so this asks for the good ones.
    for (float value : values) {
      if (!(Math.abs(value) <= MAX_MAGNITUDE)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSound(DoublePointer samples, int count) {
    double[] values = new double[count];
    samples.get(values);
    for (double value : values) {
      if (!(Math.abs(value) <= MAX_MAGNITUDE)) {
        return false;
      }
    }
    return true;
  }

  private static void repair(FloatPointer samples, int count) {
    for (int i = 0; i < count; i++) {
      if (!(Math.abs(samples.get(i)) <= MAX_MAGNITUDE)) {
        samples.put(i, 0f);
      }
    }
  }

  private static void repair(DoublePointer samples, int count) {
    for (int i = 0; i < count; i++) {
      if (!(Math.abs(samples.get(i)) <= MAX_MAGNITUDE)) {
        samples.put(i, 0.0);
      }
    }
  }
}
