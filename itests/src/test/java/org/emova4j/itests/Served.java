package org.emova4j.itests;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.chat.LanguageModel;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechTokenizer;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.ConfigurationAdmin;

/** The distribution's {@code serve} slice, listening on a loopback port, and how it is asked. */
final class Served implements AutoCloseable {
  static final String TOKEN = "a-token-of-the-tests";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BOUNDARY = "----emova4j-tests";

  final Distribution distribution;
  final int port;
  final ScriptedModel model;
  final Path recording; // question.flac as WAV
  final String units; // of it
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

  /**
   * @param settings of the gateway, besides its token
   */
  static Served start(Path storage, Map<String, Object> settings) throws Exception {
    return new Served(storage, settings);
  }

  private Served(Path storage, Map<String, Object> settings) throws Exception {
    distribution =
        Distribution.start(
            storage, "serve", Map.of("org.apache.felix.http.require.config", "true"));
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Map<String, Object> gateway = new HashMap<>(settings);
    gateway.putIfAbsent(".token", TOKEN);
    configure("org.emova4j.gateway", gateway);
    configure(
        "org.apache.felix.http",
        Map.of(
            "org.apache.felix.http.host",
            "127.0.0.1",
            "org.osgi.service.http.port",
            port,
            "org.apache.felix.http.jetty.threadpool.max",
            200,
            "org.apache.felix.jetty.websocket.enable",
            true));
    Path question = Path.of(System.getProperty("emova.samples")).resolve("question.flac");
    Audio speech =
        distribution.await(AudioReader.class).decode(question, DecodeOptions.atRate(16_000));
    recording = storage.resolve("question.wav");
    distribution
        .await(AudioWriter.class)
        .encode(speech, recording, EncodeOptions.of(AudioFormat.WAV));
    units = distribution.await(SpeechTokenizer.class).tokenize(speech).reduced().toText();
    model = new ScriptedModel(units);
    distribution
        .await(ConfigurationAdmin.class)
        .getFactoryConfiguration("org.emova4j.llm", "scripted", "?")
        .update(
            FrameworkUtil.asDictionary(
                Map.of(
                    "id", "scripted",
                    "url", model.url(),
                    "model", "emova",
                    "codebook", "lite-40ms-4096",
                    "probe", false)));
    distribution.await(LanguageModel.class);
    distribution.await(SpeechConverter.class);
    awaitAnswer();
  }

  void configure(String pid, Map<String, Object> properties) throws Exception {
    distribution
        .await(ConfigurationAdmin.class)
        .getConfiguration(pid, "?")
        .update(FrameworkUtil.asDictionary(properties));
  }

  /** The server starts on a thread of its own, and says nothing of it. */
  private void awaitAnswer() throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (System.nanoTime() < deadline) {
      try {
        if (get("/health").statusCode() == 200) {
          return;
        }
      } catch (IOException e) {
        // not yet
      }
      Thread.sleep(50);
    }
    throw new AssertionError("the server does not answer");
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:%d%s".formatted(port, path));
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path))
        .timeout(Duration.ofMinutes(2))
        .header("Authorization", "Bearer " + TOKEN);
  }

  HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, BodyHandlers.ofByteArray());
  }

  HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    return send(request(path).build());
  }

  HttpResponse<byte[]> postJson(String path, String json) throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build());
  }

  HttpResponse<byte[]> postForm(String path, Map<String, Object> form)
      throws IOException, InterruptedException {
    return send(request(path).header("Content-Type", formType()).POST(publisher(form)).build());
  }

  /** The recording, and fields as names and values in turn. */
  Map<String, Object> form(String... namesAndValues) {
    Map<String, Object> form = new LinkedHashMap<>();
    form.put("file", recording);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      form.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return form;
  }

  static String formType() {
    return "multipart/form-data; boundary=" + BOUNDARY;
  }

  private static BodyPublisher publisher(Map<String, Object> form) throws IOException {
    return BodyPublishers.ofByteArray(body(form));
  }

  /** Fields, and files where the value is a path. */
  static byte[] body(Map<String, Object> form) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Map.Entry<String, Object> entry : form.entrySet()) {
      Optional<Path> file =
          entry.getValue() instanceof Path path ? Optional.of(path) : Optional.empty();
      String name = file.map(f -> "; filename=\"" + f.getFileName() + "\"").orElse("");
      out.writeBytes(
          "--%s\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n\r\n"
              .formatted(BOUNDARY, entry.getKey(), name)
              .getBytes(UTF_8));
      out.writeBytes(
          file.isPresent()
              ? Files.readAllBytes(file.get())
              : entry.getValue().toString().getBytes(UTF_8));
      out.writeBytes("\r\n".getBytes(UTF_8));
    }
    out.writeBytes("--%s--\r\n".formatted(BOUNDARY).getBytes(UTF_8));
    return out.toByteArray();
  }

  static JsonNode json(HttpResponse<byte[]> response) throws IOException {
    return JSON.readTree(response.body());
  }

  static JsonNode json(String text) throws IOException {
    return JSON.readTree(text);
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), UTF_8);
  }

  static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  HttpClient client() {
    return client;
  }

  @Override
  public void close() throws BundleException {
    model.close();
    distribution.close();
  }
}
