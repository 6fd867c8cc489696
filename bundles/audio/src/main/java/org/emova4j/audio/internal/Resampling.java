package org.emova4j.audio.internal;

import org.bytedeco.ffmpeg.avutil.AVChannelLayout;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerPointer;
import org.emova4j.api.audio.Audio;

/** Sound at another rate, by the same filter that decoding uses. */
final class Resampling {
  private static final int BLOCK = 8192;

  private Resampling() {}

  /** Exactly {@code round(length * rate / audio.sampleRate())} samples. */
  static float[] toRate(Audio audio, int rate) throws FfmpegException, InputLimitException {
    float[] in = audio.samples();
    if (rate == audio.sampleRate() || in.length == 0) {
      return in;
    }
    SampleList out = new SampleList();
    try (Memory memory = new Memory();
        SideResampler resampler = new SideResampler(rate, out)) {
      FloatPointer block = new FloatPointer(memory.allocate((long) BLOCK * Float.BYTES));
      PointerPointer<BytePointer> planes = SideResampler.planes(memory, block);
      AVChannelLayout mono =
          new AVChannelLayout(memory.allocate(Loader.sizeof(AVChannelLayout.class)));
      avutil.av_channel_layout_default(mono, 1);
      for (int from = 0; from < in.length; from += BLOCK) {
        int n = Math.min(BLOCK, in.length - from);
        block.put(in, from, n);
        resampler.add(planes, n, audio.sampleRate(), avutil.AV_SAMPLE_FMT_FLTP, mono);
      }
      resampler.finish();
    }
    return out.toArray();
  }
}
