package org.emova4j.tokenizer.internal.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.atLeast;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.health.Problem;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.engine.Safetensors;
import org.emova4j.engine.testing.TestEngine;
import org.emova4j.tokenizer.internal.Fixtures;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mockito.ArgumentCaptor;
import org.mockito.Captor;
import org.mockito.Mock;
import org.mockito.MockitoAnnotations;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** Against what PyTorch made of the same files, see {@code scripts.py}. */
class ScriptTokenizersTest {
  private static final String WAVEFORM = "\"input\":{\"kind\":\"waveform\"}";
  private static final String HTK =
      "\"input\":{\"kind\":\"log-mel\",\"fft\":512,\"window\":400,\"hop\":160,\"bands\":20,"
          + "\"lowest\":20,\"highest\":7600}";
  private static final String SLANEY =
      "\"input\":{\"kind\":\"log-mel\",\"fft\":512,\"window\":400,\"hop\":160,\"bands\":20,"
          + "\"lowest\":20,\"highest\":7600,\"scale\":\"slaney\",\"norm\":\"slaney\",\"power\":1,"
          + "\"log\":\"log10\",\"floor\":\"add\",\"guard\":1e-5,\"layout\":\"frames-first\"}";
  private static final Map<String, String> SETTINGS =
      Map.of(
          "ids",
          "{\"unitsPerSecond\":25,%s,\"output\":{\"kind\":\"ids\",\"units\":32}}"
              .formatted(WAVEFORM),
          "logits",
          "{\"unitsPerSecond\":25,%s,\"output\":{\"kind\":\"logits\",\"units\":8,\"layout\":\"units-last\"}}"
              .formatted(HTK),
          "fsq",
          "{\"unitsPerSecond\":100,%s,\"output\":{\"kind\":\"fsq\",\"levels\":[8,5,5],\"layout\":\"units-last\"}}"
              .formatted(SLANEY),
          "k-means",
          "{\"unitsPerSecond\":25,%s,\"output\":{\"kind\":\"k-means\",\"layout\":\"units-last\"}}"
              .formatted(HTK));

  @Mock private BundleContext context;
  @Mock private ServiceRegistration<SpeechTokenizer> registration;
  @Captor private ArgumentCaptor<SpeechTokenizer> service;
  @Captor private ArgumentCaptor<Problem> problem;

  @BeforeEach
  void mocks() throws Exception {
    MockitoAnnotations.openMocks(this).close();
    doReturn(registration)
        .when(context)
        .registerService(eq(SpeechTokenizer.class.getName()), any(), any());
  }

  private static Path resource(String name) {
    try {
      return Path.of(ScriptTokenizersTest.class.getResource("/script/" + name).toURI());
    } catch (java.net.URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static ModelArchive archive(String script, String settings, boolean trusted) {
    ModelManifest.Component component =
        new ModelManifest.Component(
            "tokenizer",
            "torchscript",
            Optional.of("mine"),
            Optional.empty(),
            16_000,
            Map.of("script", "s.pt", "centres", "c.safetensors"),
            settings);
    ModelArchive archive = mock(ModelArchive.class);
    when(archive.manifest())
        .thenReturn(
            new ModelManifest(
                "mine",
                "1",
                "",
                "",
                List.of(),
                List.of(),
                Map.of(),
                List.of(component),
                List.of()));
    when(archive.file("s.pt")).thenReturn(resource(script));
    when(archive.file("c.safetensors")).thenReturn(resource("centres.safetensors"));
    when(archive.trusted()).thenReturn(trusted);
    return archive;
  }

  private SpeechTokenizer tokenizer(String kind, String settings) {
    new ScriptTokenizers(context, TestEngine.get()).addModel(archive(kind + ".pt", settings, true));
    verify(context).registerService(eq(SpeechTokenizer.class.getName()), service.capture(), any());
    return service.getValue();
  }

  private String refusal(ModelArchive archive) {
    new ScriptTokenizers(context, TestEngine.get()).addModel(archive);
    verify(context, never()).registerService(eq(SpeechTokenizer.class.getName()), any(), any());
    verify(context, atLeast(1)).registerService(eq(Problem.class), problem.capture(), any());
    return problem.getValue().text();
  }

  private static int[] frames(UnitSequence units) {
    return units.frameIds();
  }

  private static int[] expected(String kind) throws Exception {
    try (Safetensors expected = Safetensors.open(resource("expected.safetensors"))) {
      return Arrays.stream(expected.readLongs(kind)).mapToInt(i -> (int) i).toArray();
    }
  }

  @ParameterizedTest
  @CsvSource({"ids, 32, 40", "logits, 8, 40", "fsq, 200, 10", "k-means, 16, 40"})
  void givesTheUnitsOfPyTorch(String kind, int size, int millis) throws Exception {
    SpeechTokenizer tokenizer = tokenizer(kind, SETTINGS.get(kind));
    assertThat(tokenizer.codebook().id()).isEqualTo("mine");
    assertThat(tokenizer.codebook().size()).isEqualTo(size);
    assertThat(tokenizer.codebook().unitDuration()).hasMillis(millis);
    assertThat(frames(tokenizer.tokenize(Fixtures.speech()))).isEqualTo(expected(kind));
  }

  @ParameterizedTest
  @CsvSource({"ids", "logits", "fsq", "k-means"})
  void piecesWithContextGiveTheSameUnits(String kind) throws Exception {
    String settings =
        SETTINGS.get(kind).replaceFirst("\\{", "{\"pieceSeconds\":1,\"contextSeconds\":0.2,");
    assertThat(frames(tokenizer(kind, settings).tokenize(Fixtures.speech())))
        .isEqualTo(expected(kind));
  }

  @Test
  void centresMayBeOfNumpy() throws Exception {
    ModelArchive archive = archive("k-means.pt", SETTINGS.get("k-means"), true);
    when(archive.file("c.safetensors")).thenReturn(resource("centres.npy"));
    new ScriptTokenizers(context, TestEngine.get()).addModel(archive);
    verify(context).registerService(eq(SpeechTokenizer.class.getName()), service.capture(), any());
    assertThat(frames(service.getValue().tokenize(Fixtures.speech())))
        .isEqualTo(expected("k-means"));
  }

  @Test
  void shortSpeechIsFilledUpWithSilenceAndNoneGivesNone() throws Exception {
    SpeechTokenizer tokenizer = tokenizer("logits", SETTINGS.get("logits"));
    assertThat(frames(tokenizer.tokenize(Audio.of(new float[3], 16_000)))).hasSize(1);
    assertThat(frames(tokenizer.tokenize(Audio.of(new float[0], 16_000)))).isEmpty();
  }

  @Test
  void logMelIsThatOfPyTorch() throws Exception {
    float[] wave = new float[Fixtures.speech().length()];
    Fixtures.speech().buffer().get(wave);
    Map<String, String> kinds =
        Map.of(
            "mel_htk",
            SETTINGS.get("logits"),
            "mel_slaney",
            SETTINGS.get("fsq"),
            "mel_400",
            SETTINGS.get("logits").replace("\"fft\":512", "\"fft\":400"));
    for (String name : kinds.keySet()) {
      ScriptConfig config = ScriptConfig.read("mine", kinds.get(name), 16_000);
      float[] actual = new LogMelInput(config.mel().orElseThrow(), 16_000).apply(wave);
      try (Safetensors expected = Safetensors.open(resource("expected.safetensors"))) {
        float[] values = expected.read(name);
        assertThat(actual).hasSameSizeAs(values);
        for (int i = 0; i < values.length; i++) {
          assertThat(actual[i]).as("%s at %d", name, i).isCloseTo(values[i], within(2e-3f));
        }
      }
    }
  }

  @Test
  void whatIsNotTrustedIsNotLoaded() {
    assertThat(refusal(archive("ids.pt", SETTINGS.get("ids"), false)))
        .contains("model mine:1 gives no tokenizer", "TorchScript", "a program")
        .contains("emova models install --trusted ARCHIVE");
  }

  @Test
  void anOutputThatDoesNotFitGivesNoService() {
    assertThat(refusal(archive("wrong.pt", SETTINGS.get("ids"), true)))
        .contains("returned unit 32 at place 0, the codebook has 0 to 31");
    assertThat(refusal(archive("ids.pt", SETTINGS.get("logits"), true)))
        .contains("ids.pt failed on an input of shape [1, 20, 101]");
    assertThat(
            refusal(archive("ids.pt", SETTINGS.get("ids").replace("\"ids\"", "\"logits\""), true)))
        .contains("returned integers [1, 25], expected floats [1, units, 32]");
    assertThat(refusal(archive("logits.pt", SETTINGS.get("logits").replace(":8,", ":9,"), true)))
        .contains("returned floats [1, 8, 26], expected floats [1, 9, units]");
    assertThat(refusal(archive("ids.pt", SETTINGS.get("ids").replace(":25,", ":50,"), true)))
        .contains("returned 25 units for 16000 samples, by unitsPerSecond there are 50.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"unitsPerSecond\":25|\"unitsPerSecond\":30|settings.unitsPerSecond is 30.0: at 16000 Hz",
        "\"fft\":512|\"fft\":4|settings.input.fft is 4, must be from 8 to 16384",
        "\"fft\":512|\"fft\":513|settings.input.fft is 513, must be even",
        "\"window\":400|\"window\":513|settings.input.window is 513, must be from 2 to 512",
        "\"kind\":\"log-mel\"|\"kind\":\"mfcc\"|settings.input.kind is \"mfcc\", must be one of",
        "\"units\":8|\"units\":1|settings.output.units is 1, must be from 2",
        "\"hop\":160,||settings.input.hop is missing",
      })
  void aWrongSettingIsRefusedByName(String right, String wrong, String message) {
    String settings = SETTINGS.get("logits").replace(right, wrong == null ? "" : wrong);
    assertThat(refusal(archive("logits.pt", settings, true))).contains(message);
  }
}
