package org.emova4j.audio.internal;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioInfo;

/** An opened container and its best audio or video stream. Confined to one thread. */
final class MediaInput implements AutoCloseable {
  private static final Pattern EXTENSION = Pattern.compile("\\.([A-Za-z0-9]{1,8})$");

  /** Matches no protocol: a demuxer that wants to open another file or address is refused. */
  private static final String NO_PROTOCOL = "none";

  private static final long NO_PICTURES = 0;

  private final NativeIo io;
  private final AVFormatContext format;
  private final long maxPixels;
  private AVStream stream;

  private MediaInput(NativeIo io, AVFormatContext format, long maxPixels) {
    this.io = io;
    this.format = format;
    this.maxPixels = maxPixels;
  }

  /**
   * @param name only its extension is used, and only as a hint
   * @param forward read front to back, as far as need be; what lies at the end isn't looked for
   */
  static MediaInput open(
      SeekableByteChannel channel, String name, Duration patience, boolean forward)
      throws FfmpegException, IOException {
    return open(channel, name, patience, forward, NO_PICTURES);
  }

  /** As {@link #open}, for moving pictures; none that is larger gets memory. */
  static MediaInput openVideo(
      SeekableByteChannel channel, String name, Duration patience, long maxPixels)
      throws FfmpegException, IOException {
    return open(channel, name, patience, false, maxPixels);
  }

  private static MediaInput open(
      SeekableByteChannel channel, String name, Duration patience, boolean forward, long maxPixels)
      throws FfmpegException, IOException {
    NativeIo io = NativeIo.reading(channel, patience);
    if (forward) {
      io.context().seekable(0);
    }
    AVFormatContext format = new AVFormatContext((Pointer) null);
    try {
      format = Ffmpeg.require(avformat.avformat_alloc_context(), "can't allocate a demuxer");
      format.pb(io.context());
      // Else closing what was never opened would follow the I/O context's number as an address.
      format.flags(format.flags() | AVFormatContext.AVFMT_FLAG_CUSTOM_IO);
      AVDictionary options = new AVDictionary((Pointer) null);
      avutil.av_dict_set(options, "protocol_whitelist", NO_PROTOCOL, 0);
      avutil.av_dict_set(
          options,
          "codec_whitelist",
          maxPixels == NO_PICTURES ? AudioDecoders.names() : VideoDecoders.NAMES,
          0);
      int opened;
      try {
        opened = avformat.avformat_open_input(format, hint(name), null, options);
      } finally {
        avutil.av_dict_free(options);
      }
      if (opened < 0) {
        format.setNull(); // freed by the failed call
        io.rethrow();
        throw new FfmpegException(Ffmpeg.describe(opened));
      }
      MediaInput input = new MediaInput(io, format, maxPixels);
      input.chooseStream();
      return input;
    } catch (FfmpegException | IOException | RuntimeException | Error e) {
      if (!format.isNull()) {
        avformat.avformat_close_input(format);
      }
      io.close();
      throw e;
    }
  }

  AVStream stream() {
    return stream;
  }

  /** Whether there is a film in it; a cover is none. */
  boolean hasPictures() {
    for (int i = 0; i < format.nb_streams(); i++) {
      AVStream other = format.streams(i);
      if (other.codecpar().codec_type() == avutil.AVMEDIA_TYPE_VIDEO
          && (other.disposition() & avformat.AV_DISPOSITION_ATTACHED_PIC) == 0) {
        return true;
      }
    }
    return false;
  }

  /** The whole container; it closes with this. */
  AVFormatContext format() {
    return format;
  }

  /** When the stream begins, in seconds on the container's clock. */
  double start() {
    long ticks = stream.start_time();
    AVRational base = stream.time_base();
    return ticks == avutil.AV_NOPTS_VALUE || base.den() <= 0
        ? 0
        : (double) ticks * base.num() / base.den();
  }

  NativeIo io() {
    return io;
  }

  String container() {
    return format.iformat().name().getString();
  }

  String codecName() {
    return avcodec.avcodec_get_name(stream.codecpar().codec_id()).getString();
  }

  /** As the container states it; 0 if it doesn't. */
  int channels() {
    return stream.codecpar().ch_layout().nb_channels();
  }

  /** A decoder for the stream, to be freed by the caller. */
  AVCodecContext openDecoder() throws FfmpegException {
    AVCodec codec = avcodec.avcodec_find_decoder(stream.codecpar().codec_id());
    if (codec == null) {
      throw new FfmpegException("there is no decoder for its codec %s".formatted(codecName()));
    }
    AVCodecContext decoder =
        Ffmpeg.require(avcodec.avcodec_alloc_context3(codec), "can't allocate a decoder");
    try {
      Ffmpeg.require(
          avcodec.avcodec_parameters_to_context(decoder, stream.codecpar()),
          "its %s stream is damaged".formatted(codecName()));
      decoder.pkt_timebase(stream.time_base());
      decoder.thread_count(1);
      if (maxPixels != NO_PICTURES) {
        decoder.max_pixels(maxPixels);
      }
      Ffmpeg.require(
          avcodec.avcodec_open2(decoder, codec, (PointerPointer<?>) null),
          "its %s stream can't be decoded".formatted(codecName()));
      return decoder;
    } catch (FfmpegException | RuntimeException | Error e) {
      avcodec.avcodec_free_context(decoder);
      throw e;
    }
  }

  /** The next packet's status: negative at the end or on damage. */
  int read(AVPacket packet) throws IOException {
    int result = avformat.av_read_frame(format, packet);
    io.rethrow();
    return result;
  }

  AudioInfo info() throws FfmpegException {
    AVCodecParameters parameters = stream.codecpar();
    int rate = parameters.sample_rate();
    int channels = parameters.ch_layout().nb_channels();
    if (rate <= 0 || channels <= 0) {
      throw new FfmpegException(
          "its %s stream states no sample rate or no channels".formatted(codecName()));
    }
    long bits = parameters.bit_rate() > 0 ? parameters.bit_rate() : format.bit_rate();
    return new AudioInfo(
        container(),
        codecName(),
        channels,
        rate,
        duration(),
        bits > 0 ? OptionalLong.of(bits) : OptionalLong.empty());
  }

  /** Goes to the last place at or before a time from which decoding can start. */
  void seek(Duration time) throws IOException {
    AVRational base = stream.time_base();
    if (base.num() <= 0 || base.den() <= 0) {
      return;
    }
    long start = stream.start_time() == avutil.AV_NOPTS_VALUE ? 0 : stream.start_time();
    // Down: a key frame past the time is too late.
    long ticks = start + (long) Math.floor(time.toNanos() / 1e9 * base.den() / base.num());
    avformat.av_seek_frame(format, stream.index(), ticks, avformat.AVSEEK_FLAG_BACKWARD);
    io.rethrow();
  }

  /** The stream's length in samples as the container states it, or 0. */
  long statedFrames(int rate) {
    long ticks = stream.duration();
    AVRational base = stream.time_base();
    return ticks == avutil.AV_NOPTS_VALUE || ticks <= 0 || base.den() <= 0
        ? 0
        : Math.round((double) ticks * base.num() * rate / base.den());
  }

  /** The stream's length as the container states it. */
  Optional<Duration> duration() {
    double seconds = -1;
    long ticks = stream.duration();
    if (ticks != avutil.AV_NOPTS_VALUE && ticks > 0) {
      AVRational base = stream.time_base();
      seconds = (double) ticks * base.num() / base.den();
    } else if (format.duration() != avutil.AV_NOPTS_VALUE && format.duration() > 0) {
      seconds = format.duration() / (double) avutil.AV_TIME_BASE;
    }
    boolean guessed = format.duration_estimation_method() == avformat.AVFMT_DURATION_FROM_BITRATE;
    return seconds < 0 || guessed || seconds > Integer.MAX_VALUE
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(Math.round(seconds * 1e9)));
  }

  private void chooseStream() throws FfmpegException, IOException {
    boolean video = maxPixels != NO_PICTURES;
    int found =
        video ? findVideo() : avformat.avformat_find_stream_info(format, (PointerPointer<?>) null);
    io.rethrow();
    if (found < 0) {
      throw new FfmpegException(Ffmpeg.describe(found));
    }
    int type = video ? avutil.AVMEDIA_TYPE_VIDEO : avutil.AVMEDIA_TYPE_AUDIO;
    int best = avformat.av_find_best_stream(format, type, -1, -1, (AVCodec) null, 0);
    for (int i = 0; i < format.nb_streams() && best < 0; i++) {
      if (format.streams(i).codecpar().codec_type() == type) {
        best = i;
      }
    }
    if (best < 0) {
      throw new FfmpegException(
          "there is no %s stream in it (%s)".formatted(video ? "video" : "audio", container()));
    }
    for (int i = 0; i < format.nb_streams(); i++) {
      if (i != best) {
        format.streams(i).discard(avcodec.AVDISCARD_ALL);
      }
    }
    stream = format.streams(best);
    int rate = stream.codecpar().sample_rate();
    if (!video && rate > 0) {
      checkRate(rate);
    }
  }

  /** FFmpeg decodes a little to find out what is in there; the limit holds for that too. */
  private int findVideo() {
    int streams = format.nb_streams();
    try (PointerPointer<AVDictionary> options = new PointerPointer<>(Math.max(1, streams))) {
      for (int i = 0; i < streams; i++) {
        AVDictionary limit = new AVDictionary((Pointer) null);
        avutil.av_dict_set(limit, "max_pixels", Long.toString(maxPixels), 0);
        options.put(i, limit);
      }
      int found = avformat.avformat_find_stream_info(format, options);
      for (int i = 0; i < streams; i++) {
        AVDictionary left = options.get(AVDictionary.class, i);
        if (left != null) { // not all of it was taken
          avutil.av_dict_free(left);
        }
      }
      return found;
    }
  }

  static void checkRate(int rate) throws FfmpegException {
    if (rate < Audio.MIN_SAMPLE_RATE || rate > AudioDecoders.MAX_RATE) {
      throw new FfmpegException(
          "it states a sample rate of %d Hz, outside %d..%d Hz"
              .formatted(rate, Audio.MIN_SAMPLE_RATE, AudioDecoders.MAX_RATE));
    }
  }

  private static String hint(String name) {
    Matcher m = EXTENSION.matcher(name);
    return m.find() ? "input." + m.group(1) : "input";
  }

  @Override
  public void close() {
    avformat.avformat_close_input(format);
    io.close();
  }
}
