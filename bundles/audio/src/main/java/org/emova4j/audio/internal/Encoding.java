package org.emova4j.audio.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.MediaTags;
import org.emova4j.wav.Pcm;

/**
 * One pass of one encoder into one container. The same samples and plan give the same bytes: no
 * time, no version and no random number is written. Confined to one thread.
 */
final class Encoding implements AutoCloseable {
  private static final int FRAME_SIZE_WHERE_FREE = 4096;

  /** Of the side data: samples to skip at the start, at the end, and a reason for each. */
  private static final int SKIP_SAMPLES_SIZE = 10;

  private final EncodingPlan plan;
  private final Surroundings around;
  private final EncoderKind kind;
  private final float[][] samples;
  private final NativeIo io;
  private final AVFormatContext container = new AVFormatContext((Pointer) null);
  private AVCodecContext encoder;
  private AVStream stream;
  private AVPacket packet;
  private AVPacket held;
  private long packets;
  private AVFrame frame;

  private Encoding(EncodingPlan plan, Surroundings around, SeekableByteChannel sink)
      throws FfmpegException {
    this.plan = plan;
    this.around = around;
    EncoderKind own = EncoderKind.of(plan.format());
    kind = around.container().map(own::in).orElse(own);
    samples = new float[plan.channels()][];
    io = NativeIo.writing(sink);
  }

  /**
   * @param source of the plan's rate and channels
   */
  static void write(
      SampleSource source, EncodingPlan plan, Surroundings around, SeekableByteChannel sink)
      throws FfmpegException, IOException {
    try (Encoding encoding = new Encoding(plan, around, sink)) {
      encoding.open();
      encoding.encode(source);
    }
  }

  private void open() throws FfmpegException, IOException {
    AVOutputFormat muxer =
        Ffmpeg.require(
            avformat.av_guess_format(kind.muxer(), null, null), "there is no " + kind.muxer());
    AVCodec codec = avcodec.avcodec_find_encoder_by_name(kind.encoder());
    if (codec == null) {
      throw new FfmpegException("this FFmpeg has no encoder " + kind.encoder());
    }
    Ffmpeg.require(
        avformat.avformat_alloc_output_context2(container, muxer, (String) null, null),
        "can't allocate a muxer");
    container.pb(io.context());
    container.flags(container.flags() | AVFormatContext.AVFMT_FLAG_BITEXACT);

    encoder = Ffmpeg.require(avcodec.avcodec_alloc_context3(codec), "can't allocate an encoder");
    encoder.sample_rate(plan.sampleRate());
    encoder.sample_fmt(kind.sampleFormat());
    encoder.bits_per_raw_sample(kind.rawBits());
    avutil.av_channel_layout_default(encoder.ch_layout(), plan.channels());
    encoder.bit_rate(plan.bitRate());
    encoder.thread_count(1);
    encoder.time_base().num(1).den(plan.sampleRate());
    int flags = encoder.flags() | avcodec.AV_CODEC_FLAG_BITEXACT;
    if ((muxer.flags() & avformat.AVFMT_GLOBALHEADER) != 0) {
      flags |= avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
    }
    encoder.flags(flags);
    Ffmpeg.require(
        avcodec.avcodec_open2(encoder, codec, (PointerPointer<?>) null),
        "%s can't encode %d Hz with %d channels at %d bits a second"
            .formatted(kind.encoder(), plan.sampleRate(), plan.channels(), plan.bitRate()));

    if (around.track().isPresent()) {
      around.track().get().addTo(container);
    }
    stream = Ffmpeg.require(avformat.avformat_new_stream(container, null), "can't add a stream");
    stream.time_base().num(1).den(plan.sampleRate());
    Ffmpeg.require(
        avcodec.avcodec_parameters_from_context(stream.codecpar(), encoder),
        "can't describe the stream");
    packet = Ffmpeg.require(avcodec.av_packet_alloc(), "can't allocate a packet");
    held = Ffmpeg.require(avcodec.av_packet_alloc(), "can't allocate a packet");
    frame = Ffmpeg.require(avutil.av_frame_alloc(), "can't allocate a frame");
    writeStart();
  }

  private void writeStart() throws FfmpegException, IOException {
    MediaTags tags = around.tags();
    TagWriting.texts(container, tags, kind);
    if (kind.chapters() == TagWriting.ChapterForm.CONTAINER) {
      TagWriting.chapters(container, tags.chapters());
    }
    AVStream coverStream = null;
    if (kind.cover() == TagWriting.CoverForm.STREAM && tags.cover().isPresent()) {
      coverStream = TagWriting.coverStream(container, tags.cover().get());
    }
    AVDictionary options = new AVDictionary((Pointer) null);
    if (plan.format() == AudioFormat.M4A) {
      // Else the length is rounded to milliseconds.
      avutil.av_dict_set_int(options, "movie_timescale", plan.sampleRate(), 0);
    }
    if (kind.muxer().equals("aiff") && !tags.isEmpty()) {
      avutil.av_dict_set_int(options, "write_id3v2", 1, 0);
    }
    try {
      written(avformat.avformat_write_header(container, options), "header");
    } finally {
      avutil.av_dict_free(options);
    }
    if (coverStream != null) {
      AVPacket picture = TagWriting.coverPacket(tags.cover().orElseThrow(), coverStream);
      try {
        written(avformat.av_interleaved_write_frame(container, picture), "cover");
      } finally {
        avcodec.av_packet_free(picture);
      }
    }
  }

  private void encode(SampleSource source) throws FfmpegException, IOException {
    int size = encoder.frame_size() > 0 ? encoder.frame_size() : FRAME_SIZE_WHERE_FREE;
    for (int c = 0; c < samples.length; c++) {
      samples[c] = new float[size];
    }
    frame.nb_samples(size);
    frame.format(encoder.sample_fmt());
    frame.sample_rate(plan.sampleRate());
    Ffmpeg.require(
        avutil.av_channel_layout_copy(frame.ch_layout(), encoder.ch_layout()),
        "can't copy the channel layout");
    Ffmpeg.require(avutil.av_frame_get_buffer(frame, 0), "can't allocate samples");
    long first = Math.round(around.soundDelay() * plan.sampleRate());
    long count = 0;
    for (int n; (n = source.read(samples, size)) > 0; count += n) {
      Ffmpeg.require(avutil.av_frame_make_writable(frame), "can't allocate samples");
      frame.nb_samples(n);
      frame.pts(first + count);
      fill(n);
      writePictures((double) (first + count + n) / plan.sampleRate());
      send(frame);
    }
    send(null);
    statePadding(count);
    writeHeld();
    writePictures(Double.MAX_VALUE);
    written(avformat.av_write_trailer(container), "trailer");
  }

  private void writePictures(double until) throws FfmpegException, IOException {
    if (around.track().isPresent()) {
      around.track().get().writeUntil(until);
      io.rethrow();
    }
  }

  private void fill(int n) {
    boolean planar = avutil.av_sample_fmt_is_planar(frame.format()) != 0;
    int interleaved = planar ? 1 : plan.channels();
    int bytes = avutil.av_get_bytes_per_sample(frame.format());
    for (int plane = 0; plane < (planar ? plan.channels() : 1); plane++) {
      BytePointer data = frame.extended_data(plane);
      ByteBuffer target =
          data.capacity((long) n * interleaved * bytes)
              .asByteBuffer()
              .order(ByteOrder.nativeOrder());
      for (int i = 0; i < n; i++) {
        for (int c = 0; c < interleaved; c++) {
          put(target, samples[plane + c][i]);
        }
      }
    }
  }

  private void put(ByteBuffer target, float sample) {
    switch (kind.sampleFormat()) {
      case avutil.AV_SAMPLE_FMT_S16 -> target.putShort(Pcm.to16(sample));
      case avutil.AV_SAMPLE_FMT_S32 -> target.putInt(Pcm.to24(sample) << 8);
      default ->
          target.putFloat(plan.format() == AudioFormat.WAV_FLOAT ? sample : Pcm.clip(sample));
    }
  }

  /** Sends one frame, or with null the end, and writes every packet that comes of it. */
  private void send(AVFrame next) throws FfmpegException, IOException {
    Ffmpeg.require(avcodec.avcodec_send_frame(encoder, next), "encoding failed");
    int status;
    while ((status = avcodec.avcodec_receive_packet(encoder, packet)) >= 0) {
      writeHeld();
      avcodec.av_packet_move_ref(held, packet);
      packets++;
    }
    if (status != avutil.AVERROR_EOF && status != avutil.AVERROR_EAGAIN()) {
      Ffmpeg.require(status, "encoding failed");
    }
  }

  private void writeHeld() throws FfmpegException, IOException {
    if (packets > 0) {
      held.stream_index(stream.index());
      avcodec.av_packet_rescale_ts(held, encoder.time_base(), stream.time_base());
      written(avformat.av_interleaved_write_frame(container, held), "packet");
    }
  }

  /**
   * MP3's header says how much of the end is padding. The encoder counts that packet by packet, and
   * the muxer would take the last packet's share alone, though it may reach further back.
   */
  private void statePadding(long samples) throws FfmpegException {
    if (plan.format() != AudioFormat.MP3 || packets == 0) {
      return;
    }
    long padding = packets * encoder.frame_size() - encoder.initial_padding() - samples;
    BytePointer data =
        Ffmpeg.require(
            avcodec.av_packet_new_side_data(
                held, avcodec.AV_PKT_DATA_SKIP_SAMPLES, SKIP_SAMPLES_SIZE),
            "can't allocate side data");
    data.capacity(SKIP_SAMPLES_SIZE)
        .asByteBuffer()
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0)
        .putInt((int) Math.max(0, padding))
        .putShort((short) 0);
  }

  private void written(int status, String what) throws FfmpegException, IOException {
    io.rethrow();
    Ffmpeg.require(status, "the %s can't be written".formatted(what));
  }

  @Override
  public void close() {
    if (frame != null) {
      avutil.av_frame_free(frame);
    }
    if (packet != null) {
      avcodec.av_packet_free(packet);
    }
    if (held != null) {
      avcodec.av_packet_free(held);
    }
    if (encoder != null) {
      avcodec.avcodec_free_context(encoder);
    }
    if (!container.isNull()) {
      avformat.avformat_free_context(container);
    }
    io.close();
  }
}
