package org.emova4j.runtime.isolate;

import static java.util.Objects.requireNonNull;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioInfo;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.ChannelPolicy;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.runtime.Distribution;

/**
 * Reads files in processes of their own. One that dies fails the file that it had, and the next
 * file gets another process; one whose caller is interrupted is ended, whatever its decoder does.
 *
 * <p>Safe for concurrent use: as many processes run as callers wait at a time, and are used again.
 */
public final class IsolatedAudioReader implements AudioReader, AutoCloseable {
  private final HelperCommand command;
  private final Path folder;
  private final Deque<HelperProcess> idle = new ConcurrentLinkedDeque<>();
  private final Set<HelperProcess> all = ConcurrentHashMap.newKeySet();

  IsolatedAudioReader(HelperCommand command, Path folder) {
    this.command = requireNonNull(command, "command");
    this.folder = requireNonNull(folder, "folder");
  }

  /**
   * A reader whose processes run this distribution.
   *
   * @param helperArguments of {@code bin/emova}, for it to serve {@link DecodeHelper}
   * @param folder for {@code decoder.log} and crash reports; made if it isn't there
   */
  public static IsolatedAudioReader of(
      Distribution distribution, String helperArguments, Path folder) throws IOException {
    Files.createDirectories(folder);
    String program = distribution.home().resolve("bin/emova").toString();
    return new IsolatedAudioReader(directory -> start(program, helperArguments, directory), folder);
  }

  /**
   * Ctrl-C goes to all processes of a terminal; only the batch heeds it. A file name without a path
   * in Java's options needs no quoting.
   */
  private static Process start(String program, String arguments, Path folder) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", "trap '' INT; exec \"$0\" " + arguments, program)
            .directory(folder.toFile())
            .redirectError(Redirect.appendTo(new File(folder.toFile(), "decoder.log")));
    builder
        .environment()
        .merge(
            "EMOVA_JAVA_OPTS",
            "-XX:ErrorFile=decoder-crash-%p.log -XX:-CreateCoredumpOnCrash"
                + " -XX:+DisplayVMOutputToStderr",
            (given, ours) -> given + " " + ours);
    return builder.start();
  }

  @Override
  public Audio decode(Path file, DecodeOptions options) throws UnsupportedAudioException {
    return decode(file, ChannelPolicy.MIX, options).get(0);
  }

  @Override
  public List<Audio> decode(Path file, ChannelPolicy channels, DecodeOptions options)
      throws UnsupportedAudioException {
    DecodeProtocol.Decoding wanted = new DecodeProtocol.Decoding(channels, options);
    DecodeProtocol.Request request = new DecodeProtocol.Request(file, Optional.of(wanted));
    return ((DecodeProtocol.Decoded) ask(request)).sides();
  }

  @Override
  public AudioInfo probe(Path file) throws UnsupportedAudioException {
    return ((DecodeProtocol.Probed) ask(new DecodeProtocol.Request(file, Optional.empty()))).info();
  }

  /** Streams stay in the process that has them open. */
  @Override
  public Audio decode(InputStream stream, String name, DecodeOptions options)
      throws UnsupportedAudioException {
    throw new UnsupportedAudioException("%s: only files are read in isolation".formatted(name));
  }

  @Override
  public AudioInfo probe(InputStream stream, String name) throws UnsupportedAudioException {
    throw new UnsupportedAudioException("%s: only files are read in isolation".formatted(name));
  }

  private DecodeProtocol.Answer ask(DecodeProtocol.Request request)
      throws UnsupportedAudioException {
    HelperProcess helper = borrow(request.file());
    try {
      DecodeProtocol.Answer answer = helper.ask(request);
      idle.push(helper);
      if (answer instanceof DecodeProtocol.Refused refused) {
        throw new UnsupportedAudioException(refused.message());
      }
      return answer;
    } catch (IOException e) {
      throw died(helper, request.file(), e);
    } catch (InterruptedException e) {
      discard(helper);
      Thread.currentThread().interrupt();
      throw new UnsupportedAudioException(
          "%s can't be read as audio: decoding it was given up".formatted(request.file()), e);
    }
  }

  private HelperProcess borrow(Path file) throws UnsupportedAudioException {
    for (HelperProcess waiting; (waiting = idle.poll()) != null; ) {
      if (waiting.isAlive()) {
        return waiting;
      }
      discard(waiting); // it died between two files, which none of them is to blame for
    }
    try {
      HelperProcess fresh = new HelperProcess(command, folder);
      all.add(fresh);
      return fresh;
    } catch (IOException e) {
      throw new UnsupportedAudioException(
          "%s can't be read as audio: no decoding process can be started: %s"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private UnsupportedAudioException died(HelperProcess helper, Path file, IOException cause) {
    String end;
    try {
      end = helper.end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      end = "died";
    }
    discard(helper);
    return new UnsupportedAudioException(
        "%s can't be read as audio: its decoding process %s".formatted(file, end), cause);
  }

  private void discard(HelperProcess helper) {
    all.remove(helper);
    helper.close();
  }

  /** Ends all processes. */
  @Override
  public void close() {
    all.forEach(this::discard);
    idle.clear();
  }
}
