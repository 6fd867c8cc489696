package org.emova4j.audio.internal;

import static java.nio.file.StandardOpenOption.READ;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioInfo;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.ChannelPolicy;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Reads every container and codec that FFmpeg knows. */
@Component(configurationPid = FfmpegAudioReader.PID)
@Designate(ocd = FfmpegAudioReader.Config.class)
public final class FfmpegAudioReader implements AudioReader {
  static final String PID = "org.emova4j.audio.reader";

  // Of a Unix file's mode: the bits that tell its type, and the type of a named pipe.
  private static final int S_IFMT = 0xF000;
  private static final int S_IFIFO = 0x1000;

  /** Settings. */
  @ObjectClassDefinition(name = "emova4j audio reader")
  public @interface Config {
    @AttributeDefinition(
        description = "Give up on an input that brings no new byte or sample for so many seconds",
        min = "1",
        max = "86400")
    int stall_seconds() default 30;
  }

  private final Duration patience;

  @Activate
  public FfmpegAudioReader(Config config) {
    this(Duration.ofSeconds(config.stall_seconds()));
  }

  FfmpegAudioReader(Duration patience) {
    if (patience.isNegative() || patience.isZero()) {
      throw new IllegalArgumentException("stall.seconds %s is not positive".formatted(patience));
    }
    this.patience = patience;
  }

  @Override
  public Audio decode(Path file, DecodeOptions options) throws UnsupportedAudioException {
    return decode(file, ChannelPolicy.MIX, options).get(0);
  }

  @Override
  public List<Audio> decode(Path file, ChannelPolicy channels, DecodeOptions options)
      throws UnsupportedAudioException {
    requireNonNull(channels, "channels");
    requireNonNull(options, "options");
    return read(
        file.toString(),
        () -> openFile(file, options.maxBytes(), true),
        channel -> decode(channel, file.toString(), channels, options));
  }

  @Override
  public Audio decode(InputStream stream, String name, DecodeOptions options)
      throws UnsupportedAudioException {
    requireNonNull(stream, "stream");
    requireNonNull(name, "name");
    requireNonNull(options, "options");
    return read(
        name,
        () -> StreamChannel.over(stream, options.maxBytes(), true),
        channel -> decode(channel, name, ChannelPolicy.MIX, options).get(0));
  }

  @Override
  public AudioInfo probe(Path file) throws UnsupportedAudioException {
    return read(
        file.toString(),
        () -> openFile(file, Long.MAX_VALUE, false),
        channel -> probe(channel, file.toString(), channel instanceof StreamChannel));
  }

  @Override
  public AudioInfo probe(InputStream stream, String name) throws UnsupportedAudioException {
    requireNonNull(stream, "stream");
    requireNonNull(name, "name");
    return read(
        name,
        () -> StreamChannel.over(stream, DecodeOptions.DEFAULT_MAX_BYTES, false),
        channel -> probe(channel, name, true));
  }

  /** Most containers say all at the start; where one doesn't, a stream is read to its end. */
  private AudioInfo probe(SeekableByteChannel channel, String name, boolean forward)
      throws IOException, FfmpegException {
    try (MediaInput input = MediaInput.open(channel, name, patience, forward)) {
      return input.info();
    } catch (FfmpegException e) {
      if (!forward) {
        throw e;
      }
      return probe(channel.position(0), name, false);
    }
  }

  private List<Audio> decode(
      SeekableByteChannel channel, String name, ChannelPolicy channels, DecodeOptions options)
      throws IOException, FfmpegException {
    try (MediaInput input = MediaInput.open(channel, name, patience, false)) {
      return new Decoding(input, channels, options).run();
    }
  }

  private <T> T read(String name, Opening opening, Work<T> work) throws UnsupportedAudioException {
    try (SeekableByteChannel channel = opening.open()) {
      Ffmpeg.load();
      return work.on(channel);
    } catch (NoSuchFileException e) {
      throw refusal(name, "there is no such file", e);
    } catch (AccessDeniedException e) {
      throw refusal(name, "permission is denied", e);
    } catch (ClosedByInterruptException e) {
      throw refusal(name, "reading it was interrupted", e);
    } catch (IOException | FfmpegException e) {
      throw refusal(name, e.getMessage() == null ? e.toString() : e.getMessage(), e);
    } catch (OutOfMemoryError e) {
      throw refusal(
          name,
          "it doesn't fit in the %d MiB of memory that this process may use"
              .formatted(Runtime.getRuntime().maxMemory() >> 20),
          e);
    }
  }

  private SeekableByteChannel openFile(Path file, long maxBytes, boolean sizeMatters)
      throws IOException, FfmpegException {
    if (Files.isDirectory(file)) {
      throw new FfmpegException("it is a directory");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      if (!isPipe(file)) {
        throw new FfmpegException("it is neither a file nor a pipe");
      }
      return StreamChannel.owning(new PipeStream(file, patience), maxBytes, sizeMatters);
    }
    FileChannel channel = FileChannel.open(file, READ);
    long size = channel.size();
    if (size == 0 || size > maxBytes) {
      channel.close();
      throw new InputLimitException(
          size == 0
              ? "it is empty"
              : "its %d bytes are over the limit of %d bytes".formatted(size, maxBytes));
    }
    return channel;
  }

  private static boolean isPipe(Path file) throws IOException {
    return file.getFileSystem().supportedFileAttributeViews().contains("unix")
        && ((int) Files.getAttribute(file, "unix:mode") & S_IFMT) == S_IFIFO;
  }

  private static UnsupportedAudioException refusal(String name, String reason, Throwable cause) {
    return new UnsupportedAudioException(
        "%s can't be read as audio: %s".formatted(name, reason), cause);
  }

  private interface Opening {
    SeekableByteChannel open() throws IOException, FfmpegException;
  }

  private interface Work<T> {
    T on(SeekableByteChannel channel) throws IOException, FfmpegException;
  }
}
