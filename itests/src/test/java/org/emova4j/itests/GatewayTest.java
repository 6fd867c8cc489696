package org.emova4j.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.DecodeOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Every route of the server, as its own description has it, and OpenAI's own client against it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GatewayTest {
  private static final String OPENAI_PACKAGE = "openai@6.9.1";

  @TempDir static Path storage;
  private static Served served;
  private static Described described;

  @BeforeAll
  static void start() throws Exception {
    served = Served.start(storage, Map.of());
    described = new Described(Served.json(served.get("/openapi.json")));
  }

  @AfterAll
  static void stop() throws Exception {
    if (served != null) {
      served.close();
    }
  }

  private static JsonNode ok(String operation, HttpResponse<byte[]> response) throws Exception {
    assertThat(response.statusCode()).as(Served.text(response)).isEqualTo(200);
    return Served.json(described.require(operation, response));
  }

  private static Audio decoded(byte[] file) throws Exception {
    return served
        .distribution
        .await(AudioReader.class)
        .decode(new ByteArrayInputStream(file), "reply", DecodeOptions.atRate(16_000));
  }

  @Test
  void saysWhatThereIs() throws Exception {
    JsonNode styles = ok("GET /v1/styles", served.get("/v1/styles"));
    JsonNode parts = ok("GET /v1/bundles", served.get("/v1/bundles"));
    JsonNode models = ok("GET /v1/models", served.get("/v1/models"));

    assertThat(styles.at("/data/0/catalogue/speakers").toString()).contains("female", "male");
    assertThat(styles.at("/data/0/in_use").asBoolean()).isTrue();
    assertThat(parts.at("/in_use/vocoder").asText()).isEqualTo("lite");
    assertThat(parts.at("/chosen/vocoder").isNull()).isTrue();
    assertThat(parts.at("/language_models/0/id").asText()).isEqualTo("scripted");
    assertThat(models.findValuesAsText("id")).contains("scripted");
  }

  @Test
  void saysHowItIs() throws Exception {
    ok("GET /health", served.get("/health"));
    JsonNode ready = ok("GET /health/ready", served.get("/health/ready"));
    ok("GET /openapi.json", served.get("/openapi.json"));
    HttpResponse<byte[]> metrics = described.require("GET /metrics", served.get("/metrics"));

    assertThat(ready.at("/status").asText()).isEqualTo("ok");
    assertThat(Served.text(metrics))
        .contains("emova_requests_total{path=\"/health\",status=\"200\"}")
        .contains("# TYPE emova_requests_open gauge");
  }

  @Test
  void makesUnitsAndMelodyOfARecording() throws Exception {
    JsonNode units = ok("POST /v1/units", served.postForm("/v1/units", served.form()));
    JsonNode melody = ok("POST /v1/analyze", served.postForm("/v1/analyze", served.form()));

    assertThat(units.at("/text").asText()).isEqualTo(served.units);
    assertThat(units.at("/ids").size()).isEqualTo(units.at("/run_lengths").size());
    assertThat(units.at("/duration").asDouble()).isBetween(3.4, 3.5);
    assertThat(melody.at("/f0").size())
        .isBetween(
            (int) (3.3 * melody.at("/frame_rate").asDouble()),
            (int) (3.6 * melody.at("/frame_rate").asDouble()));
  }

  @Test
  void takesARecordingAsTheBody() throws Exception {
    HttpResponse<byte[]> response =
        served.send(
            served
                .request("/v1/units")
                .header("Content-Type", "audio/wav")
                .POST(BodyPublishers.ofFile(served.recording))
                .build());

    assertThat(ok("POST /v1/units", response).at("/text").asText()).isEqualTo(served.units);
  }

  @Test
  void convertsToEveryFormat() throws Exception {
    for (String format : List.of("wav", "mp3", "opus", "aac", "flac")) {
      HttpResponse<byte[]> response =
          described.require(
              "POST /v1/convert",
              served.postForm(
                  "/v1/convert", served.form("speaker", "female", "response_format", format)));
      assertThat(decoded(response.body()).duration().toMillis())
          .as(format)
          .isBetween(3_300L, 3_700L);
      assertThat(Served.header(response, "emova-parts")).contains("\"vocoder\":\"lite\"");
    }
    HttpResponse<byte[]> pcm =
        served.postForm("/v1/convert", served.form("response_format", "pcm"));
    assertThat(pcm.body().length / 48_000.0).isBetween(3.3, 3.7);
    assertThat(Served.header(pcm, "content-type")).isEqualTo("audio/pcm;rate=24000");
  }

  @Test
  void convertsWithAllThatAPageShows() throws Exception {
    JsonNode json =
        ok(
            "POST /v1/convert",
            served.postForm(
                "/v1/convert",
                served.form("speaker", "same", "pitch", "2.5", "include", "units, prosody")));

    assertThat(json.at("/units/text").asText()).isEqualTo(served.units);
    assertThat(json.at("/prosody/result/f0").isArray()).isTrue();
    assertThat(
            decoded(Base64.getDecoder().decode(json.at("/audio").asText())).duration().toMillis())
        .isEqualTo(3_450);
  }

  @Test
  void swapsPartsAndRefusesWhatDoesNotFit() throws Exception {
    JsonNode chosen =
        ok("POST /v1/bundles/use", served.postJson("/v1/bundles/use", "{\"vocoder\":\"lite\"}"));
    assertThat(chosen.at("/chosen/vocoder").asText()).isEqualTo("lite");
    JsonNode free =
        ok("POST /v1/bundles/use", served.postJson("/v1/bundles/use", "{\"vocoder\":null}"));
    assertThat(free.at("/chosen/vocoder").isNull()).isTrue();

    HttpResponse<byte[]> refused = served.postJson("/v1/bundles/use", "{\"tokenizer\":\"nobody\"}");
    assertThat(refused.statusCode()).isEqualTo(409);
    described.requireError("POST /v1/bundles/use", refused);
  }

  @Test
  void speaksUnitsWithoutALanguageModelAndTextWithOne() throws Exception {
    int before = served.model.asked.size();
    HttpResponse<byte[]> units = speech(served.units, "\"response_format\":\"flac\"");
    assertThat(served.model.asked).hasSize(before);
    HttpResponse<byte[]> text = speech("Good morning.", "\"response_format\":\"wav\"");
    assertThat(served.model.asked).hasSize(before + 1);

    assertThat(decoded(units.body()).duration().toMillis()).isGreaterThan(1_000);
    assertThat(decoded(text.body()).duration().toMillis()).isGreaterThan(1_000);
    assertThat(Served.header(text, "transfer-encoding")).isEqualTo("chunked");
    assertThat(Served.header(units, "emova-style")).contains("\"emotion\":\"sad\"");

    HttpResponse<byte[]> events =
        speech(served.units, "\"response_format\":\"pcm\",\"stream_format\":\"sse\"");
    assertThat(Served.text(events)).contains("speech.audio.delta", "speech.audio.done");

    HttpResponse<byte[]> foreign =
        served.postJson(
            "/v1/audio/speech",
            "{\"input\":\"%s\",\"codebook\":\"emova-40ms-4096\"}".formatted(served.units));
    assertThat(foreign.statusCode()).isEqualTo(409);
    assertThat(Served.text(foreign)).contains("emova-40ms-4096", "lite");
  }

  private static HttpResponse<byte[]> speech(String input, String more) throws Exception {
    return described.require(
        "POST /v1/audio/speech",
        served.postJson(
            "/v1/audio/speech",
            "{\"model\":\"tts-1\",\"voice\":\"female\",\"instructions\":\"Speak sadly.\","
                + "\"input\":\"%s\",%s}".formatted(input, more)));
  }

  @Test
  void transcribes() throws Exception {
    String operation = "POST /v1/audio/transcriptions";
    JsonNode json =
        ok(
            operation,
            served.postForm("/v1/audio/transcriptions", served.form("model", "scripted")));
    HttpResponse<byte[]> streamed =
        described.require(
            operation, served.postForm("/v1/audio/transcriptions", served.form("stream", "true")));
    HttpResponse<byte[]> text =
        described.require(
            operation,
            served.postForm("/v1/audio/transcriptions", served.form("response_format", "text")));

    assertThat(json.at("/text").asText()).isEqualTo(ScriptedModel.HEARD);
    assertThat(Served.text(streamed)).contains("transcript.text.delta", "transcript.text.done");
    assertThat(Served.text(text)).isEqualTo(ScriptedModel.HEARD + "\n");
  }

  @Test
  void chatsByTextPictureAndVoice() throws Exception {
    JsonNode text = chat("{\"role\":\"user\",\"content\":\"Hi\"}", "");
    JsonNode seen = chat(user(part("text", "\"text\":\"What?\""), image(32, 32)), "");
    JsonNode spoken = chat(user(recording()), SPOKEN);
    JsonNode both = chat(user(image(32, 32), recording()), SPOKEN);
    JsonNode aloud = chat("{\"role\":\"user\",\"content\":\"Hi\"}", SPOKEN);

    assertThat(text.at("/choices/0/message/content").asText()).isEqualTo(ScriptedModel.ANSWER);
    assertThat(seen.at("/choices/0/message/content").asText()).isEqualTo(ScriptedModel.ANSWER);
    for (JsonNode reply : List.of(spoken, both, aloud)) {
      JsonNode message = reply.at("/choices/0/message");
      assertThat(message.at("/audio/transcript").asText()).isEqualTo(ScriptedModel.ANSWER);
      byte[] audio = Base64.getDecoder().decode(message.at("/audio/data").asText());
      assertThat(decoded(audio).duration().toMillis()).isGreaterThan(1_000);
    }
    JsonNode emova = spoken.at("/choices/0/message/emova");
    assertThat(emova.at("/question/text").asText()).isEqualTo(ScriptedModel.HEARD);
    assertThat(emova.at("/answer/emotion").asText()).isEqualTo("happy");
    assertThat(emova.at("/style/emotion").asText()).isEqualTo("happy");
    assertThat(emova.at("/style/speaker").asText()).isEqualTo("female");
    assertThat(emova.at("/units").asText()).isEqualTo(served.units + served.units);
  }

  @Test
  void streamsTextAndVoice() throws Exception {
    HttpResponse<byte[]> response =
        described.require(
            "POST /v1/chat/completions",
            served.postJson(
                "/v1/chat/completions",
                "{\"stream\":true,\"modalities\":[\"text\",\"audio\"],\"audio\":{\"voice\":\"female\","
                    + "\"format\":\"pcm16\"},\"messages\":["
                    + user(recording())
                    + "]}"));

    String text = Served.text(response);
    assertThat(text).endsWith("data: [DONE]\n\n");
    assertThat(text.indexOf("\"emotion\":\"happy\""))
        .isPositive()
        .isLessThan(text.indexOf("\"data\":"));
    assertThat(text).contains("\"question_text\"", "\"units\":\"<|speech_");
  }

  private static final String SPOKEN =
      ",\"modalities\":[\"text\",\"audio\"],\"audio\":{\"voice\":\"female\",\"format\":\"wav\"}";

  private static JsonNode chat(String message, String more) throws Exception {
    return ok(
        "POST /v1/chat/completions",
        served.postJson(
            "/v1/chat/completions",
            "{\"model\":\"scripted\",\"messages\":[%s]%s}".formatted(message, more)));
  }

  private static String user(String... parts) {
    return "{\"role\":\"user\",\"content\":[%s]}".formatted(String.join(",", parts));
  }

  private static String part(String type, String rest) {
    return "{\"type\":\"%s\",%s}".formatted(type, rest);
  }

  private static String recording() throws IOException {
    String data = Base64.getEncoder().encodeToString(Files.readAllBytes(served.recording));
    return part(
        "input_audio", "\"input_audio\":{\"data\":\"%s\",\"format\":\"wav\"}".formatted(data));
  }

  private static String image(int width, int height) throws IOException {
    String data = Base64.getEncoder().encodeToString(png(width, height));
    return part(
        "image_url", "\"image_url\":{\"url\":\"data:image/png;base64,%s\"}".formatted(data));
  }

  static byte[] png(int width, int height) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", out);
    return out.toByteArray();
  }

  @Test
  void convertsWhatAMicrophoneHears() throws Exception {
    try (RealtimeClient client = RealtimeClient.open(served, "intent=conversion")) {
      client.await("session.created");
      described.saw("GET /v1/realtime");
      client.send(
          "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\","
              + "\"audio\":{\"output\":{\"voice\":\"male\"}},\"emova\":{\"pitch\":\"high\"}}}");
      assertThat(client.await("session.updated").at("/session/emova/speaker").asText())
          .isEqualTo("male");
      client.speak(pcm());
      client.send("{\"type\":\"input_audio_buffer.commit\"}");
      client.send("{\"type\":\"response.create\"}");

      assertThat(client.await("emova.units").at("/units/ids").size()).isGreaterThan(20);
      JsonNode done = client.await("response.done");
      assertThat(done.at("/response/status").asText()).isEqualTo("completed");
      assertThat(client.samples() / 24_000.0).isBetween(3.2, 3.8);
    }
  }

  @Test
  void talksInRealTimeAndStopsWhenTold() throws Exception {
    try (RealtimeClient client = RealtimeClient.open(served, "model=scripted")) {
      client.speak(pcm());
      client.send("{\"type\":\"input_audio_buffer.commit\"}");
      client.send("{\"type\":\"response.create\"}");
      assertThat(
              client
                  .await("conversation.item.input_audio_transcription.completed")
                  .at("/transcript")
                  .asText())
          .isEqualTo(ScriptedModel.HEARD);
      assertThat(client.await("response.output_audio_transcript.done").at("/transcript").asText())
          .isEqualTo(ScriptedModel.ANSWER);
      assertThat(client.await("response.done").at("/response/status").asText())
          .isEqualTo("completed");
      assertThat(client.samples()).isGreaterThan(24_000);

      client.send("{\"type\":\"response.cancel\"}");
      assertThat(client.await("error").at("/error/code").asText())
          .isEqualTo("response_cancel_not_active");
      client.send(
          "{\"type\":\"conversation.item.create\",\"item\":{\"type\":\"message\",\"role\":\"user\","
              + "\"content\":[{\"type\":\"input_text\",\"text\":\"Hi\"}]}}");
      client.send("{\"type\":\"response.create\",\"response\":{\"output_modalities\":[\"text\"]}}");
      assertThat(client.await("response.output_text.done").at("/text").asText())
          .isEqualTo(ScriptedModel.ANSWER);
      client.send("{\"type\":\"no.such.event\"}");
      client.send("not even JSON");
      assertThat(client.await("error").at("/error/code").asText()).isEqualTo("unknown_event");
      assertThat(client.await("error").at("/error/code").asText()).isEqualTo("invalid_json");
    }
  }

  private static byte[] pcm() throws Exception {
    HttpResponse<byte[]> response =
        served.postForm("/v1/convert", served.form("speaker", "same", "response_format", "pcm"));
    return response.body();
  }

  @Test
  void aSwapInTheMiddleLosesNothing() throws Exception {
    CompletableFuture<HttpResponse<byte[]>> conversion =
        served
            .client()
            .sendAsync(
                served
                    .request("/v1/convert")
                    .header("Content-Type", Served.formType())
                    .POST(BodyPublishers.ofByteArray(Served.body(served.form("speaker", "male"))))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    for (String part : List.of("tokenizer", "vocoder", "style")) {
      served.distribution.bundle("org.emova4j." + part).update();
    }
    assertThat(conversion.get(90, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(served.postForm("/v1/units", served.form()).statusCode()).isEqualTo(200);
  }

  @Test
  void whoGoesAwayEndsTheWork() throws Exception {
    String question =
        "{\"stream\":true,\"modalities\":[\"text\",\"audio\"],\"messages\":[%s]}"
            .formatted(user(recording()));
    String head =
        String.join(
            "\r\n",
            "POST /v1/chat/completions HTTP/1.1",
            "Host: 127.0.0.1:" + served.port,
            "Authorization: Bearer " + Served.TOKEN,
            "Content-Type: application/json",
            "Content-Length: " + question.length(),
            "",
            question);
    try (RawHttp http = RawHttp.connect("127.0.0.1", served.port)) {
      http.write(head);
      http.readSome();
    }
    String gone = "emova_requests_total{path=\"/v1/chat/completions\",status=\"499\"} 1";
    for (int i = 0; i < 300 && !Served.text(served.get("/metrics")).contains(gone); i++) {
      Thread.sleep(100); // the server finds out when it next writes
    }
    assertThat(Served.text(served.get("/metrics"))).contains(gone);
  }

  @Test
  void openAisOwnClientWorks() throws Exception {
    Path folder = Files.createDirectories(Path.of("target/openai"));
    assumeTrue(
        run(folder, Map.of(), "node", "--version").isEmpty(),
        "node is not installed, so that OpenAI's own client can't be tried");
    Path script = Path.of("src/test/resources/openai/client.mjs");
    Files.copy(script, folder.resolve("client.mjs"), StandardCopyOption.REPLACE_EXISTING);
    if (!Files.isDirectory(folder.resolve("node_modules/openai"))) {
      Files.writeString(folder.resolve("package.json"), "{\"private\": true}");
      assumeTrue(
          run(
                  folder,
                  Map.of(),
                  "npm",
                  "install",
                  "--no-audit",
                  "--no-fund",
                  "--no-save",
                  OPENAI_PACKAGE)
              .isEmpty(),
          "npm can't install " + OPENAI_PACKAGE + "; see target/openai/npm.log");
    }
    Path picture = Files.write(folder.resolve("picture.png"), png(64, 48));
    Optional<String> problem =
        run(
            folder,
            Map.of("EMOVA_TOKEN", Served.TOKEN),
            "node",
            "client.mjs",
            served.uri("/v1").toString(),
            served.recording.toAbsolutePath().toString(),
            picture.toAbsolutePath().toString());

    String output = Files.readString(folder.resolve("node.log"));
    assertThat(problem).as(output).isEmpty();
    JsonNode seen = Served.json(output);
    assertThat(seen.at("/transcription").asText()).isEqualTo(ScriptedModel.HEARD);
    assertThat(seen.at("/streamedTranscription").asText()).isEqualTo(ScriptedModel.HEARD);
    for (String answer : List.of("text", "streamed", "transcript", "streamedTranscript", "about")) {
      assertThat(seen.path(answer).asText()).as(answer).isEqualTo(ScriptedModel.ANSWER);
    }
  }

  /** Runs a command with its output in {@code <command>.log}. Returns why it failed, if it did. */
  private static Optional<String> run(
      Path folder, Map<String, String> environment, String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectOutput(folder.resolve(command[0] + ".log").toFile());
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return Optional.of(e.getMessage());
    }
    if (!process.waitFor(180, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return Optional.of("it takes longer than 180 s");
    }
    return process.exitValue() == 0
        ? Optional.empty()
        : Optional.of("exit code " + process.exitValue());
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void everyRouteIsDescribedAndEveryDescriptionIsTrue() {
    assertThat(described.answered()).isEqualTo(described.operations());
  }
}
