package org.emova4j.llm.internal;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.emova4j.api.unit.Codebook;

/**
 * A model on a server.
 *
 * @param id what users call it
 * @param backend the server's protocol
 * @param url its base address, e.g. {@code http://localhost:8000/v1}
 * @param model its name on the server; empty takes the only one that there is
 * @param codebook of the units that it speaks; empty for a model without speech
 * @param vision whether it reads images
 * @param contextTokens question and answer together
 * @param apiKeyVariable environment variable that holds the key
 * @param patience time-outs
 * @param retries how often a request is repeated that got no answer at all
 * @param proxy {@code ""} for the environment's, {@code none}, or an address
 * @param trust certificates to trust beside the system's, in PEM
 * @param vendorFields whether fields beyond OpenAI's are sent
 * @param constraint how answers of units alone are enforced
 * @param stopTokens ids that end an answer
 * @param probe whether the server is asked what it can do
 */
record RemoteSettings(
    String id,
    Backend backend,
    URI url,
    String model,
    Optional<Codebook> codebook,
    boolean vision,
    int contextTokens,
    Optional<String> apiKeyVariable,
    Patience patience,
    int retries,
    String proxy,
    Optional<Path> trust,
    boolean vendorFields,
    Constraint constraint,
    List<Integer> stopTokens,
    boolean probe) {
  static final int MAX_RETRIES = 10;

  /** The protocols, by the names that configurations use. */
  enum Backend {
    OPENAI_CHAT,
    OPENAI_COMPLETIONS,
    EMOVA_WORKER;

    static Backend ofId(String id) {
      return switch (id) {
        case "openai-chat" -> OPENAI_CHAT;
        case "openai-completions" -> OPENAI_COMPLETIONS;
        case "emova-worker" -> EMOVA_WORKER;
        default ->
            throw new IllegalArgumentException(
                "backend \"%s\" is none of openai-chat, openai-completions, emova-worker"
                    .formatted(id));
      };
    }

    String id() {
      return switch (this) {
        case OPENAI_CHAT -> "openai-chat";
        case OPENAI_COMPLETIONS -> "openai-completions";
        case EMOVA_WORKER -> "emova-worker";
      };
    }
  }

  /** Ways to allow nothing but units, which depend on the server. */
  enum Constraint {
    NONE,
    /** vLLM up to 0.11. */
    GUIDED_REGEX,
    /** vLLM from 0.10 on. */
    STRUCTURED_OUTPUTS,
    /** llama.cpp. */
    GRAMMAR;

    static Constraint ofId(String id) {
      return switch (id) {
        case "none" -> NONE;
        case "guided-regex" -> GUIDED_REGEX;
        case "structured-outputs" -> STRUCTURED_OUTPUTS;
        case "grammar" -> GRAMMAR;
        default ->
            throw new IllegalArgumentException(
                "units.only \"%s\" is none of none, guided-regex, structured-outputs, grammar"
                    .formatted(id));
      };
    }
  }

  /**
   * Time-outs.
   *
   * @param connect until there is a connection
   * @param firstToken from the request to the first piece of the answer
   * @param idle between pieces
   * @param total for all of it
   */
  record Patience(Duration connect, Duration firstToken, Duration idle, Duration total) {
    Patience {
      requirePositive("connect.seconds", connect);
      requirePositive("first.token.seconds", firstToken);
      requirePositive("idle.seconds", idle);
      requirePositive("total.seconds", total);
    }

    private static void requirePositive(String name, Duration value) {
      if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(1)) > 0) {
        throw new IllegalArgumentException(
            "%s %s is outside 0..86400".formatted(name, value.toMillis() / 1000.0));
      }
    }
  }

  RemoteSettings {
    requireNonNull(id, "id");
    requireNonNull(backend, "backend");
    requireNonNull(model, "model");
    requireNonNull(codebook, "codebook");
    requireNonNull(apiKeyVariable, "apiKeyVariable");
    requireNonNull(patience, "patience");
    requireNonNull(proxy, "proxy");
    requireNonNull(trust, "trust");
    requireNonNull(constraint, "constraint");
    stopTokens = List.copyOf(stopTokens);
    if (id.isBlank()) {
      throw new IllegalArgumentException("id is blank");
    }
    String scheme = url.getScheme() == null ? "" : url.getScheme();
    if (!(scheme.equals("http") || scheme.equals("https")) || url.getHost() == null) {
      throw new IllegalArgumentException("url \"%s\" is no http or https address".formatted(url));
    }
    if (url.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "url of %s holds a name or password; keys come from the environment (api.key.env)"
              .formatted(url.getHost()));
    }
    if (contextTokens < 128 || contextTokens > 10_000_000) {
      throw new IllegalArgumentException(
          "context.tokens %d is outside 128..10000000".formatted(contextTokens));
    }
    if (retries < 0 || retries > MAX_RETRIES) {
      throw new IllegalArgumentException(
          "retries %d is outside 0..%d".formatted(retries, MAX_RETRIES));
    }
  }

  /** An address below the base address. */
  URI at(String path) {
    String base = url.toString();
    return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
  }

  /** An address below the server's root, which the base address has {@code /v1} behind. */
  URI atRoot(String path) {
    String base = at("").toString();
    return URI.create((base.endsWith("/v1") ? base.substring(0, base.length() - 3) : base) + path);
  }
}
