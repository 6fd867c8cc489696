package org.emova4j.pipeline.internal;

import java.util.Map;
import java.util.Optional;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.chat.ChatMode;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.chat.Dialogue;
import org.emova4j.api.chat.DialogueRequest;
import org.emova4j.api.chat.DialogueStream;
import org.emova4j.api.chat.LanguageModel;
import org.emova4j.api.chat.LanguageModel.Capabilities;
import org.emova4j.api.chat.LanguageModel.TokenCount;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.LanguageModelException.Reason;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Talks with whatever models and parts are there. It outlives them all: its references are dynamic,
 * and each step looks its part up anew.
 */
@Component(immediate = true)
public final class ServiceDialogue implements Dialogue {
  /** An answer that has less room is not worth asking for. */
  static final int LEAST_ANSWER = 64;

  private final SpeechParts parts;
  private final PartRegistry<LanguageModel> models;

  @Activate
  public ServiceDialogue(@Reference SpeechParts parts) {
    this.parts = parts;
    models = new PartRegistry<>("language model", parts.swaps(), m -> Map.of());
  }

  @Override
  public int sampleRate(Optional<String> model, Optional<String> tokenizer) throws SpeechException {
    LanguageModel found = models.call(model, m -> m);
    return parts
        .tokenizers()
        .call(tokenizer, speaking(codebook(found)), SpeechTokenizer::sampleRate);
  }

  private static Map<String, String> speaking(Codebook codebook) {
    return Map.of(ServiceProperties.CODEBOOK, codebook.id());
  }

  private Codebook codebook(LanguageModel model) throws LanguageModelException {
    return model
        .codebook()
        .orElseThrow(
            () ->
                new LanguageModelException(
                    Reason.UNSUPPORTED,
                    "model %s was set up without speech (codebook)".formatted(models.name(model))));
  }

  @Override
  public DialogueStream start(DialogueRequest request) throws SpeechException {
    long begin = System.nanoTime();
    LanguageModel model = models.call(request.model(), m -> m);
    Optional<Voice> voice = Optional.empty();
    if (request.mode().writesSpeech()) {
      voice = Optional.of(new Voice(parts, request.parts(), codebook(model), request.style()));
      voice.get().check();
    }
    ChatRequest question = question(request, model);
    Capabilities capabilities = model.capabilities();
    requireMode(request.mode(), model, capabilities);
    TokenCount count = model.count(question);
    ChatRequest fitted = fitted(question, model, capabilities, count);
    AnswerStream.Opening opening =
        new AnswerStream.Opening(model, models.name(model), fitted, count, capabilities, begin);
    return new AnswerStream(opening, request, voice);
  }

  private ChatRequest question(DialogueRequest request, LanguageModel model)
      throws SpeechException {
    Optional<UnitSequence> units = Optional.empty();
    if (request.speech().isPresent()) {
      units =
          Optional.of(
              parts
                  .tokenizers()
                  .call(
                      request.parts().tokenizer(),
                      speaking(codebook(model)),
                      t -> t.tokenize(request.speech().get()).reduced().untimed()));
    }
    return new ChatRequest(
        request.mode(),
        request.system(),
        request.history(),
        request.text(),
        request.image(),
        units,
        request.sampling());
  }

  private void requireMode(ChatMode mode, LanguageModel model, Capabilities capabilities)
      throws LanguageModelException {
    if (!capabilities.modes().contains(mode)) {
      String note = capabilities.note().isEmpty() ? "" : ": " + capabilities.note();
      throw new LanguageModelException(
          Reason.UNSUPPORTED,
          "model %s can't do %s%s".formatted(models.name(model), mode.id(), note));
    }
  }

  private ChatRequest fitted(
      ChatRequest question, LanguageModel model, Capabilities capabilities, TokenCount count)
      throws LanguageModelException {
    int room = capabilities.contextTokens() - count.total();
    if (room < LEAST_ANSWER) {
      throw new LanguageModelException(
          Reason.TOO_LONG,
          ("the question takes %d tokens (image %d, speech %d, text %s%d) and its answer at least"
                  + " %d, more than the %d of model %s")
              .formatted(
                  count.total(),
                  count.image(),
                  count.units(),
                  count.exact() ? "" : "about ",
                  count.text(),
                  LEAST_ANSWER,
                  capabilities.contextTokens(),
                  models.name(model)));
    }
    return question.sampling().maxTokens() <= room
        ? question
        : question.withSampling(question.sampling().withMaxTokens(room));
  }

  @Reference(
      service = LanguageModel.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC)
  void addModel(ServiceReference<LanguageModel> reference, LanguageModel model) {
    models.add(reference, model);
  }

  void removeModel(ServiceReference<LanguageModel> reference) {
    models.remove(reference);
  }
}
