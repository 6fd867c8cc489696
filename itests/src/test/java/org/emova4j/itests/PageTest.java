package org.emova4j.itests;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/**
 * The page, in a real Chromium, on the server as it ships: the tests themselves are in {@code
 * src/test/page}, what they saw is in {@code target/page/screenshots}.
 */
class PageTest {
  private static final Path BUILD = Path.of("target/page").toAbsolutePath();
  private static final Path MODULES =
      Path.of("../bundles/gateway/src/main/resources/page/js").toAbsolutePath();
  private static final int RATE = 48_000; // hertz, which browsers' microphones have

  @TempDir static Path storage;
  private static NodeTests node;
  private static Served served;
  private static Map<String, String> environment;

  @BeforeAll
  static void copyTests() throws Exception {
    NodeTests.assumeNode();
    node = new NodeTests(BUILD, Path.of("src/test/page"));
    NodeTests.copy(MODULES, BUILD.resolve("js"));
  }

  @AfterAll
  static void stop() throws Exception {
    if (served != null) {
      served.close();
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
    served = Served.start(storage, Map.of("requests.per.minute", 100_000));
    Path samples = Path.of(System.getProperty("emova.samples")).toAbsolutePath();
    SpeechTokenizer lite = served.distribution.await(SpeechTokenizer.class);
    served
        .distribution
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
    Audio question =
        served
            .distribution
            .await(AudioReader.class)
            .decode(samples.resolve("question.flac"), DecodeOptions.atRate(RATE));
    return Map.of(
        "CHROMIUM", chromium,
        "EMOVA_URL", served.uri("/").toString(),
        "EMOVA_TOKEN", Served.TOKEN,
        "EMOVA_SAMPLES", samples.toString(),
        "EMOVA_SHOTS", BUILD.resolve("screenshots").toString(),
        "EMOVA_MICROPHONE", write(question, AudioFileFormat.Type.WAVE).toString(),
        "EMOVA_UNKNOWN_TO_BROWSERS", write(question, AudioFileFormat.Type.AU).toString());
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
    Path file = storage.resolve("microphone." + type.getExtension());
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
