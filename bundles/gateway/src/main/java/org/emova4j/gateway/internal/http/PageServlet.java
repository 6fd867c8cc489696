package org.emova4j.gateway.internal.http;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The files of the page, as they lie in the bundle. */
public final class PageServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private static final String FOLDER = "/page";
  private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9_][A-Za-z0-9._-]*)+");
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html;charset=utf-8"),
          Map.entry("js", "text/javascript;charset=utf-8"),
          Map.entry("mjs", "text/javascript;charset=utf-8"),
          Map.entry("css", "text/css;charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("webmanifest", "application/manifest+json"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("wav", "audio/wav"),
          Map.entry("txt", "text/plain;charset=utf-8"));

  private final transient Function<String, URL> resources;

  /**
   * @param resources finds what lies in the bundle; null for what doesn't
   */
  public PageServlet(Function<String, URL> resources) {
    this.resources = resources;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String path = request.getRequestURI();
    String name = path.equals("/") ? "/index.html" : path;
    Optional<String> type =
        PATH.matcher(name).matches()
            ? Optional.ofNullable(TYPES.get(extension(name)))
            : Optional.empty();
    Optional<URL> file = type.flatMap(t -> Optional.ofNullable(resources.apply(FOLDER + name)));
    if (file.isEmpty()) {
      ApiException failure =
          ApiException.refused(404, "unknown_path", "there is nothing at this path");
      write(response, failure.status(), "application/json", Json.bytes(failure.toJson()));
      return;
    }
    response.setHeader("Cache-Control", "no-cache");
    try (InputStream in = file.get().openStream()) {
      write(response, 200, type.get(), in.readAllBytes());
    }
  }

  private static void write(HttpServletResponse response, int status, String type, byte[] body)
      throws IOException {
    response.setStatus(status);
    response.setContentType(type);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private static String extension(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
