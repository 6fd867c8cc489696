package org.emova4j.runtime.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.chat.LanguageModel;
import org.emova4j.api.chat.Sampling;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Settings;
import picocli.CommandLine.Option;

/** Which language model, and how it picks its words. */
final class LlmOptions {
  private static final String PID = "org.emova4j.llm~command-line";

  /** What the model of the command line is called among services. */
  static final String ID = "command-line";

  @Option(
      names = "--llm",
      paramLabel = "URL",
      description = "Server, e.g. http://localhost:8000/v1 (default: those of conf/*.json).")
  String url;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description =
          "Model on the server (default: the only one); without --llm, id of a configured model.")
  String model;

  @Option(
      names = "--backend",
      paramLabel = "KIND",
      description = "openai-chat (default), openai-completions or emova-worker.")
  String backend;

  @Option(
      names = "--codebook",
      paramLabel = "ID",
      description = "Whose speech units the model speaks (default: emova-40ms-4096), or none.")
  String codebook;

  @Option(
      names = "--api-key-env",
      paramLabel = "NAME",
      description = "Environment variable that holds the server's key.")
  String apiKeyVariable;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "Give up if the answer takes longer (default: 600).")
  Double timeout;

  @Option(
      names = "--context",
      paramLabel = "TOKENS",
      description = "Question and answer together (default: 8192).")
  Integer context;

  @Option(
      names = "--no-probe",
      description = "Don't ask the server first whether it knows speech units.")
  boolean noProbe;

  @Option(
      names = "--temperature",
      paramLabel = "0..2",
      description = "0 always takes the likeliest word (default: 0.2).")
  Double temperature;

  @Option(
      names = "--top-p",
      paramLabel = "0..1",
      description = "Share of the likeliest words to pick from (default: 0.7).")
  Double topP;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Longest answer; a second of speech takes up to 25 (default: 2048).")
  Integer maxTokens;

  @Option(names = "--seed", paramLabel = "N", description = "Makes an answer repeatable.")
  Long seed;

  /** Which of the model services is meant. */
  Optional<String> wanted() {
    return url == null ? Optional.ofNullable(model) : Optional.of(ID);
  }

  /**
   * @throws FailedException if no model is named or configured
   */
  void requireOne(Services services) throws FailedException {
    if (url == null && services.all(LanguageModel.class).isEmpty()) {
      throw new FailedException(
          "no language model is configured; give --llm URL, or a conf/*.json with"
              + " \"org.emova4j.llm~NAME\"");
    }
  }

  Sampling sampling() {
    return Subcommand.checked(
        () -> {
          Sampling sampling = Sampling.DEFAULT;
          sampling = temperature == null ? sampling : sampling.withTemperature(temperature);
          sampling = topP == null ? sampling : sampling.withTopP(topP);
          sampling = maxTokens == null ? sampling : sampling.withMaxTokens(maxTokens);
          return seed == null ? sampling : sampling.withSeed(seed);
        });
  }

  /**
   * @param speech whether units are needed, so that it is worth asking the server about them
   */
  Settings in(Settings settings, boolean speech) {
    if (url == null) {
      requireNone("--backend", backend);
      requireNone("--codebook", codebook);
      requireNone("--api-key-env", apiKeyVariable);
      requireNone("--timeout", timeout);
      requireNone("--context", context);
      return settings;
    }
    if (!url.matches("(?i)https?://\\S+")) {
      throw new UsageException("--llm \"%s\" is no http or https address".formatted(url));
    }
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("id", ID);
    properties.put("url", url);
    put(properties, "model", model);
    put(properties, "backend", checkedBackend());
    put(properties, "codebook", codebook);
    put(properties, "api.key.env", apiKeyVariable);
    put(properties, "total.seconds", checkedTimeout());
    put(properties, "context.tokens", checkedContext());
    properties.put("probe", speech && !noProbe);
    properties.put("service.ranking", 1000);
    return settings.with(Map.of(PID, properties));
  }

  private static void requireNone(String option, Object value) {
    if (value != null) {
      throw new UsageException("%s needs --llm; a configured model has its own".formatted(option));
    }
  }

  private static void put(Map<String, Object> properties, String name, Object value) {
    if (value != null) {
      properties.put(name, value);
    }
  }

  private String checkedBackend() {
    if (backend != null && !backend.matches("openai-chat|openai-completions|emova-worker")) {
      throw new UsageException(
          "unknown back end \"%s\"; known: openai-chat, openai-completions, emova-worker"
              .formatted(backend));
    }
    return backend;
  }

  private Double checkedTimeout() {
    if (timeout != null && !(timeout > 0 && timeout <= 86_400)) {
      throw new UsageException("--timeout %s is outside 0..86400".formatted(timeout));
    }
    return timeout;
  }

  private Integer checkedContext() {
    if (context != null && (context < 128 || context > 10_000_000)) {
      throw new UsageException("--context %d is outside 128..10000000".formatted(context));
    }
    return context;
  }
}
