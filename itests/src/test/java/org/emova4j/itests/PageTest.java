package org.emova4j.itests;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * The page, in a real Chromium, on the server as it ships: the tests themselves are in {@code
 * src/test/page}, what they saw is in {@code target/page/screenshots}.
 */
class PageTest {
  private static final Path BUILD = Path.of("target/page").toAbsolutePath();
  private static final Path MODULES =
      Path.of("../bundles/gateway/src/main/resources/page/js").toAbsolutePath();
  private static final String TOKEN = "only-for-the-tests-of-the-page";
  private static final int RATE = 48_000; // hertz, which browsers' microphones have
  private static final int POLLS = 300;
  private static final int POLL_MILLIS = 100;

  @TempDir static Path storage;
  private static NodeTests node;
  private static Distribution distribution;
  private static ScriptedModel model;
  private static Map<String, String> environment;

  @BeforeAll
  static void copyTests() throws Exception {
    NodeTests.assumeNode();
    node = new NodeTests(BUILD, Path.of("src/test/page"));
    NodeTests.copy(MODULES, BUILD.resolve("js"));
  }

  @AfterAll
  static void stop() throws Exception {
    if (model != null) {
      model.close();
    }
    if (distribution != null) {
      distribution.close();
    }
  }

  @Test
  void modulesWorkWithoutABrowser() throws Exception {
    node.passes("modules.test.mjs", Map.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"convert.test.mjs", "dialogue.test.mjs", "access.test.mjs"})
  void pageWorks(String tests) throws Exception {
    node.passes(tests, server());
  }

  /** Started once, when the first test needs it. */
  private static Map<String, String> server() throws Exception {
    if (environment == null) {
      String chromium = assumeChromium();
      node.assumePackages();
      environment = start(chromium);
    }
    return environment;
  }

  private static String assumeChromium() {
    Optional<String> named = Optional.ofNullable(System.getenv("CHROMIUM"));
    return Stream.concat(
            named.stream(),
            Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"))
        .filter(path -> Files.isExecutable(Path.of(path)))
        .findFirst()
        .orElseGet(() -> abort("needs Chromium: /usr/bin/chromium, or the variable CHROMIUM"));
  }

  private static Map<String, String> start(String chromium) throws Exception {
    int port = freePort();
    distribution =
        Distribution.start(
            storage, "serve", Map.of("org.apache.felix.http.require.config", "true"));
    Path samples = Path.of(System.getProperty("emova.samples")).toAbsolutePath();
    AudioReader reader = distribution.await(AudioReader.class);
    SpeechTokenizer lite = distribution.await(SpeechTokenizer.class);
    distribution.await(SpeechConverter.class);
    Audio speech =
        reader.decode(samples.resolve("greeting.flac"), DecodeOptions.atRate(lite.sampleRate()));
    model = new ScriptedModel(lite.tokenize(speech).reduced().untimed());
    distribution
        .context()
        .registerService(
            SpeechTokenizer.class,
            new Second(lite),
            FrameworkUtil.asDictionary(
                Map.of(
                    ServiceProperties.ID,
                    "second",
                    ServiceProperties.CODEBOOK,
                    lite.codebook().id(),
                    Constants.SERVICE_RANKING,
                    -1)));
    configure(port);
    awaitReady("http://127.0.0.1:%d/".formatted(port));
    Audio question = reader.decode(samples.resolve("question.flac"), DecodeOptions.atRate(RATE));
    Map<String, String> all = new HashMap<>();
    all.put("CHROMIUM", chromium);
    all.put("EMOVA_URL", "http://127.0.0.1:%d/".formatted(port));
    all.put("EMOVA_TOKEN", TOKEN);
    all.put("EMOVA_SAMPLES", samples.toString());
    all.put("EMOVA_SHOTS", BUILD.resolve("screenshots").toString());
    all.put("EMOVA_MICROPHONE", write(question, AudioFileFormat.Type.WAVE).toString());
    all.put("EMOVA_UNKNOWN_TO_BROWSERS", write(question, AudioFileFormat.Type.AU).toString());
    return all;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void configure(int port) throws Exception {
    ConfigurationAdmin admin = distribution.await(ConfigurationAdmin.class);
    admin
        .getFactoryConfiguration("org.emova4j.llm", "scripted", "?")
        .update(
            FrameworkUtil.asDictionary(
                Map.of(
                    "id", "scripted",
                    "url", model.url(),
                    "model", "scripted",
                    "codebook", "lite-40ms-4096",
                    "probe", false)));
    admin
        .getConfiguration("org.emova4j.gateway", "?")
        .update(
            FrameworkUtil.asDictionary(Map.of(".token", TOKEN, "requests.per.minute", 100_000)));
    admin
        .getConfiguration("org.apache.felix.http", "?")
        .update(
            FrameworkUtil.asDictionary(
                Map.of(
                    "org.apache.felix.http.host",
                    "127.0.0.1",
                    "org.osgi.service.http.port",
                    port)));
  }

  private static void awaitReady(String url) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + "health/ready")).build();
    for (int i = 0; i < POLLS; i++) {
      try {
        HttpResponse<String> response =
            HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() == 200) {
          return;
        }
      } catch (IOException e) {
        // it does not listen yet
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw new AssertionError("the server is not ready at " + url);
  }

  private static Path write(Audio audio, AudioFileFormat.Type type) throws IOException {
    float[] samples = audio.samples();
    byte[] bytes = new byte[samples.length * 2];
    for (int i = 0; i < samples.length; i++) {
      short value = (short) Math.round(samples[i] * Short.MAX_VALUE);
      bytes[2 * i] = (byte) (value >> 8);
      bytes[2 * i + 1] = (byte) value;
    }
    AudioFormat format = new AudioFormat(audio.sampleRate(), 16, 1, true, true);
    Path file = storage.resolve("question." + type.getExtension());
    try (AudioInputStream stream =
        new AudioInputStream(new ByteArrayInputStream(bytes), format, samples.length)) {
      AudioSystem.write(stream, type, file.toFile());
    }
    return file;
  }

  /** The shipped tokenizer under another name: something to swap it for. */
  private record Second(SpeechTokenizer lite) implements SpeechTokenizer {
    @Override
    public Codebook codebook() {
      return lite.codebook();
    }

    @Override
    public int sampleRate() {
      return lite.sampleRate();
    }

    @Override
    public UnitSequence tokenize(Audio speech) throws SpeechException {
      return lite.tokenize(speech);
    }
  }
}
