package org.emova4j.gateway.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The gateway's configuration, checked.
 *
 * @param token what clients must know; empty for nothing, which only loopback addresses allow
 * @param hosts names, besides {@code localhost} and addresses, that clients may call the server by
 * @param limits what a request may be
 * @param load how much is done at a time
 */
public record GatewaySettings(
    Optional<String> token, List<String> hosts, Limits limits, Load load) {
  private static final int LEAST_TOKEN = 16;

  public GatewaySettings {
    hosts = List.copyOf(hosts);
    if (token.isPresent() && token.get().length() < LEAST_TOKEN) {
      throw new IllegalArgumentException(
          "the token has %d characters, must have at least %d"
              .formatted(token.get().length(), LEAST_TOKEN));
    }
  }

  /**
   * What a request may be.
   *
   * @param bodyBytes longest body with files, which go to disk
   * @param jsonBytes longest JSON body, which stays in memory
   * @param audio longest recording
   * @param pixels most of an image, by its header
   * @param speechCharacters longest text to be spoken
   * @param upload in which a body must have come
   */
  public record Limits(
      long bodyBytes,
      long jsonBytes,
      Duration audio,
      long pixels,
      int speechCharacters,
      Duration upload) {
    public Limits {
      positive("body.megabytes", bodyBytes);
      positive("json.megabytes", jsonBytes);
      positive("audio.seconds", audio.toSeconds());
      positive("image.megapixels", pixels);
      positive("speech.characters", speechCharacters);
      positive("upload.seconds", upload.toSeconds());
    }
  }

  /**
   * How much is done at a time.
   *
   * @param running requests that compute
   * @param queue requests that wait
   * @param queuePerClient of these, of one client
   * @param perMinute requests of one client
   * @param stop how long a stop waits for what runs
   */
  public record Load(int running, int queue, int queuePerClient, int perMinute, Duration stop) {
    public Load {
      positive("running", running);
      positive("queue", queue + 1L);
      positive("queue.per.client", queuePerClient + 1L);
      positive("requests.per.minute", perMinute);
      positive("stop.seconds", stop.toSeconds() + 1);
    }
  }

  private static void positive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s is too small".formatted(name));
    }
  }
}
