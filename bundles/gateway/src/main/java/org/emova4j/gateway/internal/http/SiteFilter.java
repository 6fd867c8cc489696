package org.emova4j.gateway.internal.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.emova4j.gateway.internal.guard.Guard;

/** Before everything: no other site's page gets through, and browsers are told to be careful. */
public final class SiteFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  // The one style sheet by its hash is that which wavesurfer.js puts into its shadow root.
  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob: data:;"
              + " style-src 'self' 'sha256-SZJd6dy2P4EaWKRUev4h/ykcSGp+Q4qzmN6LP3CDoeY=';"
              + " worker-src 'self'; connect-src 'self'; object-src 'none';"
              + " base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "X-Frame-Options",
          "DENY",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Permissions-Policy",
          "microphone=(self), camera=(self), geolocation=()");

  private final transient Guard guard;

  public SiteFilter(Guard guard) {
    this.guard = guard;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HEADERS.forEach(response::setHeader);
    try {
      guard.requireOwnSite(call(request));
    } catch (ApiException e) {
      byte[] body = Json.bytes(e.toJson());
      response.setHeader("Connection", "close");
      response.setStatus(e.status());
      response.setContentType("application/json");
      response.setContentLength(body.length);
      response.getOutputStream().write(body);
      return;
    }
    chain.doFilter(request, response);
  }

  private static Guard.Call call(HttpServletRequest request) {
    return new Guard.Call(
        request.getScheme(),
        request.getLocalAddr(),
        Optional.ofNullable(request.getHeader("Host")),
        Optional.ofNullable(request.getHeader("Origin")),
        Optional.ofNullable(request.getHeader("Sec-Fetch-Site")));
  }
}
