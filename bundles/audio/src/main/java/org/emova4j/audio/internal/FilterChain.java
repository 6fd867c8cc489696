package org.emova4j.audio.internal;

import java.util.Locale;
import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avfilter.AVFilterInOut;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avfilter;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** A row of FFmpeg's audio filters over a source, itself a source. Confined to one thread. */
final class FilterChain implements SampleSource {
  private static final int BLOCK = 4096;
  private static final int SEARCH_CHILDREN = 1;

  private final SampleSource source;
  private final float[][] block;
  private AVFilterGraph graph;
  private AVFilterContext in;
  private AVFilterContext out;
  private AVFrame sent;
  private AVFrame received;
  private long position;
  private int offset;
  private boolean ended;

  /**
   * @param source closed with this
   * @param filters as FFmpeg's command line takes them; they keep rate and channels
   */
  FilterChain(SampleSource source, String filters) throws FfmpegException {
    this.source = source;
    block = new float[source.channels()][BLOCK];
    try {
      open(filters);
    } catch (FfmpegException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void open(String filters) throws FfmpegException {
    graph = Ffmpeg.require(avfilter.avfilter_graph_alloc(), "can't allocate filters");
    graph.nb_threads(1);
    String layout = source.channels() == 1 ? "mono" : "stereo";
    in = new AVFilterContext((Pointer) null);
    Ffmpeg.require(
        avfilter.avfilter_graph_create_filter(
            in,
            avfilter.avfilter_get_by_name("abuffer"),
            "in",
            "time_base=1/%1$d:sample_rate=%1$d:sample_fmt=fltp:channel_layout=%2$s"
                .formatted(source.rate(), layout),
            null,
            graph),
        "can't set up filters");
    out = new AVFilterContext((Pointer) null);
    Ffmpeg.require(
        avfilter.avfilter_graph_create_filter(
            out, avfilter.avfilter_get_by_name("abuffersink"), "out", null, null, graph),
        "can't set up filters");
    AVFilterInOut outputs = end("in", in);
    AVFilterInOut inputs = end("out", out);
    try {
      String all =
          "%s,aformat=sample_fmts=fltp:sample_rates=%d:channel_layouts=%s"
              .formatted(filters, source.rate(), layout);
      Ffmpeg.require(
          avfilter.avfilter_graph_parse_ptr(graph, all, inputs, outputs, null),
          "can't set up the filters " + filters);
    } finally {
      avfilter.avfilter_inout_free(inputs);
      avfilter.avfilter_inout_free(outputs);
    }
    Ffmpeg.require(
        avfilter.avfilter_graph_config(graph, null), "can't set up the filters " + filters);
    sent = Ffmpeg.require(avutil.av_frame_alloc(), "can't allocate a frame");
    received = Ffmpeg.require(avutil.av_frame_alloc(), "can't allocate a frame");
  }

  private static AVFilterInOut end(String name, AVFilterContext filter) throws FfmpegException {
    AVFilterInOut end = Ffmpeg.require(avfilter.avfilter_inout_alloc(), "can't allocate filters");
    try (BytePointer text = new BytePointer(name)) {
      end.name(avutil.av_strdup(text));
    }
    end.filter_ctx(filter);
    end.pad_idx(0);
    end.next(null);
    return end;
  }

  @Override
  public int channels() {
    return source.channels();
  }

  @Override
  public int rate() {
    return source.rate();
  }

  @Override
  public int read(float[][] target, int count) throws FfmpegException {
    int done = 0;
    while (done < count && (received.nb_samples() > offset || receive())) {
      int n = Math.min(count - done, received.nb_samples() - offset);
      for (int c = 0; c < channels(); c++) {
        new FloatPointer(received.extended_data(c)).position(offset).get(target[c], done, n);
      }
      offset += n;
      done += n;
    }
    return done;
  }

  /** The next frame that the filters make, if there is one. */
  private boolean receive() throws FfmpegException {
    avutil.av_frame_unref(received);
    offset = 0;
    int status;
    while ((status = avfilter.av_buffersink_get_frame(out, received)) < 0) {
      if (status == avutil.AVERROR_EOF) {
        return false;
      }
      if (status != avutil.AVERROR_EAGAIN()) {
        Ffmpeg.require(status, "filtering failed");
      }
      send();
    }
    return true;
  }

  private void send() throws FfmpegException {
    if (ended) {
      throw new FfmpegException("the filters wait for more after the end");
    }
    int n = source.read(block, BLOCK);
    ended = n == 0;
    if (ended) {
      Ffmpeg.require(avfilter.av_buffersrc_add_frame(in, null), "filtering failed");
      return;
    }
    sent.nb_samples(n);
    sent.format(avutil.AV_SAMPLE_FMT_FLTP);
    sent.sample_rate(rate());
    avutil.av_channel_layout_default(sent.ch_layout(), channels());
    Ffmpeg.require(avutil.av_frame_get_buffer(sent, 0), "can't allocate samples");
    sent.pts(position);
    position += n;
    for (int c = 0; c < channels(); c++) {
      new FloatPointer(sent.extended_data(c)).put(block[c], 0, n);
    }
    // Takes the samples and leaves the frame empty, also where it fails.
    int status = avfilter.av_buffersrc_add_frame(in, sent);
    avutil.av_frame_unref(sent);
    Ffmpeg.require(status, "filtering failed");
  }

  /** What a filter says of what has gone through it so far. */
  double value(String filter, String option) throws FfmpegException {
    AVFilterContext context =
        Ffmpeg.require(
            avfilter.avfilter_graph_get_filter(graph, filter), "there is no filter " + filter);
    double[] value = new double[1];
    Ffmpeg.require(
        avutil.av_opt_get_double(context, option, SEARCH_CHILDREN, value),
        "%s says no %s".formatted(filter, option));
    return value[0];
  }

  /** A number as filters take it. */
  static String number(double value) {
    return String.format(Locale.ROOT, "%.9f", value);
  }

  @Override
  public void close() {
    if (sent != null) {
      avutil.av_frame_free(sent);
    }
    if (received != null) {
      avutil.av_frame_free(received);
    }
    if (graph != null) {
      avfilter.avfilter_graph_free(graph);
      graph = null;
    }
    source.close();
  }
}
