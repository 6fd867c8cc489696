package org.emova4j.wav.internal;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFinisher;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.audio.Finishing;
import org.emova4j.api.audio.Take;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.wav.WavFile;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Writes RIFF WAVE as it comes, in plain Java; below a finisher that changes sound. */
@Component(property = Constants.SERVICE_RANKING + ":Integer=-100")
public final class WavAudioFinisher implements AudioFinisher {
  @Activate
  public WavAudioFinisher() {}

  @Override
  public void check(EncodeOptions encode, Finishing finishing) throws UnsupportedAudioException {
    WavAudioWriter.requireWav(encode);
    boolean plain =
        finishing.trim().isEmpty()
            && finishing.level().isEmpty()
            && finishing.truePeak().isEmpty()
            && finishing.comment().isEmpty()
            && finishing.video().isEmpty();
    if (!plain) {
      throw new UnsupportedAudioException(
          "loudness, peaks, silence, comments and pictures need FFmpeg (bundle org.emova4j.audio),"
              + " which is not installed");
    }
  }

  @Override
  public Finished write(Take take, Path file, EncodeOptions encode, Finishing finishing)
      throws IOException, UnsupportedAudioException {
    check(encode, finishing);
    int own = take.sides().get(0).sampleRate();
    int rate = encode.sampleRate().orElse(own);
    List<FloatBuffer> sides = sides(take.sides(), rate);
    int channels = Math.max(sides.size(), encode.channels());
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      WavFile.write(sides, new WavFile.Form(encode.format(), rate, channels), out);
    }
    boolean dropped = finishing.keepTags() && take.source().isPresent();
    return new Finished(
        Duration.ofNanos(Math.round(sides.get(0).remaining() * 1e9 / rate)),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        dropped ? List.of("metadata is not carried over without FFmpeg") : List.of());
  }

  /** At the rate, and of the longest's length. */
  private static List<FloatBuffer> sides(List<Audio> sounds, int rate) {
    List<float[]> sides = new ArrayList<>();
    for (Audio sound : sounds) {
      sides.add(
          rate == sound.sampleRate()
              ? sound.samples()
              : Resampler.toRate(sound.samples(), sound.sampleRate(), rate));
    }
    int length = sides.stream().mapToInt(s -> s.length).max().orElseThrow();
    return sides.stream().map(s -> FloatBuffer.wrap(Arrays.copyOf(s, length))).toList();
  }
}
