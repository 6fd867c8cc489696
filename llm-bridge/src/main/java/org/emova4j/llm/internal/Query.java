package org.emova4j.llm.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.LanguageModelException.Reason;

/** Short questions to a server about itself, which it may have no answer to. */
final class Query {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final RemoteSettings settings;
  private final Transport transport;

  Query(RemoteSettings settings, Transport transport) {
    this.settings = settings;
    this.transport = transport;
  }

  Optional<JsonNode> get(URI uri) throws LanguageModelException {
    return answer(transport.get(uri));
  }

  Optional<JsonNode> post(URI uri, JsonNode json) throws LanguageModelException {
    return answer(transport.post(uri, JsonText.write(json)));
  }

  /** Empty if the server refuses, or says nothing that is JSON. */
  private Optional<JsonNode> answer(HttpRequest request) throws LanguageModelException {
    RemoteSettings.Patience patience =
        new RemoteSettings.Patience(settings.patience().connect(), PATIENCE, PATIENCE, PATIENCE);
    try (Reply reply = new Reply(transport, List.of(request), patience, 0)) {
      BoundedBytes body = new BoundedBytes(Records.MAX_BYTES);
      for (Optional<ByteBuffer> bytes = reply.next();
          bytes.isPresent() && !body.full();
          bytes = reply.next()) {
        body.addSome(bytes.get());
      }
      return JsonText.tryParse(body.text());
    } catch (DeltaSource.CancelledException e) {
      return Optional.empty();
    } catch (LanguageModelException e) {
      Optional<Integer> status = HttpErrors.RefusedException.status(e);
      boolean key = status.filter(s -> s == 401 || s == 403).isPresent();
      if (key || (status.isEmpty() && e.reason() != Reason.BROKEN)) {
        throw e;
      }
      return Optional.empty();
    }
  }
}
