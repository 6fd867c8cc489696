package org.emova4j.gateway.internal.api;

import java.io.IOException;
import java.io.InputStream;
import org.emova4j.gateway.internal.http.Exchange;

/** {@code GET /openapi.json}: what all routes take and give. */
public final class Description {
  private static final String FILE = "/openapi.json";

  /** The document, as it lies in the bundle. */
  public static byte[] document() throws IOException {
    try (InputStream in = Description.class.getResourceAsStream(FILE)) {
      return in.readAllBytes();
    }
  }

  private Description() {}

  public static void show(Exchange exchange) throws IOException {
    exchange.send(200, "application/json", document());
  }
}
