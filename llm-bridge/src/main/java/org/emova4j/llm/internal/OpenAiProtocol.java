package org.emova4j.llm.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.LanguageModelException.Reason;
import org.emova4j.llm.internal.OpenAiBody.Fields;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /v1/chat/completions}, or {@code /v1/completions} with the prompt rendered here. */
final class OpenAiProtocol implements Protocol {
  private static final Logger log = LoggerFactory.getLogger(OpenAiProtocol.class);

  private final RemoteSettings settings;
  private final Transport transport;
  private final Query query;
  private final OpenAiBody body;
  private final boolean chat;
  private volatile Fields fields;

  OpenAiProtocol(RemoteSettings settings, Transport transport) {
    this.settings = settings;
    this.transport = transport;
    this.query = new Query(settings, transport);
    this.body = new OpenAiBody(settings);
    this.chat = settings.backend() == RemoteSettings.Backend.OPENAI_CHAT;
    this.fields = settings.vendorFields() ? Fields.VENDOR : Fields.STANDARD;
  }

  @Override
  public boolean sendsImages() {
    return chat;
  }

  @Override
  public DeltaSource ask(ChatRequest request, String model) throws LanguageModelException {
    return new Attempt(request, model, fields);
  }

  private OpenAiDeltas open(ChatRequest request, String model, Fields wanted)
      throws LanguageModelException {
    URI uri = settings.at(chat ? "/chat/completions" : "/completions");
    ObjectNode json =
        chat ? body.chat(request, model, wanted) : body.completion(request, model, wanted);
    return new OpenAiDeltas(
        new Reply(
            transport,
            List.of(transport.post(uri, JsonText.write(json))),
            settings.patience(),
            settings.retries()));
  }

  /** An answer to a request that is asked again with fewer fields if the server refuses some. */
  private final class Attempt implements DeltaSource {
    private final ChatRequest request;
    private final String model;
    private Fields wanted;
    private volatile OpenAiDeltas deltas;
    private volatile boolean closed;
    private boolean begun;

    Attempt(ChatRequest request, String model, Fields wanted) throws LanguageModelException {
      this.request = request;
      this.model = model;
      this.wanted = wanted;
      this.deltas = open(request, model, wanted);
    }

    @Override
    public Optional<Delta> next() throws LanguageModelException, CancelledException {
      while (true) {
        try {
          Optional<Delta> delta = deltas.next();
          if (!begun) {
            begun = true;
            fields = wanted;
          }
          return delta;
        } catch (LanguageModelException e) {
          if (begun || !isAboutFields(e) || wanted.fewer().isEmpty()) {
            throw e;
          }
          wanted = wanted.fewer().get();
          log.info(
              "{}: the server refuses ({}); asking with fewer fields",
              settings.id(),
              e.getMessage());
          deltas = open(request, model, wanted);
          if (closed) {
            deltas.close();
          }
        }
      }
    }

    @Override
    public void close() {
      closed = true;
      deltas.close();
    }
  }

  private static boolean isAboutFields(LanguageModelException failure) {
    return failure.reason() == Reason.REFUSED
        && HttpErrors.RefusedException.status(failure)
            .filter(s -> s == 400 || s == 422)
            .isPresent();
  }

  @Override
  public Optional<List<Listed>> models() throws LanguageModelException {
    Optional<JsonNode> answer = query.get(settings.at("/models"));
    if (answer.isEmpty() || !answer.get().path("data").isArray()) {
      return Optional.empty();
    }
    List<Listed> listed = new ArrayList<>();
    for (JsonNode model : answer.get().path("data")) {
      listed.add(
          new Listed(
              model.path("id").asText(),
              contextTokens(model),
              model.path("owned_by").asText().equals("llamacpp")));
    }
    return Optional.of(listed);
  }

  /**
   * In the words of vLLM and SGLang, or of llama.cpp: what it was started with, else the model's.
   */
  private static OptionalInt contextTokens(JsonNode model) {
    JsonNode meta = model.path("meta");
    return Stream.of(model.path("max_model_len"), meta.path("n_ctx"), meta.path("n_ctx_train"))
        .filter(length -> length.canConvertToInt() && length.asInt() > 0)
        .mapToInt(JsonNode::asInt)
        .findFirst();
  }

  /**
   * In the words of vLLM and SGLang, of llama.cpp and of TGI at once: each passes over the rest.
   */
  @Override
  public Optional<List<Long>> tokenize(String text, String model) throws LanguageModelException {
    ObjectNode question =
        JsonText.object()
            .put("model", model)
            .put("prompt", text)
            .put("add_special_tokens", false)
            .put("content", text)
            .put("add_special", false)
            .put("parse_special", true)
            .put("inputs", text);
    Optional<JsonNode> answer = query.post(settings.atRoot("/tokenize"), question);
    JsonNode tokens = answer.map(a -> a.isArray() ? a : a.path("tokens")).orElse(JsonText.object());
    if (!tokens.isArray()) {
      return Optional.empty();
    }
    List<Long> ids = new ArrayList<>();
    for (JsonNode token : tokens) {
      ids.add(token.isObject() ? token.path("id").asLong(-1) : token.asLong(-1));
    }
    return Optional.of(ids);
  }
}
