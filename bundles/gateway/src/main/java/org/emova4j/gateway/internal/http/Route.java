package org.emova4j.gateway.internal.http;

/**
 * What is done for one method of one path.
 *
 * @param method of HTTP
 * @param path the whole of it
 * @param open whether it needs no token
 * @param handler what is done
 */
public record Route(String method, String path, boolean open, Handler handler) {
  /** Answers one request. */
  public interface Handler {
    void handle(Exchange exchange) throws Exception;
  }

  public static Route get(String path, Handler handler) {
    return new Route("GET", path, false, handler);
  }

  public static Route post(String path, Handler handler) {
    return new Route("POST", path, false, handler);
  }

  /** For whoever asks. */
  public static Route open(String path, Handler handler) {
    return new Route("GET", path, true, handler);
  }
}
