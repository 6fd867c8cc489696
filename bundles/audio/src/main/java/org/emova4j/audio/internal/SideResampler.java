package org.emova4j.audio.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.AVChannelLayout;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swresample;
import org.bytedeco.ffmpeg.swresample.SwrContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.emova4j.api.audio.ChannelPolicy;

/**
 * Mixes any channels to one, or takes their sides, and resamples: N frames at rate r give exactly
 * {@code round(N * out / r)} samples, the filter's tail included. Input may change its rate,
 * channels or format on the way; each run of the same kind counts by itself. Confined to one
 * thread.
 *
 * <p>One or two channels are averaged with equal weights; more are mixed with FFmpeg's weights for
 * their places, scaled so that full scale on all channels is full scale in the mix; channels
 * without known places are averaged.
 */
final class SideResampler implements AutoCloseable {
  /** swresample's own limit. */
  static final int MAX_CHANNELS = 64;

  private static final int OUT_CAPACITY = 16 << 10;

  // How much of the centre and of the back is in a stereo mix: -3 dB (ITU-R BS.775).
  private static final double SHARED_LEVEL = Math.sqrt(0.5);

  private final int outRate;
  private final ChannelPolicy policy;
  private final List<SampleList> sinks;
  private final Memory memory = new Memory();
  private final List<FloatPointer> out = new ArrayList<>();
  private final PointerPointer<FloatPointer> outPlanes;
  private final AVChannelLayout outLayout;

  private SwrContext swr;
  private Kind kind;
  private long runFrames;
  private long runStart;

  /** What must stay the same for the filter to run on. */
  record Kind(int rate, int format, int channels, int order, long mask) {
    static Kind of(int rate, int format, AVChannelLayout layout) {
      boolean known = layout.order() == avutil.AV_CHANNEL_ORDER_NATIVE;
      return new Kind(
          rate, format, layout.nb_channels(), layout.order(), known ? layout.u_mask() : 0);
    }
  }

  /** A mix. */
  SideResampler(int outRate, SampleList sink) throws FfmpegException {
    this(outRate, ChannelPolicy.MIX, List.of(sink));
  }

  /**
   * @param sinks the left and the right one for {@link ChannelPolicy#BOTH} of an input that has
   *     them, else one
   */
  SideResampler(int outRate, ChannelPolicy policy, List<SampleList> sinks) throws FfmpegException {
    this.outRate = outRate;
    this.policy = sinks.size() == 1 && policy == ChannelPolicy.BOTH ? ChannelPolicy.MIX : policy;
    this.sinks = List.copyOf(sinks);
    try {
      outPlanes = new PointerPointer<>(memory.allocate((long) sinks.size() * Long.BYTES));
      outPlanes.capacity(sinks.size());
      for (int i = 0; i < sinks.size(); i++) {
        FloatPointer plane = new FloatPointer(memory.allocate((long) OUT_CAPACITY * Float.BYTES));
        plane.capacity(OUT_CAPACITY);
        out.add(plane);
        outPlanes.put(i, plane);
      }
      outLayout = new AVChannelLayout(memory.allocate(Loader.sizeof(AVChannelLayout.class)));
      avutil.av_channel_layout_default(outLayout, sinks.size());
    } catch (FfmpegException | RuntimeException | Error e) {
      memory.close();
      throw e;
    }
  }

  /** Takes {@code frames} frames of the given kind. */
  void add(PointerPointer<?> planes, int frames, int rate, int format, AVChannelLayout layout)
      throws FfmpegException, InputLimitException {
    Kind wanted = Kind.of(rate, format, layout);
    if (!wanted.equals(kind)) {
      finish();
      open(wanted, layout);
    }
    runFrames += frames;
    int made = convert(planes, frames);
    while (made > 0) {
      made = convert(planes, 0);
    }
  }

  /** Delivers the filter's tail and makes the count exact. */
  void finish() throws FfmpegException, InputLimitException {
    if (swr == null) {
      return;
    }
    while (convert(null, 0) > 0) {
      // until it is empty
    }
    // The filter itself ends within a few samples of it.
    long wanted = count(runFrames, kind.rate(), outRate);
    for (SampleList sink : sinks) {
      sink.setLength(runStart + wanted);
    }
    free();
  }

  /** {@code round(frames * outRate / rate)}. */
  static long count(long frames, int rate, int outRate) {
    return Math.floorDiv(2 * frames * outRate + rate, 2L * rate);
  }

  @Override
  public void close() {
    free();
    memory.close();
  }

  private int convert(PointerPointer<?> planes, int frames)
      throws FfmpegException, InputLimitException {
    int n =
        Ffmpeg.require(
            swresample.swr_convert(swr, outPlanes, OUT_CAPACITY, planes, frames),
            "resampling failed");
    for (int i = 0; i < sinks.size(); i++) {
      sinks.get(i).add(out.get(i), n);
    }
    return n;
  }

  private void open(Kind wanted, AVChannelLayout layout)
      throws FfmpegException, InputLimitException {
    if (wanted.channels() < 1 || wanted.channels() > MAX_CHANNELS) {
      throw new FfmpegException(
          "it has %d channels, and at most %d can be mixed"
              .formatted(wanted.channels(), MAX_CHANNELS));
    }
    boolean placed = wanted.channels() > 2 && wanted.order() == avutil.AV_CHANNEL_ORDER_NATIVE;
    if (!(placed && open(wanted, layout, true)) && !open(wanted, layout, false)) {
      throw new FfmpegException(
          "%d channels at %d Hz can't be resampled to %d Hz"
              .formatted(wanted.channels(), wanted.rate(), outRate));
    }
    kind = wanted;
    runFrames = 0;
    runStart = sinks.get(0).length();
  }

  /**
   * @param placed whether the channels' places decide their weights
   */
  private boolean open(Kind wanted, AVChannelLayout layout, boolean placed) throws FfmpegException {
    FilterPlan plan = FilterPlan.of(wanted.rate(), outRate);
    boolean ownWeights = !placed || policy != ChannelPolicy.MIX;
    double[] weights =
        !ownWeights
            ? new double[0]
            : placed ? placedSides(layout, wanted.channels()) : weights(wanted.channels());
    if (weights == null) {
      return false;
    }
    try (Memory scope = new Memory()) {
      AVChannelLayout in = layout;
      if (ownWeights) {
        in = new AVChannelLayout(scope.allocate(Loader.sizeof(AVChannelLayout.class)));
        in.order(avutil.AV_CHANNEL_ORDER_UNSPEC).nb_channels(wanted.channels());
      }
      SwrContext made = new SwrContext((Pointer) null);
      Ffmpeg.require(
          swresample.swr_alloc_set_opts2(
              made,
              outLayout,
              avutil.AV_SAMPLE_FMT_FLTP,
              outRate,
              in,
              wanted.format(),
              wanted.rate(),
              0,
              null),
          "can't set up the resampler");
      swr = Ffmpeg.require(made, "can't set up the resampler");
    }
    avutil.av_opt_set_int(swr, "filter_size", plan.filterSize(), 0);
    avutil.av_opt_set_int(swr, "phase_shift", plan.phaseShift(), 0);
    avutil.av_opt_set_int(swr, "exact_rational", 1, 0);
    avutil.av_opt_set_int(swr, "linear_interp", plan.exact() ? 0 : 1, 0);
    avutil.av_opt_set_double(swr, "cutoff", FilterPlan.CUTOFF, 0);
    avutil.av_opt_set_double(swr, "kaiser_beta", FilterPlan.KAISER_BETA, 0);
    avutil.av_opt_set_sample_fmt(swr, "internal_sample_fmt", avutil.AV_SAMPLE_FMT_FLTP, 0);
    avutil.av_opt_set_double(swr, "rematrix_maxval", 1.0, 0);
    if (ownWeights) {
      Ffmpeg.require(
          swresample.swr_set_matrix(swr, weights, wanted.channels()),
          "can't set the mixing weights");
    }
    if (swresample.swr_init(swr) < 0) {
      free();
      return false;
    }
    return true;
  }

  /** Row by row, one for each sink, of channels whose places don't matter. */
  private double[] weights(int channels) {
    double[] weights = new double[sinks.size() * channels];
    switch (policy) {
      case MIX -> Arrays.fill(weights, 1.0 / channels);
      case LEFT -> weights[0] = 1;
      case RIGHT -> weights[Math.min(1, channels - 1)] = 1;
      case BOTH -> {
        weights[0] = 1;
        weights[channels + Math.min(1, channels - 1)] = 1;
      }
    }
    return weights;
  }

  /** The rows of the stereo mix that the policy wants, or null if FFmpeg knows none. */
  private double[] placedSides(AVChannelLayout layout, int channels) throws FfmpegException {
    // FFmpeg scales a whole square of its own limit, whatever the channels.
    double[] stereo = new double[MAX_CHANNELS * MAX_CHANNELS];
    try (Memory scope = new Memory()) {
      AVChannelLayout two =
          new AVChannelLayout(scope.allocate(Loader.sizeof(AVChannelLayout.class)));
      avutil.av_channel_layout_default(two, 2);
      int built =
          swresample.swr_build_matrix2(
              layout,
              two,
              SHARED_LEVEL,
              SHARED_LEVEL,
              0,
              1.0,
              1.0,
              stereo,
              MAX_CHANNELS,
              avutil.AV_MATRIX_ENCODING_NONE,
              null);
      if (built < 0) {
        return null;
      }
    }
    double[] weights = new double[sinks.size() * channels];
    int row = policy == ChannelPolicy.RIGHT ? 1 : 0;
    for (int i = 0; i < sinks.size(); i++) {
      System.arraycopy(stereo, (row + i) * MAX_CHANNELS, weights, i * channels, channels);
    }
    return weights;
  }

  private void free() {
    if (swr != null) {
      swresample.swr_free(swr);
      swr = null;
      kind = null;
    }
  }

  /** Wraps planes that the caller holds in native memory. */
  static PointerPointer<BytePointer> planes(Memory memory, Pointer... planes)
      throws FfmpegException {
    PointerPointer<BytePointer> all =
        new PointerPointer<>(memory.allocate((long) planes.length * Long.BYTES));
    all.capacity(planes.length);
    for (int i = 0; i < planes.length; i++) {
      all.put(i, planes[i]);
    }
    return all;
  }
}
