package org.emova4j.llm.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.emova4j.api.chat.ChatEvent;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.speech.LanguageModelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class TransportTest {
  private static final ChatRequest HI = ChatRequest.text("Hi", List.of());
  private static final String ANSWER =
      "data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\n\ndata: [DONE]\n\n";
  private static final String PASSWORD = "changeit";

  @Test
  void goesThroughTheEnvironmentsProxy() throws Exception {
    try (ScriptedServer proxy = new ScriptedServer()) {
      String target = "http://llm.invalid:8000/v1/chat/completions";
      proxy.on(
          target,
          exchange -> {
            exchange.begin("text/event-stream");
            exchange.write(ANSWER);
          });
      Remote remote = new Remote("http://llm.invalid:8000/v1");
      remote.proxy = "";
      remote.environment = Map.of("HTTP_PROXY", proxy.url());

      assertThat(remote.ask(HI)).startsWith(new ChatEvent.AnswerText("Hello"));
      assertThat(proxy.requestsTo(target)).hasSize(1);
    }
  }

  @Test
  void hostsMayBeExemptFromTheProxy() {
    Map<String, String> environment =
        Map.of("https_proxy", "http://proxy:3128", "no_proxy", "example.org, .inner.net");

    assertThat(proxy(environment, "https://llm.example.com/v1")).contains("proxy");
    assertThat(proxy(environment, "https://llm.example.org/v1")).isEqualTo("DIRECT");
    assertThat(proxy(environment, "https://inner.net/v1")).isEqualTo("DIRECT");
    assertThat(proxy(environment, "http://llm.example.com/v1")).isEqualTo("DIRECT");
    assertThat(proxy(Map.of("http_proxy", "http://proxy:3128"), "http://localhost:8000/v1"))
        .isEqualTo("DIRECT");
  }

  private static String proxy(Map<String, String> environment, String uri) {
    return Proxies.of("", environment::get).select(URI.create(uri)).get(0).toString();
  }

  @Test
  void trustsACertificateOfItsOwnOnlyWhereToldTo(@TempDir Path folder) throws Exception {
    Path store = folder.resolve("server.p12");
    Path pem = folder.resolve("server.pem");
    makeKey(store);
    Files.writeString(pem, certificate(store));
    HttpsServer server = https(store);
    server.createContext(
        "/v1/chat/completions",
        exchange -> {
          byte[] bytes = ANSWER.getBytes(StandardCharsets.UTF_8);
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    try {
      Remote remote = new Remote("https://localhost:" + server.getAddress().getPort() + "/v1");
      assertThatThrownBy(() -> remote.ask(HI))
          .isInstanceOf(LanguageModelException.class)
          .hasMessageContaining("no secure connection");

      remote.trust = Optional.of(pem);
      assertThat(remote.ask(HI)).startsWith(new ChatEvent.AnswerText("Hello"));
    } finally {
      server.stop(0);
    }
  }

  private static void makeKey(Path store) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-alias",
                "server",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor()).isZero();
  }

  private static KeyStore load(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private static String certificate(Path store) throws Exception {
    byte[] bytes = load(store).getCertificate("server").getEncoded();
    return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
        .formatted(Base64.getMimeEncoder().encodeToString(bytes));
  }

  private static HttpsServer https(Path store) throws Exception {
    KeyStore keys = load(store);
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return server;
  }
}
