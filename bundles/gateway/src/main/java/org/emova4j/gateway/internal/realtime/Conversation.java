package org.emova4j.gateway.internal.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.chat.Turn;
import org.emova4j.gateway.internal.api.Question;
import org.emova4j.gateway.internal.guard.Admission;
import org.emova4j.gateway.internal.guard.Requests;
import org.emova4j.gateway.internal.http.ApiException;
import org.emova4j.gateway.internal.http.ClientGoneException;
import org.emova4j.gateway.internal.http.Failures;
import org.emova4j.gateway.internal.http.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session of the realtime interface: the client's events in, the server's out. Answers are made
 * on another thread, so that one can be cancelled while it comes.
 *
 * <p>Events come one after another; {@link #close()} may come at any time.
 */
final class Conversation implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);
  private static final int MAX_TURN_SECONDS = 120;
  private static final int MAX_TURNS = 100;
  private static final String PATH = "/v1/realtime";

  private final String id = Outlet.newId("sess");
  private final Outlet outlet;
  private final Environment environment;
  private final boolean converts;
  private final Microphone microphone = new Microphone(MAX_TURN_SECONDS);
  private final List<Turn> history = new ArrayList<>();
  private SessionSettings settings;
  private Optional<Answering.Said> said = Optional.empty();
  private boolean answering;
  private boolean cancelled;
  private Optional<AutoCloseable> running = Optional.empty();

  /**
   * What all sessions share.
   *
   * @param answering what answers
   * @param admission whose turn it is
   * @param requests that are under way
   * @param threads that answers are made on
   * @param voices makes a speaker of a voice's name
   */
  record Environment(
      Answering answering,
      Admission admission,
      Requests requests,
      Executor threads,
      UnaryOperator<String> voices) {}

  private final String client;

  /**
   * @param converts whether it changes voices, without a language model
   */
  Conversation(
      Outlet outlet,
      Environment environment,
      String client,
      Optional<String> model,
      boolean converts) {
    this.outlet = outlet;
    this.environment = environment;
    this.client = client;
    this.converts = converts;
    settings = SessionSettings.of(model);
  }

  void open() throws IOException {
    outlet.send("session.created", "session", settings.toJson(id));
  }

  /** An event of the client's. What is wrong with it is told by an event. */
  void receive(String text) throws IOException {
    Optional<String> eventId = Optional.empty();
    try {
      JsonNode event = Json.readObject(text);
      eventId = Optional.ofNullable(event.path("event_id").asText(null));
      take(event);
    } catch (ApiException | IllegalArgumentException e) {
      error(Failures.of(e), eventId);
    }
  }

  private void error(ApiException failure, Optional<String> eventId) throws IOException {
    Map<String, Object> error = new LinkedHashMap<>();
    Object shown = failure.toJson().get("error");
    if (shown instanceof Map<?, ?> map) {
      map.forEach((name, value) -> error.put(name.toString(), value));
    }
    error.put("event_id", eventId.orElse(null));
    outlet.send("error", "error", error);
  }

  private void take(JsonNode event) throws IOException {
    String type = event.path("type").asText();
    switch (type) {
      case "session.update" -> {
        synchronized (this) {
          settings = settings.changed(event.path("session"), environment.voices());
        }
        outlet.send("session.updated", "session", settings.toJson(id));
      }
      case "input_audio_buffer.append" ->
          microphone.hear(Question.decoded("audio", event.path("audio").asText()));
      case "input_audio_buffer.clear" -> {
        microphone.clear();
        outlet.send("input_audio_buffer.cleared");
      }
      case "input_audio_buffer.commit" -> {
        Audio speech = microphone.commit();
        String itemId = Outlet.newId("item");
        outlet.send("input_audio_buffer.committed", "item_id", itemId, "previous_item_id", null);
        said(new Answering.Said(itemId, "", Optional.of(speech)), "input_audio");
      }
      case "conversation.item.create" -> create(event.path("item"));
      case "response.create" -> respond(event.path("response"));
      case "response.cancel" -> cancel();
      default ->
          throw ApiException.refused(400, "unknown_event", "unknown event \"%s\"".formatted(type));
    }
  }

  private void said(Answering.Said what, String kind) throws IOException {
    said = Optional.of(what);
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("type", kind);
    if (kind.equals("input_text")) {
      part.put("text", what.text());
    }
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("id", what.itemId());
    item.put("object", "realtime.item");
    item.put("type", "message");
    item.put("status", "completed");
    item.put("role", "user");
    item.put("content", List.of(part));
    outlet.send("conversation.item.added", "previous_item_id", null, "item", item);
    outlet.send("conversation.item.done", "previous_item_id", null, "item", item);
  }

  private void create(JsonNode item) throws IOException {
    if (!item.path("type").asText().equals("message")
        || !item.path("role").asText().equals("user")) {
      throw ApiException.invalid("item", "an item must be a message of the user's");
    }
    String itemId = item.path("id").asText(Outlet.newId("item"));
    StringBuilder text = new StringBuilder();
    Optional<Audio> speech = Optional.empty();
    for (JsonNode part : item.path("content")) {
      switch (part.path("type").asText()) {
        case "input_text" -> text.append(part.path("text").asText());
        case "input_audio" -> {
          Microphone whole = new Microphone(MAX_TURN_SECONDS);
          whole.hear(Question.decoded("audio", part.path("audio").asText()));
          speech = Optional.of(whole.commit());
        }
        default -> throw ApiException.invalid("content", "known parts: input_text, input_audio");
      }
    }
    if (speech.isEmpty() && text.toString().isBlank()) {
      throw ApiException.invalid("content", "the item is empty");
    }
    String kind = speech.isPresent() ? "input_audio" : "input_text";
    said(new Answering.Said(itemId, speech.isPresent() ? "" : text.toString(), speech), kind);
  }

  private void respond(JsonNode wishes) throws IOException {
    Answering.Said what =
        said.orElseThrow(
            () -> ApiException.refused(400, "nothing_said", "there is nothing to answer"));
    if (converts && what.speech().isEmpty()) {
      throw ApiException.invalid("item", "only speech can be converted");
    }
    SessionSettings own;
    synchronized (this) {
      if (answering) {
        throw ApiException.refused(
            400, "conversation_already_has_active_response", "an answer is still coming");
      }
      own = wishes.isObject() ? settings.changed(wishes, environment.voices()) : settings;
      answering = true;
      cancelled = false;
    }
    said = Optional.empty();
    environment.threads().execute(() -> answer(what, own));
  }

  @SuppressWarnings("CatchingUnchecked") // the edge: whatever it was, it ends as an event
  private void answer(Answering.Said what, SessionSettings own) {
    boolean spoken = own.spoken() || converts;
    Response response = new Response(outlet, environment.answering().sounds(), spoken);
    try (Requests.Running counted = environment.requests().begin(client)) {
      counted.of(PATH);
      response.created();
      Admission.Permit permit = environment.admission().enter(client);
      try {
        answer(what, own, response);
        counted.ends(200);
      } finally {
        permit.close();
      }
    } catch (ClientGoneException e) {
      LOG.debug("an answer that nobody waits for", e);
    } catch (Exception | OutOfMemoryError | StackOverflowError | LinkageError e) {
      failed(response, e);
    } finally {
      synchronized (this) {
        answering = false;
        running = Optional.empty();
      }
    }
  }

  private void answer(Answering.Said what, SessionSettings own, Response response)
      throws Exception {
    if (converts) {
      environment.answering().convert(what, own, outlet, response);
      return;
    }
    List<Turn> earlier;
    synchronized (this) {
      earlier = List.copyOf(history);
    }
    Turn turn = environment.answering().answer(what, earlier, own, outlet, response, this::runs);
    synchronized (this) {
      if (!turn.answer().isBlank() && history.size() < MAX_TURNS) {
        history.add(turn);
      }
    }
  }

  private void failed(Response response, Throwable failure) {
    ApiException told = Failures.of(failure);
    try {
      error(told, Optional.empty());
      response.end("failed", Map.of("status_details", told.toJson()));
    } catch (Exception e) { // there is nobody left to be told
      LOG.debug("the client has gone", e);
    }
  }

  private void runs(AutoCloseable stream) {
    boolean atOnce;
    synchronized (this) {
      running = Optional.of(stream);
      atOnce = cancelled;
    }
    if (atOnce) {
      close(stream);
    }
  }

  private void cancel() {
    Optional<AutoCloseable> stream;
    synchronized (this) {
      if (!answering) {
        throw ApiException.refused(400, "response_cancel_not_active", "no answer is coming");
      }
      cancelled = true;
      stream = running;
    }
    stream.ifPresent(Conversation::close);
  }

  private static void close(AutoCloseable stream) {
    try {
      stream.close();
    } catch (Exception e) {
      LOG.debug("an answer that was cancelled does not close", e);
    }
  }

  /** The client has gone: nobody waits for an answer. */
  @Override
  public void close() {
    Optional<AutoCloseable> stream;
    synchronized (this) {
      cancelled = true;
      stream = running;
    }
    stream.ifPresent(Conversation::close);
  }
}
