package org.emova4j.audio.internal;

import static java.util.Objects.requireNonNull;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.FloatBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.wav.WavFile;
import org.emova4j.wav.WholeFile;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Writes WAV by itself and everything else through FFmpeg's encoders. */
@Component
public final class FfmpegAudioWriter implements AudioWriter {
  private static final int MEMORY_LIMIT = 16 << 20;

  @Activate
  public FfmpegAudioWriter() {}

  @Override
  public void encode(Audio audio, Path file, EncodeOptions options)
      throws IOException, UnsupportedAudioException {
    requireNonNull(audio, "audio");
    EncodingPlan plan = EncodingPlan.of(options, audio.sampleRate());
    WholeFile.write(
        file, channel -> write(audio, plan, channel), stream -> encode(audio, stream, options));
  }

  @Override
  public void encode(Audio audio, OutputStream stream, EncodeOptions options)
      throws IOException, UnsupportedAudioException {
    requireNonNull(audio, "audio");
    requireNonNull(stream, "stream");
    EncodingPlan plan = EncodingPlan.of(options, audio.sampleRate());
    if (WavFile.holds(plan.format())) {
      WavFile.write(samples(audio, plan), form(plan), stream);
    } else {
      // Containers go back to fill in lengths, which the stream can't.
      try (Spool spool = new Spool(MEMORY_LIMIT)) {
        write(audio, plan, spool);
        spool.copyTo(stream);
      }
    }
    stream.flush();
  }

  private static void write(Audio audio, EncodingPlan plan, SeekableByteChannel sink)
      throws IOException, UnsupportedAudioException {
    FloatBuffer samples = samples(audio, plan);
    if (WavFile.holds(plan.format())) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(sink));
      WavFile.write(samples, form(plan), out);
      out.flush();
      return;
    }
    if (!samples.hasRemaining() && plan.format() != AudioFormat.FLAC) {
      throw new UnsupportedAudioException(
          "%s can't hold a sound without samples; wav, wav24, wav-float and flac can"
              .formatted(plan.format().id()));
    }
    Ffmpeg.load();
    try {
      Encoding.write(samples, plan, sink);
    } catch (FfmpegException e) {
      throw refusal(plan, e);
    }
  }

  private static FloatBuffer samples(Audio audio, EncodingPlan plan)
      throws IOException, UnsupportedAudioException {
    if (plan.sampleRate() == audio.sampleRate()) {
      return audio.buffer();
    }
    Ffmpeg.load();
    try {
      return FloatBuffer.wrap(Resampling.toRate(audio, plan.sampleRate()));
    } catch (FfmpegException e) {
      throw refusal(plan, e);
    }
  }

  private static UnsupportedAudioException refusal(EncodingPlan plan, FfmpegException e) {
    return new UnsupportedAudioException(
        "%s can't be written: %s".formatted(plan.format().id(), e.getMessage()), e);
  }

  private static WavFile.Form form(EncodingPlan plan) {
    return new WavFile.Form(plan.format(), plan.sampleRate(), plan.channels());
  }
}
