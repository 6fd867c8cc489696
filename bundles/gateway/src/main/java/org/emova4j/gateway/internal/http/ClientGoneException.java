package org.emova4j.gateway.internal.http;

import java.io.IOException;

/** Nobody reads the reply any more: no failure, but a reason to stop working on it. */
public final class ClientGoneException extends IOException {
  private static final long serialVersionUID = 1L;

  public ClientGoneException(Throwable cause) {
    super("the client has gone", cause);
  }
}
