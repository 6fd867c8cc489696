package org.emova4j.wav.internal;

import static java.util.Objects.requireNonNull;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.FloatBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.wav.WavFile;
import org.emova4j.wav.WholeFile;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Writes RIFF WAVE in plain Java; below a writer that knows more. */
@Component(property = Constants.SERVICE_RANKING + ":Integer=-100")
public final class WavAudioWriter implements AudioWriter {
  @Activate
  public WavAudioWriter() {}

  @Override
  public void encode(Audio audio, Path file, EncodeOptions options)
      throws IOException, UnsupportedAudioException {
    requireNonNull(audio, "audio");
    requireWav(options);
    WholeFile.write(
        file,
        channel -> encode(audio, Channels.newOutputStream(channel), options),
        stream -> encode(audio, stream, options));
  }

  @Override
  public void encode(Audio audio, OutputStream stream, EncodeOptions options)
      throws IOException, UnsupportedAudioException {
    requireNonNull(audio, "audio");
    requireNonNull(stream, "stream");
    requireWav(options);
    int rate = options.sampleRate().orElse(audio.sampleRate());
    FloatBuffer samples =
        rate == audio.sampleRate()
            ? audio.buffer()
            : FloatBuffer.wrap(Resampler.toRate(audio.samples(), audio.sampleRate(), rate));
    OutputStream buffered = new BufferedOutputStream(stream);
    WavFile.Form form = new WavFile.Form(options.format(), rate, options.channels());
    WavFile.write(List.of(samples), form, buffered);
    buffered.flush();
  }

  static void requireWav(EncodeOptions options) throws UnsupportedAudioException {
    if (!WavFile.holds(options.format())) {
      throw new UnsupportedAudioException(
          "%s can't be written without FFmpeg (bundle org.emova4j.audio), which is not installed; wav, wav24 and wav-float can"
              .formatted(options.format().id()));
    }
    if (options.bitRate().isPresent()) {
      throw new UnsupportedAudioException(
          "%s is lossless and takes no bit rate, but %d was asked for"
              .formatted(options.format().id(), options.bitRate().getAsInt()));
    }
  }
}
