package org.emova4j.eval.internal.recognise;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.eval.Recogniser;

/** A server that knows OpenAI's {@code /v1/audio/transcriptions}. */
public final class HttpRecogniser implements Recogniser {
  private static final String PATH = "/v1/audio/transcriptions";
  private static final int MAX_MESSAGE = 200;
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();
  private final URI address;
  private final String model;
  private final Optional<String> key;
  private final AudioWriter writer;
  private final Duration timeout;

  /**
   * @param server the address of the service, or of the server that has it at the usual place
   */
  public HttpRecogniser(
      URI server, String model, Optional<String> key, AudioWriter writer, Duration timeout) {
    if (server.getHost() == null) {
      throw new IllegalArgumentException("%s: has no host".formatted(server));
    }
    String path = server.getPath() == null ? "" : server.getPath().replaceAll("/+$", "");
    address =
        path.endsWith("/transcriptions")
            ? server
            : server.resolve(path.endsWith("/v1") ? path + PATH.substring(3) : path + PATH);
    this.model = model;
    this.key = key;
    this.writer = writer;
    this.timeout = timeout;
  }

  @Override
  public String name() {
    return "%s %s".formatted(address, model);
  }

  @Override
  public String recognise(Audio speech) throws IOException, InterruptedException {
    String boundary = "emova-" + UUID.randomUUID();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .timeout(timeout)
            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
            .POST(HttpRequest.BodyPublishers.ofByteArray(form(speech, boundary)));
    key.ifPresent(k -> request.header("Authorization", "Bearer " + k));
    HttpResponse<String> response;
    try {
      response = client.send(request.build(), HttpResponse.BodyHandlers.ofString(UTF_8));
    } catch (IOException e) {
      throw new IOException("recogniser %s: %s".formatted(address, reason(e)), e);
    }
    if (response.statusCode() != 200) {
      throw new IOException(
          "recogniser %s answers %d: %s"
              .formatted(address, response.statusCode(), shortened(response.body())));
    }
    try {
      JsonNode text = MAPPER.readTree(response.body()).get("text");
      if (text == null || !text.isTextual()) {
        throw new IOException(
            "recogniser %s answers without a text: %s"
                .formatted(address, shortened(response.body())));
      }
      return Spoken.oneLine(text.asText());
    } catch (JsonProcessingException e) {
      throw new IOException(
          "recogniser %s answers no JSON: %s".formatted(address, shortened(response.body())), e);
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private byte[] form(Audio speech, String boundary) throws IOException {
    ByteArrayOutputStream form = new ByteArrayOutputStream();
    field(form, boundary, "model", model);
    field(form, boundary, "response_format", "json");
    field(form, boundary, "temperature", "0");
    String file =
        "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"speech.wav\"\r\n"
                .formatted(boundary)
            + "Content-Type: audio/wav\r\n\r\n";
    form.write(file.getBytes(UTF_8));
    try {
      writer.encode(speech, form, Spoken.FORMAT);
    } catch (UnsupportedAudioException e) {
      throw new IOException(e.getMessage(), e);
    }
    form.write("\r\n--%s--\r\n".formatted(boundary).getBytes(UTF_8));
    return form.toByteArray();
  }

  private static void field(ByteArrayOutputStream form, String boundary, String name, String value)
      throws IOException {
    form.write(
        "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
            .formatted(boundary, name, value)
            .getBytes(UTF_8));
  }

  private static String shortened(String body) {
    String line = Spoken.oneLine(body);
    return line.length() > MAX_MESSAGE ? line.substring(0, MAX_MESSAGE) + "..." : line;
  }
}
