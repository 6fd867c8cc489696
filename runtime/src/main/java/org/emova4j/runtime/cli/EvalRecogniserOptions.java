package org.emova4j.runtime.cli;

import java.time.Duration;
import java.util.Optional;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.eval.Recogniser;
import org.emova4j.eval.Recognisers;
import picocli.CommandLine.Option;

/** Who counts words. */
final class EvalRecogniserOptions {
  private static final int MAX_SECONDS = 3600;

  @Option(
      names = "--recogniser",
      paramLabel = "COMMAND|URL",
      description =
          "What hears words, for word error rates: a command line with {file} for a WAV file, run"
              + " without a shell, which prints them; or the address of a server with OpenAI's"
              + " /v1/audio/transcriptions.")
  String recogniser;

  @Option(
      names = "--recogniser-model",
      paramLabel = "NAME",
      description = "Model to ask the server for (default: whisper-1).")
  String model = "whisper-1";

  @Option(
      names = "--recogniser-key-env",
      paramLabel = "NAME",
      description = "Environment variable that holds the server's key.")
  String keyVariable;

  @Option(
      names = "--recogniser-timeout",
      paramLabel = "SECONDS",
      description = "For one recording (default: 120).")
  int seconds = 120;

  Optional<Recogniser> recogniser(AudioWriter writer) {
    if (recogniser == null) {
      return Optional.empty();
    }
    if (seconds < 1 || seconds > MAX_SECONDS) {
      throw new UsageException(
          "--recogniser-timeout %d is outside 1..%d".formatted(seconds, MAX_SECONDS));
    }
    Optional<String> key = Optional.ofNullable(keyVariable).map(System::getenv);
    if (keyVariable != null && key.isEmpty()) {
      throw new UsageException("the environment variable %s is not set".formatted(keyVariable));
    }
    return Optional.of(
        Subcommand.checked(
            () -> Recognisers.of(recogniser, writer, model, key, Duration.ofSeconds(seconds))));
  }
}
