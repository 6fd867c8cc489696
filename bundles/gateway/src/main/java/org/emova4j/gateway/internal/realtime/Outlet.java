package org.emova4j.gateway.internal.realtime;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** Events on their way to a client. Safe for concurrent use. */
interface Outlet {
  /**
   * Sends an event, and returns when it is on the wire.
   *
   * @throws IOException if the client has gone
   */
  void send(Map<String, Object> event) throws IOException;

  /** An event of a type, with names and values in turn. */
  default void send(String type, Object... namesAndValues) throws IOException {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("type", type);
    event.put("event_id", newId("event"));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      event.put(namesAndValues[i].toString(), namesAndValues[i + 1]);
    }
    send(event);
  }

  static String newId(String kind) {
    return kind + "_" + UUID.randomUUID().toString().replace("-", "");
  }
}
