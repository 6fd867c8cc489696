package org.emova4j.llm.internal;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.emova4j.api.chat.ChatEvent;
import org.emova4j.api.chat.ChatMode;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.chat.LanguageModel.Capabilities;
import org.emova4j.api.chat.Sampling;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.LanguageModelException.Reason;
import org.emova4j.llm.format.AnswerReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what a server can do: which models it has, and whether its tokenizer knows the speech
 * units. A server that counts tokens is asked to count some units; another is asked to speak, and
 * has eight tokens to begin. Done once, when first asked for. Safe for concurrent use.
 */
final class Probe {
  private static final Logger log = LoggerFactory.getLogger(Probe.class);
  private static final String TWO_UNITS = "x:<|speech_0|><|speech_%d|>";
  private static final int MOST_TOKENS = 4; // "x", ":" and a unit each
  private static final int FEW_TOKENS = 8;

  /**
   * What was found.
   *
   * @param model name to use on the server
   */
  record Result(String model, Capabilities capabilities) {}

  private final RemoteSettings settings;
  private final Protocol protocol;
  private Optional<Result> result = Optional.empty();

  Probe(RemoteSettings settings, Protocol protocol) {
    this.settings = settings;
    this.protocol = protocol;
  }

  /**
   * @throws LanguageModelException if the server can't be reached; asked again next time
   */
  synchronized Result result() throws LanguageModelException {
    if (result.isEmpty()) {
      result = Optional.of(settings.probe() ? probe() : unprobed());
      log.info(
          "language model {}: {} at {}, {}",
          settings.id(),
          result.get().model(),
          settings.url(),
          result.get().capabilities());
    }
    return result.get();
  }

  private Result unprobed() throws LanguageModelException {
    String model =
        name(settings.model().isEmpty() ? protocol.models().orElse(List.of()) : List.of());
    return new Result(
        model,
        new Capabilities(modes(settings.codebook().isPresent()), settings.contextTokens(), ""));
  }

  private Result probe() throws LanguageModelException {
    Optional<List<Protocol.Listed>> listed = protocol.models();
    String model = name(listed.orElse(List.of()));
    int context =
        listed.orElse(List.of()).stream()
            .filter(l -> l.name().equals(model))
            .flatMapToInt(l -> l.contextTokens().stream())
            .map(served -> Math.min(served, settings.contextTokens()))
            .findFirst()
            .orElse(settings.contextTokens());
    if (settings.codebook().isEmpty()) {
      return new Result(model, new Capabilities(modes(false), context, ""));
    }
    boolean mayHideUnits =
        listed.orElse(List.of()).stream().anyMatch(Protocol.Listed::mayHideUnits);
    Optional<String> obstacle = obstacle(model, settings.codebook().get().size(), mayHideUnits);
    obstacle.ifPresent(
        reason -> log.warn("language model {}: {}, so speech is off", settings.id(), reason));
    String note = obstacle.orElse("its server knows the speech units");
    return new Result(model, new Capabilities(modes(obstacle.isEmpty()), context, note));
  }

  /** Why there is no speech; empty if there is. */
  private Optional<String> obstacle(String model, int units, boolean mayHideUnits)
      throws LanguageModelException {
    Optional<List<Long>> tokens = protocol.tokenize(TWO_UNITS.formatted(units - 1), model);
    if (tokens.isPresent() && !areUnits(tokens.get())) {
      return Optional.of("its server's tokenizer doesn't know the speech units");
    }
    if ((tokens.isEmpty() || mayHideUnits) && !speaks(model)) {
      return Optional.of(
          "asked to say \"hello\", it answers without speech units"
              + (mayHideUnits
                  ? " (llama-server leaves them out unless started with --special)"
                  : ""));
    }
    return Optional.empty();
  }

  private String name(List<Protocol.Listed> listed) throws LanguageModelException {
    String names = listed.stream().map(Protocol.Listed::name).collect(Collectors.joining(", "));
    if (settings.model().isEmpty()) {
      if (listed.size() != 1) {
        throw new LanguageModelException(
            Reason.UNSUPPORTED,
            "which model of %s? It has: %s"
                .formatted(
                    settings.url(), names.isEmpty() ? "it doesn't say" : HttpErrors.plain(names)));
      }
      return listed.get(0).name();
    }
    if (!listed.isEmpty() && listed.stream().noneMatch(l -> l.name().equals(settings.model()))) {
      // Some servers take other names too, so this is no reason to stop.
      log.warn(
          "language model {}: {} lists no \"{}\" but {}",
          settings.id(),
          settings.url(),
          settings.model(),
          HttpErrors.plain(names));
    }
    return settings.model();
  }

  private static boolean areUnits(List<Long> tokens) {
    int n = tokens.size();
    return n >= 2 && n <= MOST_TOKENS && !tokens.get(n - 1).equals(tokens.get(n - 2));
  }

  private boolean speaks(String model) throws LanguageModelException {
    ChatRequest hello =
        ChatRequest.synthesize("hello")
            .withSampling(Sampling.GREEDY.withMaxTokens(FEW_TOKENS).withUnitsOnly(false));
    AnswerReader reader = AnswerReader.of(ChatMode.TTS, settings.codebook().orElseThrow().size());
    try (EventStream stream = new EventStream(protocol.ask(hello, model), reader)) {
      for (Optional<ChatEvent> event = stream.next(); event.isPresent(); event = stream.next()) {
        if (event.get() instanceof ChatEvent.Unit) {
          return true;
        }
      }
      return false;
    }
  }

  private Set<ChatMode> modes(boolean speech) {
    boolean vision = settings.vision() && protocol.sendsImages();
    Set<ChatMode> modes = EnumSet.allOf(ChatMode.class);
    modes.removeIf(m -> (m.needsUnits() && !speech) || (m.readsImage() && !vision));
    return modes;
  }
}
