package org.emova4j.gateway.internal.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.emova4j.gateway.internal.http.ApiException;

/**
 * Who may ask. A page of another site can make a browser send requests here, by its own name
 * (another {@code Origin}) or by making its name resolve to this machine (another {@code Host});
 * both are refused before anything else is looked at.
 *
 * <p>Safe for concurrent use.
 */
public final class Guard {
  private static final String BEARER = "bearer ";
  // What can't be a name: a browser that shows it was told this very address.
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[[0-9a-fA-F:.]+]");

  private final Optional<byte[]> tokenHash;
  private final List<String> hosts;

  /**
   * @param token what clients must know; empty if loopback clients need to know nothing
   * @param hosts names, besides {@code localhost} and addresses, that the server is known by
   */
  public Guard(Optional<String> token, List<String> hosts) {
    tokenHash = token.map(Guard::hash);
    this.hosts = hosts.stream().map(h -> h.toLowerCase(Locale.ROOT)).toList();
  }

  /**
   * What a request says of itself.
   *
   * @param scheme {@code http} or {@code https}
   * @param localAddress that it came to, as digits
   * @param host header
   * @param origin header
   * @param site header {@code Sec-Fetch-Site}
   */
  public record Call(
      String scheme,
      String localAddress,
      Optional<String> host,
      Optional<String> origin,
      Optional<String> site) {}

  /**
   * Whether it may be answered at all.
   *
   * @throws ApiException if not
   */
  public void requireOwnSite(Call call) {
    String host = call.host().orElse("").toLowerCase(Locale.ROOT);
    String name = host.replaceFirst(":[0-9]+$", "");
    if (!ADDRESS.matcher(name).matches() && !name.equals("localhost") && !hosts.contains(name)) {
      throw ApiException.forbidden(
          421, "wrong_host", "this server is not called \"%s\"".formatted(shown(name)));
    }
    String own = call.scheme() + "://" + host;
    if (call.origin().isPresent() && !call.origin().get().toLowerCase(Locale.ROOT).equals(own)) {
      throw ApiException.forbidden(
          403,
          "wrong_origin",
          "pages of \"%s\" may not ask this server".formatted(shown(call.origin().get())));
    }
    if (call.site().filter("cross-site"::equals).isPresent()) {
      throw ApiException.forbidden(
          403, "wrong_origin", "pages of other sites may not ask this server");
    }
    if (tokenHash.isEmpty() && !isLoopback(call.localAddress())) {
      throw ApiException.forbidden(
          403, "token_needed", "on an address that is not loopback the server needs a token");
    }
  }

  /**
   * Whether it comes from somebody who knows the token. Takes as long for a wrong token as for the
   * right one.
   *
   * @param authorization header
   * @throws ApiException if not
   */
  public void requireToken(Optional<String> authorization) {
    if (tokenHash.isEmpty()) {
      return;
    }
    String given =
        authorization
            .filter(a -> a.regionMatches(true, 0, BEARER, 0, BEARER.length()))
            .map(a -> a.substring(BEARER.length()).strip())
            .orElseThrow(
                () ->
                    ApiException.unauthenticated(
                        "the header Authorization: Bearer TOKEN is missing"));
    if (!MessageDigest.isEqual(hash(given), tokenHash.get())) {
      throw ApiException.unauthenticated("the token is wrong");
    }
  }

  private static boolean isLoopback(String address) {
    try {
      return ADDRESS.matcher(address.contains(":") ? "[" + address + "]" : address).matches()
          && InetAddress.getByName(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static String shown(String text) {
    String clean = text.replaceAll("[^\\p{Graph} ]", "_");
    return clean.substring(0, Math.min(clean.length(), 100));
  }

  /** Hashes are of one length, so that a comparison tells nothing of the token's. */
  private static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
