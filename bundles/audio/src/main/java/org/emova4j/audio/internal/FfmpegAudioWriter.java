package org.emova4j.audio.internal;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.audio.MediaTags;
import org.emova4j.api.speech.UnsupportedAudioException;
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
    try {
      writeFile(audio, file, options, plan);
    } catch (IOException e) {
      throw new IOException("%s can't be written: %s".formatted(file, reason(e)), e);
    }
  }

  private void writeFile(Audio audio, Path file, EncodeOptions options, EncodingPlan plan)
      throws IOException, UnsupportedAudioException {
    // Through links, so that what they point to is replaced and not the link.
    Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    if (Files.isDirectory(target)) {
      throw new IOException("it is a directory");
    }
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      // A pipe or a device, which a rename would replace by a file.
      try (OutputStream out = Files.newOutputStream(target)) {
        encode(audio, out, options);
      }
      return;
    }
    Path part = target.resolveSibling(".emova-" + UUID.randomUUID() + ".part");
    try {
      try (FileChannel channel = FileChannel.open(part, CREATE_NEW, READ, WRITE)) {
        write(audio, plan, channel);
      }
      move(part, target);
    } finally {
      Files.deleteIfExists(part);
    }
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
      WavFile.write(samples, sound.length(), plan, MediaTags.NONE, out);
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

  private static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "its folder doesn't exist";
    }
    if (e instanceof AccessDeniedException) {
      return "permission is denied";
    }
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return reason == null ? e.toString() : reason;
  }

  private static void move(Path part, Path target) throws IOException {
    try {
      Files.move(part, target, ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, target, REPLACE_EXISTING);
    }
  }
}
