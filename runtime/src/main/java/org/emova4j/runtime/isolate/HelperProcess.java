package org.emova4j.runtime.isolate;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One decoding process, as the batch sees it. One request at a time. */
final class HelperProcess implements AutoCloseable {
  private static final long EXIT_PATIENCE_SECONDS = 5;
  private static final int SIGNAL_EXIT = 128;
  private static final Map<Integer, String> SIGNALS =
      Map.of(
          4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 9, "SIGKILL", 11, "SIGSEGV", 15,
          "SIGTERM");
  private static final Pattern JVM_SIGNAL = Pattern.compile("^#\\s+(SIG[A-Z]+) ");
  private static final Pattern NATIVE_FRAME = Pattern.compile("^# C\\s+\\[([^+\\]]+)");

  private final Process process;
  private final Path folder;
  private final DataOutputStream requests;
  private final DataInputStream answers;
  private final ExecutorService pipe =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "emova-decoding-process");
            thread.setDaemon(true);
            return thread;
          });

  HelperProcess(HelperCommand command, Path folder) throws IOException {
    this.folder = folder;
    process = command.start(folder);
    requests = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    answers = new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16));
  }

  /**
   * Asks, and waits for the answer.
   *
   * @throws IOException if the process died or talks nonsense: it is of no more use
   * @throws InterruptedException if the wait was interrupted: as above
   */
  DecodeProtocol.Answer ask(DecodeProtocol.Request request)
      throws IOException, InterruptedException {
    Future<DecodeProtocol.Answer> answer =
        pipe.submit(
            () -> {
              DecodeProtocol.write(requests, request);
              return DecodeProtocol.readAnswer(answers, request);
            });
    try {
      return answer.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException broken) {
        throw broken;
      }
      throw new IOException(e.getCause());
    }
  }

  /** How the process ended, in words; waits a little for that. */
  String end() throws InterruptedException {
    if (!process.waitFor(EXIT_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      return "sent something else than an answer";
    }
    int code = process.exitValue();
    Optional<String> crash = crash();
    if (crash.isPresent()) {
      return "crashed with " + crash.get();
    }
    return code > SIGNAL_EXIT
        ? "was ended by " + SIGNALS.getOrDefault(code - SIGNAL_EXIT, "signal " + (code - 128))
        : "ended with code %d".formatted(code);
  }

  /** What Java's crash report says first: the signal, and whose code it was. */
  private Optional<String> crash() {
    Path report = folder.resolve("decoder-crash-%d.log".formatted(process.pid()));
    String signal = null;
    try {
      for (String line : Files.readAllLines(report, java.nio.charset.StandardCharsets.ISO_8859_1)) {
        Matcher named = JVM_SIGNAL.matcher(line);
        signal = signal == null && named.find() ? named.group(1) : signal;
        Matcher frame = NATIVE_FRAME.matcher(line);
        if (signal != null && frame.find()) {
          return Optional.of("%s in %s (see %s)".formatted(signal, frame.group(1), report));
        }
      }
    } catch (IOException e) {
      return Optional.empty(); // none was written
    }
    return Optional.ofNullable(signal).map(s -> "%s (see %s)".formatted(s, report));
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Ends the process at once, whatever it does. */
  @Override
  public void close() {
    process.destroyForcibly();
    pipe.shutdownNow();
  }
}
