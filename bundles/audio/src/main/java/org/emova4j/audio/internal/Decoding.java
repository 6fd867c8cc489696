package org.emova4j.audio.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.ChannelPolicy;
import org.emova4j.api.audio.DecodeOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pass over one input: packets, frames, samples. What an encoder added at the ends, and the
 * container declares, is taken off (FFmpeg does so by default); damaged packets are skipped.
 */
final class Decoding {
  private static final Logger log = LoggerFactory.getLogger(Decoding.class);

  private static final int MAX_READ_ERRORS = 100;
  private static final int MAX_SILENT_PACKETS = 20_000;

  /** Two blocks of the longest kind of AAC. */
  private static final int MAX_PADDING = 4096;

  /** While decoding, what will be taken off in the end doesn't count as too long. */
  private static final double PADDING_SECONDS = 0.6;

  private final MediaInput input;
  private final ChannelPolicy policy;
  private final DecodeOptions options;
  private final List<SampleList> sides = new ArrayList<>();
  private double seconds;
  private long frames;
  private int firstRate;
  private boolean changesRate;
  private int damaged;
  private int lastError;
  private int silentPackets;

  Decoding(MediaInput input, ChannelPolicy policy, DecodeOptions options) {
    this.input = input;
    this.policy = policy;
    this.options = options;
    sides.add(new SampleList());
    if (policy == ChannelPolicy.BOTH && input.channels() > 1) {
      sides.add(new SampleList());
    }
  }

  /** One sound for each side that there is. */
  List<Audio> run() throws FfmpegException, IOException {
    AVCodecContext decoder = input.openDecoder();
    AVPacket packet = avcodec.av_packet_alloc();
    AVFrame frame = avutil.av_frame_alloc();
    try (SideResampler resampler = new SideResampler(options.sampleRate(), policy, sides)) {
      Ffmpeg.require(packet, "can't allocate a packet");
      Ffmpeg.require(frame, "can't allocate a frame");
      int errors = 0;
      while (errors < MAX_READ_ERRORS) {
        int status = input.read(packet);
        if (status == avutil.AVERROR_EOF) {
          break;
        }
        input.io().checkProgress();
        if (status < 0) {
          lastError = status;
          errors++;
          continue;
        }
        errors = 0;
        try {
          if (packet.stream_index() == input.stream().index()) {
            decode(decoder, packet, frame, resampler);
          }
        } finally {
          avcodec.av_packet_unref(packet);
        }
      }
      decode(decoder, null, frame, resampler);
      resampler.finish();
      dropEncoderPadding();
      // Half a sample is lost or won by rounding.
      checkDuration((length() - 0.5) / options.sampleRate());
    } finally {
      avutil.av_frame_free(frame);
      avcodec.av_packet_free(packet);
      avcodec.avcodec_free_context(decoder);
    }
    if (length() == 0) {
      throw new FfmpegException(
          "not one sample could be decoded from its %s stream%s"
              .formatted(
                  input.codecName(), lastError < 0 ? ": " + Ffmpeg.describe(lastError) : ""));
    }
    if (damaged > 0) {
      log.debug("{} damaged packets were skipped", damaged);
    }
    List<Audio> sounds = new ArrayList<>();
    while (!sides.isEmpty()) { // each is let go before the next one gets its array
      sounds.add(Audio.adopt(sides.remove(0).toArray(), options.sampleRate()));
    }
    return sounds;
  }

  private long length() {
    return sides.get(0).length();
  }

  /**
   * Encoders fill their last block up. FFmpeg takes that off where a packet says so; MPEG-4 says it
   * in the length of the track instead, which FFmpeg leaves to its caller.
   */
  private void dropEncoderPadding() throws InputLimitException {
    if (changesRate || firstRate == 0 || !input.container().startsWith("mov,")) {
      return;
    }
    long stated = input.statedFrames(firstRate);
    if (stated > 0 && stated < frames && frames - stated <= MAX_PADDING) {
      for (SampleList side : sides) {
        side.setLength(SideResampler.count(stated, firstRate, options.sampleRate()));
      }
    }
  }

  private void checkDuration(double reached) throws InputLimitException {
    Duration limit = options.maxDuration();
    if (reached > limit.getSeconds() + limit.getNano() / 1e9) {
      throw new InputLimitException(
          input
              .duration()
              .filter(stated -> stated.compareTo(limit) > 0)
              .map(stated -> "its %s are over".formatted(Durations.inWords(stated)))
              .orElse("it is longer than")
              .concat(" the limit of %s".formatted(Durations.inWords(limit))));
    }
  }

  /** Sends one packet, or with null the end, and takes every frame that comes of it. */
  private void decode(
      AVCodecContext decoder, AVPacket packet, AVFrame frame, SideResampler resampler)
      throws FfmpegException, IOException {
    int status = avcodec.avcodec_send_packet(decoder, packet);
    if (status < 0) {
      damaged(status);
    }
    while ((status = avcodec.avcodec_receive_frame(decoder, frame)) >= 0) {
      try {
        take(frame, resampler);
      } finally {
        avutil.av_frame_unref(frame);
      }
    }
    if (status != avutil.AVERROR_EOF && status != avutil.AVERROR_EAGAIN()) {
      damaged(status);
    }
    if (++silentPackets > MAX_SILENT_PACKETS) {
      throw new FfmpegException(
          "%d packets in a row held nothing that can be decoded".formatted(MAX_SILENT_PACKETS));
    }
  }

  private void damaged(int status) {
    damaged++;
    lastError = status;
  }

  private void take(AVFrame frame, SideResampler resampler) throws FfmpegException, IOException {
    int count = frame.nb_samples();
    int rate = frame.sample_rate();
    if (count <= 0) {
      return;
    }
    MediaInput.checkRate(rate);
    changesRate |= firstRate != 0 && firstRate != rate;
    firstRate = firstRate == 0 ? rate : firstRate;
    frames += count;
    seconds += (double) count / rate;
    checkDuration(seconds - PADDING_SECONDS);
    SampleCheck.silenceNonFinite(frame);
    resampler.add(frame.extended_data(), count, rate, frame.format(), frame.ch_layout());
    silentPackets = 0;
    input.io().progressed();
  }
}
