package org.emova4j.runtime.isolate;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioInfo;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.ChannelPolicy;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.speech.UnsupportedAudioException;

/** A decoding process whose decoder does what a file's name says. */
final class FakeHelper {
  private FakeHelper() {}

  public static void main(String[] arguments) throws Exception {
    new DecodeHelper(new NamedReader(), () -> Runtime.getRuntime().halt(0))
        .serve(System.in, new FileOutputStream(FileDescriptor.out));
  }

  private static final class NamedReader implements AudioReader {
    private int served;

    @Override
    public Audio decode(Path file, DecodeOptions options) throws UnsupportedAudioException {
      return decode(file, ChannelPolicy.MIX, options).get(0);
    }

    /** The right side is the left one upside down, and a file may have more than was asked for. */
    @Override
    public List<Audio> decode(Path file, ChannelPolicy channels, DecodeOptions options)
        throws UnsupportedAudioException {
      act(file);
      float[] samples = new float[file.endsWith("long") ? 3 * options.sampleRate() : 100_000];
      for (int i = 0; i < samples.length; i++) {
        samples[i] = i % 1_000 / 1_000f;
      }
      served++;
      Audio left = Audio.of(samples, options.sampleRate());
      if (channels != ChannelPolicy.BOTH && !file.endsWith("generous")) {
        return List.of(left);
      }
      for (int i = 0; i < samples.length; i++) {
        samples[i] = -samples[i];
      }
      return List.of(left, Audio.of(samples, options.sampleRate()));
    }

    @Override
    public AudioInfo probe(Path file) throws UnsupportedAudioException {
      act(file);
      return new AudioInfo(
          "served " + served,
          "codec",
          2,
          44_100,
          Optional.of(Duration.ofMillis(1_500)),
          OptionalLong.empty());
    }

    private static void act(Path file) throws UnsupportedAudioException {
      try {
        switch (file.getFileName().toString()) {
          case "crash" -> {
            new ProcessBuilder("kill", "-SEGV", String.valueOf(ProcessHandle.current().pid()))
                .start();
            Thread.sleep(60_000);
          }
          case "hang" -> Thread.sleep(60_000);
          case "exit" -> System.exit(3);
          case "noise" -> {
            new FileOutputStream(FileDescriptor.out).write(new byte[64]);
            Thread.sleep(60_000);
          }
          case "refused" -> throw new UnsupportedAudioException(file + " is no sound");
          case "bug" -> throw new IllegalStateException("a bug");
          default -> {}
        }
      } catch (IOException | InterruptedException e) {
        throw new UnsupportedAudioException("it went wrong otherwise", e);
      }
    }

    @Override
    public Audio decode(InputStream stream, String name, DecodeOptions options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public AudioInfo probe(InputStream stream, String name) {
      throw new UnsupportedOperationException();
    }
  }
}
