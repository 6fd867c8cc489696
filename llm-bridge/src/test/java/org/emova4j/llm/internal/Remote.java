package org.emova4j.llm.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.chat.ChatEvent;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.chat.ChatStream;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.unit.Codebook;
import org.emova4j.llm.internal.RemoteSettings.Backend;
import org.emova4j.llm.internal.RemoteSettings.Constraint;
import org.emova4j.llm.internal.RemoteSettings.Patience;

/** Models on scripted servers, for tests. */
final class Remote {
  static final Codebook CODEBOOK = new Codebook("emova-40ms-4096", 4096, Duration.ofMillis(40));
  static final Patience LONG = patience(20, 20);

  Backend backend = Backend.OPENAI_CHAT;
  String url;
  String model = "emova-7b";
  Optional<Codebook> codebook = Optional.of(CODEBOOK);
  Optional<String> keyVariable = Optional.empty();
  Patience patience = LONG;
  int retries = 2;
  String proxy = "none";
  Optional<Path> trust = Optional.empty();
  boolean probe = false;
  Constraint constraint = Constraint.NONE;
  Map<String, String> environment = Map.of();
  Transport transport;

  Remote(String url) {
    this.url = url;
  }

  /** With first-token and idle time-outs in seconds. */
  static Patience patience(double firstToken, double idle) {
    return patience(firstToken, idle, 60);
  }

  /** As above, with one for all of the answer. */
  static Patience patience(double firstToken, double idle, double total) {
    return new Patience(Duration.ofSeconds(10), seconds(firstToken), seconds(idle), seconds(total));
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis((long) (seconds * 1000));
  }

  RemoteModel model() {
    RemoteSettings settings =
        new RemoteSettings(
            "test",
            backend,
            URI.create(url),
            model,
            codebook,
            true,
            8192,
            keyVariable,
            patience,
            retries,
            proxy,
            trust,
            true,
            constraint,
            List.of(151645, 151643),
            probe);
    try {
      transport = new Transport(settings, environment::get);
      return new RemoteModel(settings, RemoteModels.protocol(settings, transport));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<ChatEvent> ask(ChatRequest request) throws SpeechException {
    List<ChatEvent> events = new ArrayList<>();
    ask(request, events);
    return events;
  }

  /** Adds the events to a list, so that those before a failure can be seen. */
  void ask(ChatRequest request, List<ChatEvent> events) throws SpeechException {
    try (ChatStream stream = model().ask(request)) {
      for (Optional<ChatEvent> e = stream.next(); e.isPresent(); e = stream.next()) {
        events.add(e.get());
      }
    }
  }
}
