package org.emova4j.itests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What somebody would try who means no good. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GatewaySecurityTest {
  private static final int MEGABYTE = 1_000_000;
  private static final Map<String, Object> NARROW =
      Map.of(
          "body.megabytes", 2,
          "json.megabytes", 1,
          "audio.seconds", 3,
          "image.megapixels", 1,
          "speech.characters", 40,
          "upload.seconds", 2,
          "requests.per.minute", 600);

  @TempDir static Path storage;
  private static Served served;

  @BeforeAll
  static void start() throws Exception {
    served = Served.start(storage, NARROW);
  }

  @AfterAll
  static void stop() throws Exception {
    if (served != null) {
      served.close();
    }
  }

  private static RawHttp.Reply ask(String head, byte[] body) throws IOException {
    try (RawHttp http = RawHttp.connect("127.0.0.1", served.port)) {
      http.write(head);
      http.write(body);
      return http.read();
    }
  }

  private static RawHttp.Reply get(String path, String... headers) throws IOException {
    StringBuilder head = new StringBuilder("GET %s HTTP/1.1\r\n".formatted(path));
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return ask(head + "\r\n", new byte[0]);
  }

  private static String host() {
    return "Host: 127.0.0.1:" + served.port;
  }

  private static String bearer(String token) {
    return "Authorization: Bearer " + token;
  }

  private static void assertError(RawHttp.Reply reply, int status, String code) throws IOException {
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    assertThat(Served.json(reply.text()).at("/error/code").asText()).isEqualTo(code);
  }

  private static void assertError(HttpResponse<byte[]> reply, int status, String code)
      throws IOException {
    assertThat(reply.statusCode()).as(Served.text(reply)).isEqualTo(status);
    assertThat(Served.json(reply).at("/error/code").asText()).isEqualTo(code);
  }

  @Test
  void nothingOfTheApiIsAnsweredWithoutTheToken() throws Exception {
    for (String path : List.of("/v1/models", "/v1/styles", "/v1/bundles", "/metrics")) {
      assertError(get(path, host()), 401, "invalid_token");
      assertError(get(path, host(), bearer("wrong")), 401, "invalid_token");
      assertError(get(path, host(), bearer("")), 401, "invalid_token");
      assertError(get(path, host(), bearer(Served.TOKEN + "x")), 401, "invalid_token");
      assertError(get(path, host(), "Authorization: Basic " + Served.TOKEN), 401, "invalid_token");
      assertThat(get(path, host(), bearer(Served.TOKEN)).status()).isEqualTo(200);
    }
    assertError(
        get("/v1/realtime", host(), "Upgrade: websocket", "Connection: Upgrade"),
        401,
        "invalid_token");
    assertError(get("/v1/models?token=" + Served.TOKEN, host()), 401, "invalid_token");
  }

  @Test
  void aNameThatWasMadeToPointHereIsRefused() throws Exception {
    for (String name :
        List.of("evil.example", "localhost.evil.example", "127.0.0.1.evil.example")) {
      assertError(
          get("/v1/models", "Host: %s:%d".formatted(name, served.port), bearer(Served.TOKEN)),
          421,
          "wrong_host");
      assertError(get("/", "Host: " + name), 421, "wrong_host");
    }
    assertThat(get("/", "Host: localhost:" + served.port).status()).isEqualTo(200);
  }

  @Test
  void anotherSitesPageIsRefusedAndIsToldNothing() throws Exception {
    for (String origin : List.of("http://evil.example", "null", "https://127.0.0.1:1")) {
      RawHttp.Reply reply = get("/v1/models", host(), bearer(Served.TOKEN), "Origin: " + origin);
      assertError(reply, 403, "wrong_origin");
      assertThat(reply.headers()).doesNotContainKey("access-control-allow-origin");
    }
    assertError(
        get("/v1/models", host(), bearer(Served.TOKEN), "Sec-Fetch-Site: cross-site"),
        403,
        "wrong_origin");
    RawHttp.Reply preflight =
        ask(
            "OPTIONS /v1/convert HTTP/1.1\r\n%s\r\nOrigin: http://evil.example\r\nAccess-Control-Request-Method: POST\r\n\r\n"
                .formatted(host()),
            new byte[0]);
    assertError(preflight, 403, "wrong_origin");
    assertThat(
            get(
                    "/v1/models",
                    host(),
                    bearer(Served.TOKEN),
                    "Origin: http://127.0.0.1:" + served.port)
                .status())
        .isEqualTo(200);
    assertError(
        get(
            "/v1/realtime",
            host(),
            bearer(Served.TOKEN),
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            "Origin: http://evil.example"),
        403,
        "wrong_origin");
  }

  @Test
  void thePageTellsBrowsersToBeCareful() throws Exception {
    RawHttp.Reply page = get("/", host());

    assertThat(page.headers().get("content-security-policy"))
        .contains("default-src 'self'", "object-src 'none'", "frame-ancestors 'none'")
        .doesNotContain("unsafe-inline", "unsafe-eval", "*");
    assertThat(page.headers())
        .containsEntry("x-content-type-options", "nosniff")
        .containsEntry("x-frame-options", "DENY")
        .containsEntry("referrer-policy", "no-referrer");
    assertThat(page.headers()).doesNotContainKey("server");
  }

  @Test
  void aBodyIsCountedWhileItComes() throws Exception {
    String head =
        "POST /v1/units HTTP/1.1\r\n%s\r\n%s\r\nContent-Type: audio/wav\r\n"
            .formatted(host(), bearer(Served.TOKEN));
    // It says so itself ...
    assertError(ask(head + "Content-Length: 99999999\r\n\r\n", new byte[0]), 413, "too_large");
    // ... or it doesn't: what comes in chunks has no length.
    try (RawHttp http = RawHttp.connect("127.0.0.1", served.port)) {
      http.write(head + "Transfer-Encoding: chunked\r\n\r\n");
      byte[] chunk = new byte[100_000];
      for (int i = 0; i < 21; i++) {
        http.write("%x\r\n".formatted(chunk.length));
        http.write(chunk);
        http.write("\r\n");
      }
      assertError(http.read(), 413, "too_large");
    }
    assertError(
        served.postJson("/v1/audio/speech", "{\"input\":\"" + "x".repeat(MEGABYTE) + "\"}"),
        413,
        "too_large");
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void whoSendsSlowlyIsNotWaitedFor() throws Exception {
    try (RawHttp http = RawHttp.connect("127.0.0.1", served.port)) {
      http.write(
          "POST /v1/units HTTP/1.1\r\n%s\r\n%s\r\nContent-Type: audio/wav\r\nContent-Length: 1000\r\n\r\n"
              .formatted(host(), bearer(Served.TOKEN)));
      for (int i = 0; i < 6; i++) {
        http.write(new byte[1]);
        Thread.sleep(500); // the client is the slow one
      }
      assertError(http.read(), 408, "too_slow");
    }
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void manySlowOnesDoNotKeepTheServerFromOthers() throws Exception {
    String slow =
        "POST /v1/units HTTP/1.1\r\n%s\r\n%s\r\nContent-Type: audio/wav\r\nContent-Length: 9\r\n\r\n"
            .formatted(host(), bearer(Served.TOKEN));
    List<RawHttp> open = new ArrayList<>();
    try {
      for (int i = 0; i < 300; i++) { // more than there are threads
        RawHttp http = RawHttp.connect("127.0.0.9", served.port);
        open.add(http);
        http.write(slow);
      }
      assertThat(served.get("/v1/models").statusCode()).isEqualTo(200);
      assertError(open.get(open.size() - 1).read(), 429, "queue_full");
    } finally {
      for (RawHttp http : open) {
        http.close();
      }
    }
  }

  @Test
  void recordingsTextsAndPicturesHaveLimits() throws Exception {
    assertError(served.postForm("/v1/units", served.form()), 413, "too_long"); // 3.45 s
    assertError(
        served.postJson("/v1/audio/speech", "{\"input\":\"%s\"}".formatted("a".repeat(41))),
        413,
        "too_long");
    String image = Base64.getEncoder().encodeToString(GatewayTest.png(1500, 1000));
    assertError(chat("data:image/png;base64," + image), 413, "too_large");
  }

  @Test
  void noAddressAndNoPathIsEverOpened() throws Exception {
    AtomicInteger visits = new AtomicInteger();
    HttpServer trap =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    trap.createContext(
        "/",
        exchange -> {
          visits.incrementAndGet();
          exchange.sendResponseHeaders(404, -1);
        });
    trap.start();
    String address = "http://127.0.0.1:%d/x.png".formatted(trap.getAddress().getPort());
    Path secret = Files.writeString(storage.resolve("secret.txt"), "secret");
    for (String url : List.of(address, secret.toUri().toString(), secret.toString(), "data:,x")) {
      assertError(chat(url), 400, "invalid_value");
    }
    // A playlist as the recording, and a list of files as FFmpeg reads it.
    for (String content :
        List.of(
            "#EXTM3U\n#EXTINF:1,\n" + address + "\n#EXT-X-ENDLIST\n",
            "ffconcat version 1.0\nfile '" + secret + "'\n")) {
      Path file = Files.writeString(storage.resolve("list.wav"), content);
      HttpResponse<byte[]> reply = served.postForm("/v1/units", Map.of("file", file));
      assertError(reply, 400, "unsupported_audio");
      assertThat(Served.text(reply)).doesNotContain(storage.toString()).contains("list.wav");
    }
    assertThat(visits).hasValue(0);
    trap.stop(0);
  }

  private static HttpResponse<byte[]> chat(String url) throws Exception {
    return served.postJson(
        "/v1/chat/completions",
        ("{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"?\"},"
                + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"%s\"}}]}]}")
            .formatted(url));
  }

  @Test
  void pathsOfThePageDoNotLeaveIt() throws Exception {
    for (String path :
        List.of(
            "/../openapi.json",
            "/%2e%2e/openapi.json",
            "/..%2fopenapi.json",
            "/META-INF/MANIFEST.MF",
            "/OSGI-INF/org.emova4j.gateway.internal.Gateway.xml",
            "//etc/passwd",
            "/page/index.html",
            "/index.html;/../../x",
            "/.hidden")) {
      assertThat(get(path, host()).status()).as(path).isIn(400, 404);
    }
  }

  @Test
  void onlyTheRightContentTypesAreTaken() throws Exception {
    for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "")) {
      HttpRequest.Builder request = served.request("/v1/audio/speech");
      if (!type.isEmpty()) {
        request.header("Content-Type", type);
      }
      assertError(
          served.send(request.POST(BodyPublishers.ofString("{\"input\":\"x\"}")).build()),
          415,
          "wrong_content_type");
      assertError(
          served.send(
              served
                  .request("/v1/convert")
                  .header("Content-Type", type.isEmpty() ? "text/html" : type)
                  .POST(BodyPublishers.ofString("x"))
                  .build()),
          415,
          "wrong_content_type");
    }
    assertError(
        served.send(
            served
                .request("/v1/units")
                .header("Content-Type", "audio/wav")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofString("x"))
                .build()),
        415,
        "wrong_content_type");
  }

  @Test
  void whatIsMalformedIsRefusedInASentence() throws Exception {
    assertError(served.postJson("/v1/audio/speech", "{"), 400, "invalid_json");
    assertError(served.postJson("/v1/audio/speech", "[]"), 400, "invalid_json");
    assertError(served.postJson("/v1/audio/speech", "{}"), 400, "missing_field");
    assertError(served.postJson("/v1/audio/speech", "{\"inputs\":1}"), 400, "unknown_field");
    assertError(
        served.postJson("/v1/audio/speech", "{\"input\":\"x\",\"input\":\"y\"}"),
        400,
        "invalid_json");
    assertError(
        served.postJson("/v1/audio/speech", "{\"a\":".repeat(100) + "1" + "}".repeat(100)),
        400,
        "invalid_json");
    assertError(served.postForm("/v1/convert", Map.of("speaker", "x")), 400, "missing_field");
    assertError(
        served.postForm("/v1/convert", served.form("emotion", "hapy")), 400, "invalid_value");
    assertError(served.postForm("/v1/convert", served.form("emotions", "x")), 400, "unknown_field");
    assertError(served.postForm("/v1/convert", served.form("pitch", "99")), 400, "invalid_value");
    assertError(
        served.send(
            served
                .request("/v1/convert")
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(BodyPublishers.ofString("--b\r\nnothing"))
                .build()),
        400,
        "invalid_form");
    assertError(served.get("/v1/nothing"), 404, "unknown_path");
    assertError(served.get("/v1/convert"), 405, "wrong_method");
    assertThat(leftovers()).isEmpty();
  }

  @Test
  @Order(Integer.MAX_VALUE - 1)
  void whoAsksTooOftenIsToldWhenToComeBack() throws Exception {
    served.configure(
        "org.emova4j.gateway", Map.of(".token", Served.TOKEN, "requests.per.minute", 30));
    Optional<RawHttp.Reply> refused = Optional.empty();
    for (int i = 0; i < 10_000 && refused.isEmpty(); i++) {
      try (RawHttp http = RawHttp.connect("127.0.0.77", served.port)) {
        http.write(
            "GET /v1/models HTTP/1.1\r\n%s\r\n%s\r\n\r\n".formatted(host(), bearer(Served.TOKEN)));
        refused = Optional.of(http.read()).filter(r -> r.status() == 429);
      }
    }
    assertThat(refused).isPresent();
    assertError(refused.get(), 429, "too_many_requests");
    assertThat(Integer.parseInt(refused.get().headers().get("retry-after"))).isBetween(1, 60);
    assertThat(served.get("/v1/models").statusCode()).isEqualTo(200); // another client
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void withoutATokenOnlyLoopbackIsAnswered() throws Exception {
    served.configure("org.emova4j.gateway", Map.of(".token", ""));
    served.configure(
        "org.apache.felix.http",
        Map.of("org.apache.felix.http.host", "0.0.0.0", "org.osgi.service.http.port", served.port));
    String own = ownAddress();
    assumeTrue(!own.isEmpty(), "this machine has no address but loopback");
    RawHttp.Reply refused = askFrom(own);
    assertError(refused, 403, "token_needed");
    assertThat(get("/v1/models", host()).status()).isEqualTo(200);
  }

  private static String ownAddress() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(a -> a instanceof Inet4Address && !a.isLoopbackAddress())
        .map(InetAddress::getHostAddress)
        .findFirst()
        .orElse("");
  }

  /** The server begins anew, on a thread of its own. */
  private static RawHttp.Reply askFrom(String address) throws Exception {
    IOException last = null;
    for (int i = 0; i < 200; i++) {
      try (Socket socket = new Socket(address, served.port)) {
        socket
            .getOutputStream()
            .write(
                "GET /v1/models HTTP/1.0\r\nHost: %s\r\n\r\n"
                    .formatted(address)
                    .getBytes(ISO_8859_1));
        String text = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        String[] parts = text.split("\r\n\r\n", 2);
        int status = Integer.parseInt(text.split(" ", 3)[1]);
        if (status != 404 && status != 503) { // not yet there
          return new RawHttp.Reply(status, Map.of(), parts[1]);
        }
      } catch (IOException e) {
        last = e;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("the server does not come back", last);
  }

  private static List<Path> leftovers() throws IOException {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    String own = "emova-uploads-%d-*".formatted(ProcessHandle.current().pid());
    try (var found = Files.newDirectoryStream(folder, own)) {
      List<Path> files = new ArrayList<>();
      for (Path uploads : found) {
        try (var sent = Files.list(uploads)) {
          files.addAll(sent.toList());
        }
      }
      return files;
    }
  }
}
