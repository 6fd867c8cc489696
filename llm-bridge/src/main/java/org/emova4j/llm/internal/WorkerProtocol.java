package org.emova4j.llm.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.llm.format.Prompts;

/**
 * EMOVA's own controller and worker (emova-ollm/EMOVA, {@code emova/serve}). The address may be a
 * worker's or a controller's. A controller is asked for a worker, as the reference's web page does;
 * where that can't be reached, the controller passes the question on.
 */
final class WorkerProtocol implements Protocol {
  private static final String GENERATE = "/worker_generate_stream";

  private final RemoteSettings settings;
  private final Transport transport;
  private final Query query;

  WorkerProtocol(RemoteSettings settings, Transport transport) {
    this.settings = settings;
    this.transport = transport;
    this.query = new Query(settings, transport);
  }

  @Override
  public boolean sendsImages() {
    return true;
  }

  @Override
  public DeltaSource ask(ChatRequest request, String model) throws LanguageModelException {
    String prompt = Prompts.render(request, true);
    ObjectNode body =
        JsonText.object()
            .put("model", model)
            .put("prompt", prompt)
            .put("temperature", request.sampling().temperature())
            .put("top_p", request.sampling().topP())
            .put("max_new_tokens", request.sampling().maxTokens())
            .put("stop", Prompts.END_OF_MESSAGE + "\n");
    ArrayNode images = body.putArray("images");
    request.images().forEach(image -> images.add(image.base64()));
    String json = JsonText.write(body);

    List<HttpRequest> requests = new ArrayList<>();
    Optional<URI> worker = worker(model);
    if (worker.isPresent()) {
      requests.add(transport.post(worker.get(), json));
    }
    requests.add(transport.post(settings.at(GENERATE), json));
    return new WorkerDeltas(
        new Reply(transport, requests, settings.patience(), settings.retries()), prompt);
  }

  private Optional<URI> worker(String model) throws LanguageModelException {
    return query
        .post(settings.at("/get_worker_address"), JsonText.object().put("model", model))
        .map(answer -> answer.path("address").asText(""))
        .filter(address -> address.matches("https?://[\\w.:\\[\\]-]+(/[\\w./-]*)?"))
        .map(address -> URI.create(address.replaceAll("/+$", "") + GENERATE))
        .filter(uri -> uri.getHost() != null);
  }

  @Override
  public Optional<List<Listed>> models() throws LanguageModelException {
    Optional<JsonNode> answer = query.post(settings.at("/list_models"), JsonText.object());
    JsonNode names = answer.map(a -> a.path("models")).orElse(JsonText.object());
    if (!names.isArray()) {
      answer = query.post(settings.at("/worker_get_status"), JsonText.object());
      names = answer.map(a -> a.path("model_names")).orElse(names);
    }
    if (!names.isArray()) {
      return Optional.empty();
    }
    List<Listed> listed = new ArrayList<>();
    names.forEach(name -> listed.add(new Listed(name.asText(), OptionalInt.empty(), false)));
    return Optional.of(listed);
  }

  @Override
  public Optional<List<Long>> tokenize(String text, String model) {
    return Optional.empty();
  }
}
