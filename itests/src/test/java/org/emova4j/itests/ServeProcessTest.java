package org.emova4j.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code emova serve} as people start and stop it. */
class ServeProcessTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder;

  @Test
  void saysWhereItIsAndEndsWhatRunsWhenItIsInterrupted() throws Exception {
    EmovaProcess server = EmovaProcess.start(folder, "serve", "--port", "0");
    try {
      String[] lines = awaitLines(server);
      URI base = URI.create(lines[0]);
      String token = lines[1].replaceFirst("^token ", "");
      assertThat(base.getHost()).isEqualTo("127.0.0.1");
      assertThat(token).matches("[A-Za-z0-9_-]{32}");
      HttpClient client = HttpClient.newHttpClient();
      HttpRequest models =
          HttpRequest.newBuilder(base.resolve("/v1/models"))
              .header("Authorization", "Bearer " + token)
              .build();
      assertThat(client.send(models, BodyHandlers.ofString()).statusCode()).isEqualTo(200);

      Path recording = Path.of(System.getProperty("emova.samples")).resolve("greeting.flac");
      HttpRequest conversion =
          HttpRequest.newBuilder(base.resolve("/v1/convert"))
              .header("Authorization", "Bearer " + token)
              .header("Content-Type", Served.formType())
              .POST(
                  BodyPublishers.ofByteArray(
                      Served.body(Map.of("file", recording, "speaker", "male"))))
              .build();
      CompletableFuture<HttpResponse<byte[]>> running =
          client.sendAsync(conversion, BodyHandlers.ofByteArray());
      awaitOpenRequest(client, base, token);
      EmovaProcess.signal("INT", server.process().pid());

      assertThat(running.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      assertThat(server.await()).isZero();
      assertThat(server.err()).contains("stopping");
    } finally {
      server.process().destroyForcibly();
    }
  }

  private static String[] awaitLines(EmovaProcess server) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline && server.process().isAlive()) {
      String[] lines = server.out().lines().toArray(String[]::new);
      if (lines.length == 2 && server.out().endsWith("\n")) {
        return lines;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("it does not start: " + server.out() + server.err());
  }

  /** Until the conversion is under way, or over. */
  private static void awaitOpenRequest(HttpClient client, URI base, String token) throws Exception {
    HttpRequest metrics =
        HttpRequest.newBuilder(base.resolve("/metrics"))
            .header("Authorization", "Bearer " + token)
            .build();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      String text = client.send(metrics, BodyHandlers.ofString()).body();
      if (text.contains("emova_requests_open 2\n") || text.contains("/v1/convert")) {
        return;
      }
    }
    throw new AssertionError("the conversion does not begin");
  }

  @Test
  void refusesWhatWouldNotBeSafe() throws Exception {
    EmovaProcess open =
        EmovaProcess.run(folder, "serve", "--host", "0.0.0.0", "--port", "0", "--no-token");

    assertThat(open.await()).isEqualTo(2);
    assertThat(open.err()).contains("--no-token", "loopback").hasLineCount(1);
  }

  @Test
  void saysWhenThePortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      EmovaProcess second =
          EmovaProcess.run(folder, "serve", "--port", String.valueOf(taken.getLocalPort()));

      assertThat(second.await()).isEqualTo(1);
      assertThat(second.err()).contains("port " + taken.getLocalPort(), "--port").hasLineCount(1);
    }
  }
}
