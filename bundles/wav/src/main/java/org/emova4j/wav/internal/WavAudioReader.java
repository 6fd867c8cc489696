package org.emova4j.wav.internal;

import static java.util.Objects.requireNonNull;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioInfo;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.ChannelPolicy;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Reads RIFF WAVE in plain Java; below a reader that knows more. */
@Component(property = Constants.SERVICE_RANKING + ":Integer=-100")
public final class WavAudioReader implements AudioReader {
  @Activate
  public WavAudioReader() {}

  @Override
  public Audio decode(Path file, DecodeOptions options) throws UnsupportedAudioException {
    return decode(file, ChannelPolicy.MIX, options).get(0);
  }

  @Override
  public List<Audio> decode(Path file, ChannelPolicy channels, DecodeOptions options)
      throws UnsupportedAudioException {
    requireNonNull(channels, "channels");
    return ofFile(file, stream -> read(stream, channels, options));
  }

  @Override
  public Audio decode(InputStream stream, String name, DecodeOptions options)
      throws UnsupportedAudioException {
    return of(
        name, requireNonNull(stream, "stream"), s -> read(s, ChannelPolicy.MIX, options).get(0));
  }

  @Override
  public AudioInfo probe(Path file) throws UnsupportedAudioException {
    return ofFile(file, WavAudioReader::inspect);
  }

  @Override
  public AudioInfo probe(InputStream stream, String name) throws UnsupportedAudioException {
    return of(name, requireNonNull(stream, "stream"), WavAudioReader::inspect);
  }

  private static List<Audio> read(InputStream stream, ChannelPolicy channels, DecodeOptions options)
      throws IOException {
    WavInput input = WavInput.open(stream, options.maxBytes());
    List<int[]> sides = sides(input.form().channels(), channels);
    int rate = input.form().sampleRate();
    if (rate < Audio.MIN_SAMPLE_RATE || rate > Audio.MAX_SAMPLE_RATE) {
      throw new IOException(
          "its sample rate of %d Hz is outside %d..%d Hz"
              .formatted(rate, Audio.MIN_SAMPLE_RATE, Audio.MAX_SAMPLE_RATE));
    }
    double maxSeconds = options.maxDuration().toNanos() / 1e9;
    if (input.frames().isPresent()) {
      requireWithin(input.frames().get() / (double) rate, maxSeconds);
    }
    List<Resampler> resamplers =
        sides.stream().map(s -> new Resampler(rate, options.sampleRate())).toList();
    long frames = 0;
    for (float[][] block = input.next(sides); block[0].length > 0; block = input.next(sides)) {
      frames += block[0].length;
      requireWithin(frames / (double) rate, maxSeconds);
      for (int i = 0; i < block.length; i++) {
        resamplers.get(i).add(block[i], block[i].length);
      }
    }
    if (frames == 0) {
      throw new IOException("it holds no sound");
    }
    return resamplers.stream().map(r -> Audio.adopt(r.finish(), options.sampleRate())).toList();
  }

  /** The channels that each sound is the mean of. */
  private static List<int[]> sides(int count, ChannelPolicy policy) throws IOException {
    if (policy == ChannelPolicy.MIX || count == 1) {
      return List.of(IntStream.range(0, count).toArray());
    }
    if (count > 2) {
      throw new IOException(
          "the sides of its %d channels need FFmpeg (bundle org.emova4j.audio), which is not installed"
              .formatted(count));
    }
    return switch (policy) {
      case LEFT -> List.of(new int[] {0});
      case RIGHT -> List.of(new int[] {1});
      default -> List.of(new int[] {0}, new int[] {1});
    };
  }

  private static void requireWithin(double seconds, double limit) throws IOException {
    if (seconds > limit) {
      throw new IOException(
          "it is longer than the limit of %s s"
              .formatted(java.math.BigDecimal.valueOf(limit).stripTrailingZeros().toPlainString()));
    }
  }

  private static AudioInfo inspect(InputStream stream) throws IOException {
    WavInput input = WavInput.open(stream, DecodeOptions.DEFAULT_MAX_BYTES);
    WavInput.Form form = input.form();
    return new AudioInfo(
        "wav",
        form.codec(),
        form.channels(),
        form.sampleRate(),
        input.frames().map(n -> Duration.ofNanos(Math.round(n * 1e9 / form.sampleRate()))),
        OptionalLong.of(8L * form.frameSize() * form.sampleRate()));
  }

  private interface Work<T> {
    T on(InputStream stream) throws IOException;
  }

  private static <T> T ofFile(Path file, Work<T> work) throws UnsupportedAudioException {
    return of(
        file.toString(),
        () -> {
          if (Files.isDirectory(file)) {
            throw new IOException("it is a directory");
          }
          try (InputStream stream = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            return work.on(stream);
          }
        });
  }

  private static <T> T of(String name, InputStream stream, Work<T> work)
      throws UnsupportedAudioException {
    return of(name, () -> work.on(stream));
  }

  private interface Reading<T> {
    T run() throws IOException;
  }

  private static <T> T of(String name, Reading<T> reading) throws UnsupportedAudioException {
    try {
      return reading.run();
    } catch (NoSuchFileException e) {
      throw refusal(name, "there is no such file", e);
    } catch (AccessDeniedException e) {
      throw refusal(name, "permission is denied", e);
    } catch (IOException e) {
      throw refusal(name, e.getMessage() == null ? e.toString() : e.getMessage(), e);
    } catch (OutOfMemoryError | ArithmeticException e) {
      throw refusal(
          name,
          "it doesn't fit in the %d MiB of memory that this process may use"
              .formatted(Runtime.getRuntime().maxMemory() >> 20),
          e);
    }
  }

  private static UnsupportedAudioException refusal(String name, String reason, Throwable cause) {
    return new UnsupportedAudioException(
        "%s can't be read as audio: %s".formatted(name, reason), cause);
  }
}
