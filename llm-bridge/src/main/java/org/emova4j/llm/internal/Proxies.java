package org.emova4j.llm.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Which proxy a request takes: a configured one, or what the environment says. */
final class Proxies extends ProxySelector {
  static final String NONE = "none";

  private final String configured;
  private final Function<String, String> environment;

  private Proxies(String configured, Function<String, String> environment) {
    this.configured = configured;
    this.environment = environment;
  }

  /**
   * @param configured {@code ""} for the environment's {@code HTTPS_PROXY}, {@code HTTP_PROXY} and
   *     {@code NO_PROXY}, {@code none}, or an address such as {@code http://proxy:3128}
   * @throws IllegalArgumentException if it is no such address
   */
  static ProxySelector of(String configured, Function<String, String> environment) {
    if (!configured.isBlank() && !configured.equals(NONE)) {
      address(configured);
    }
    return new Proxies(configured, environment);
  }

  private static InetSocketAddress address(String text) {
    URI uri = URI.create(text.contains("://") ? text : "http://" + text);
    if (uri.getHost() == null || !"http".equals(uri.getScheme()) || uri.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "proxy \"%s\" is no address such as http://proxy:3128"
              .formatted(uri.getHost() == null ? text : uri.getHost()));
    }
    return InetSocketAddress.createUnresolved(
        uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort());
  }

  @Override
  public List<Proxy> select(URI uri) {
    if (configured.equals(NONE)) {
      return List.of(Proxy.NO_PROXY);
    }
    String address = configured;
    if (address.isBlank()) {
      address = isLocal(uri) || isExempt(uri) ? "" : variable(uri.getScheme() + "_proxy");
    }
    return List.of(
        address.isBlank() ? Proxy.NO_PROXY : new Proxy(Proxy.Type.HTTP, address(address)));
  }

  private static boolean isLocal(URI uri) {
    String host = uri.getHost();
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }

  private boolean isExempt(URI uri) {
    return Arrays.stream(variable("no_proxy").split(",", -1))
        .map(String::strip)
        .filter(entry -> !entry.isEmpty())
        .map(entry -> entry.startsWith(".") ? entry.substring(1) : entry)
        .anyMatch(
            entry ->
                entry.equals("*")
                    || uri.getHost().equals(entry)
                    || uri.getHost().endsWith("." + entry));
  }

  /** Both spellings are in use. */
  private String variable(String name) {
    String lower = environment.apply(name);
    String value = lower == null ? environment.apply(name.toUpperCase(Locale.ROOT)) : lower;
    return value == null ? "" : value;
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException error) {
    // The request fails by itself.
  }
}
