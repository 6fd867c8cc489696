package org.emova4j.llm.internal;

import java.util.List;
import java.util.Optional;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.chat.ChatStream;
import org.emova4j.api.chat.LanguageModel;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.LanguageModelException.Reason;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.api.vision.PreparedImage;
import org.emova4j.llm.format.AnswerReader;
import org.emova4j.llm.format.Prompts;

/** A model on a server, in whatever protocol. */
final class RemoteModel implements LanguageModel {
  /** Fewer tokens are no room for an answer. */
  private static final int LEAST_ANSWER = 64;

  private final RemoteSettings settings;
  private final Protocol protocol;
  private final Probe probe;

  RemoteModel(RemoteSettings settings, Protocol protocol) {
    this.settings = settings;
    this.protocol = protocol;
    this.probe = new Probe(settings, protocol);
  }

  @Override
  public Optional<Codebook> codebook() {
    return settings.codebook();
  }

  @Override
  public Capabilities capabilities() throws LanguageModelException {
    return probe.result().capabilities();
  }

  @Override
  public TokenCount count(ChatRequest request) throws LanguageModelException {
    int units = request.speech().map(s -> s.reduced().length()).orElse(0);
    int image = request.images().stream().mapToInt(PreparedImage::tokens).sum();
    String prompt = Prompts.render(withoutUnits(request), false);
    int estimate = TokenEstimate.of(prompt);
    boolean near =
        estimate + estimate / 2 + units + image + request.sampling().maxTokens() > contextTokens();
    if (near && settings.probe()) { // an estimate won't do
      Optional<List<Long>> tokens =
          protocol.tokenize(Prompts.render(request, false), probe.result().model());
      if (tokens.isPresent() && tokens.get().size() >= units) {
        return new TokenCount(tokens.get().size() - units, units, image, true);
      }
    }
    return new TokenCount(estimate, units, image, false);
  }

  /** What the server has, where it was asked. */
  private int contextTokens() throws LanguageModelException {
    return settings.probe() ? capabilities().contextTokens() : settings.contextTokens();
  }

  private static ChatRequest withoutUnits(ChatRequest request) {
    return request.speech().isEmpty()
        ? request
        : new ChatRequest(
            request.mode(),
            request.system(),
            request.history(),
            request.text(),
            request.image(),
            request.speech().map(s -> UnitSequence.of(s.codebook(), s.id(0))),
            request.sampling());
  }

  @Override
  public ChatStream ask(ChatRequest request) throws LanguageModelException {
    request.speech().ifPresent(this::requireOwnCodebook);
    if (request.mode().needsUnits() && settings.codebook().isEmpty()) {
      throw new LanguageModelException(
          Reason.UNSUPPORTED,
          "model %s was set up without speech (codebook)".formatted(settings.id()));
    }
    if (!request.images().isEmpty() && !(settings.vision() && protocol.sendsImages())) {
      throw new LanguageModelException(
          Reason.UNSUPPORTED,
          protocol.sendsImages()
              ? "model %s was set up without images (vision)".formatted(settings.id())
              : "back end %s of model %s sends no images"
                  .formatted(settings.backend().id(), settings.id()));
    }
    requireFitting(request);
    return new EventStream(
        protocol.ask(request, probe.result().model()),
        AnswerReader.of(request.mode(), settings.codebook().map(Codebook::size).orElse(0)));
  }

  private void requireOwnCodebook(UnitSequence units) {
    String given = units.codebook().id();
    String own = settings.codebook().map(Codebook::id).orElse("none");
    if (!given.equals(own)) {
      throw new IllegalArgumentException(
          "the units are of codebook %s but model %s speaks %s"
              .formatted(given, settings.id(), own));
    }
  }

  private void requireFitting(ChatRequest request) throws LanguageModelException {
    TokenCount count = count(request);
    if (count.exact() && count.total() + LEAST_ANSWER > contextTokens()) {
      throw new LanguageModelException(
          Reason.TOO_LONG,
          "the question takes %d tokens, too many for the %d of model %s"
              .formatted(count.total(), contextTokens(), settings.id()));
    }
  }
}
