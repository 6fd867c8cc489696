package org.emova4j.audio.internal;

import static java.util.Objects.requireNonNull;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.List;
import org.emova4j.api.audio.Audio;
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
    if (plan.isOwnWav()) {
      writeWav(passage(audio, plan), plan, stream);
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
    Passage sound = passage(audio, plan);
    if (plan.isOwnWav()) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(sink));
      writeWav(sound, plan, out);
      out.flush();
      return;
    }
    plan.requireSamples(sound.length());
    Ffmpeg.load();
    try (SampleSource samples = sound.open(1)) {
      Encoding.write(samples, plan, Surroundings.NONE, sink);
    } catch (FfmpegException e) {
      throw refusal(plan, e);
    }
  }

  private static void writeWav(Passage sound, EncodingPlan plan, OutputStream out)
      throws IOException, UnsupportedAudioException {
    try (SampleSource samples = sound.open(1)) {
      WavFile.write(samples::read, sound.length(), plan.wav(), new byte[0], out);
    } catch (FfmpegException e) {
      throw refusal(plan, e);
    }
  }

  private static Passage passage(Audio audio, EncodingPlan plan)
      throws IOException, UnsupportedAudioException {
    if (plan.sampleRate() == audio.sampleRate()) {
      return Passage.all(List.of(audio), plan.channels());
    }
    Ffmpeg.load();
    try {
      Audio resampled = Audio.adopt(Resampling.toRate(audio, plan.sampleRate()), plan.sampleRate());
      return Passage.all(List.of(resampled), plan.channels());
    } catch (FfmpegException e) {
      throw refusal(plan, e);
    }
  }

  private static UnsupportedAudioException refusal(EncodingPlan plan, FfmpegException e) {
    return new UnsupportedAudioException(
        "%s can't be written: %s".formatted(plan.format().id(), e.getMessage()), e);
  }
}
