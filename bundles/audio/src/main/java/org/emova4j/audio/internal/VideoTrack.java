package org.emova4j.audio.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * The pictures of a file on their way into another one, packet by packet as they are, with a change
 * of clock alone. Confined to one thread.
 */
final class VideoTrack implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MAX_READ_ERRORS = 100;

  /** A picture of 16,384 by 16,384; only the first ones are decoded, to learn their size. */
  private static final long MAX_PIXELS = 1L << 28;

  private final FileChannel channel;
  private final MediaInput input;
  private final double start;
  private AVFormatContext container;
  private AVStream stream;
  private AVPacket packet;
  private boolean ended;

  private VideoTrack(FileChannel channel, MediaInput input, double soundStart) {
    this.channel = channel;
    this.input = input;
    this.start = Math.min(input.start(), soundStart);
  }

  /**
   * Opens a file that has pictures.
   *
   * @param soundStart when the sound begins on the file's clock, in seconds
   */
  static VideoTrack open(Path file, double soundStart) throws FfmpegException, IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      MediaInput input = MediaInput.openVideo(channel, file.toString(), PATIENCE, MAX_PIXELS);
      // Some containers tell when a picture is decoded, and not when it is shown.
      input.format().flags(input.format().flags() | AVFormatContext.AVFMT_FLAG_GENPTS);
      return new VideoTrack(channel, input, soundStart);
    } catch (FfmpegException | IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  /** How much later than the result's beginning the sound begins, in seconds. */
  double soundDelay(double soundStart) {
    return soundStart - start;
  }

  /** Adds the stream, before the header. */
  void addTo(AVFormatContext result) throws FfmpegException, IOException {
    container = result;
    AVStream from = input.stream();
    stream = Ffmpeg.require(avformat.avformat_new_stream(result, null), "can't add a stream");
    Ffmpeg.require(
        avcodec.avcodec_parameters_copy(stream.codecpar(), from.codecpar()),
        "can't describe the pictures");
    stream.codecpar().codec_tag(0); // each container has its own
    stream.time_base(from.time_base());
    stream.avg_frame_rate(from.avg_frame_rate());
    stream.sample_aspect_ratio(from.sample_aspect_ratio());
    packet = Ffmpeg.require(avcodec.av_packet_alloc(), "can't allocate a packet");
    next();
  }

  /** Writes all packets up to a time in the result, in seconds. */
  void writeUntil(double seconds) throws FfmpegException, IOException {
    while (!ended && time() <= seconds) {
      packet.stream_index(stream.index());
      packet.pos(-1);
      shift();
      avcodec.av_packet_rescale_ts(packet, input.stream().time_base(), stream.time_base());
      // Takes the data, also where it fails.
      Ffmpeg.require(
          avformat.av_interleaved_write_frame(container, packet),
          "the %s pictures can't be written untouched".formatted(input.codecName()));
      next();
    }
  }

  private void shift() {
    long ticks = Math.round(start / tick());
    if (packet.pts() != avutil.AV_NOPTS_VALUE) {
      packet.pts(packet.pts() - ticks);
    }
    if (packet.dts() != avutil.AV_NOPTS_VALUE) {
      packet.dts(packet.dts() - ticks);
    }
  }

  private double tick() {
    return (double) input.stream().time_base().num() / input.stream().time_base().den();
  }

  private double time() {
    long ticks = packet.dts() != avutil.AV_NOPTS_VALUE ? packet.dts() : packet.pts();
    return ticks == avutil.AV_NOPTS_VALUE ? 0 : ticks * tick() - start;
  }

  private void next() throws IOException {
    for (int errors = 0; errors < MAX_READ_ERRORS; ) {
      avcodec.av_packet_unref(packet);
      int status = input.read(packet);
      input.io().checkProgress();
      if (status == avutil.AVERROR_EOF) {
        break;
      }
      if (status < 0) {
        errors++;
      } else if (packet.stream_index() == input.stream().index()) {
        return;
      }
    }
    ended = true;
  }

  @Override
  public void close() throws IOException {
    if (packet != null) {
      avcodec.av_packet_free(packet);
    }
    input.close();
    channel.close();
  }
}
