package org.emova4j.vocoder.internal.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.atLeast;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.health.Problem;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.speech.InferenceFailedException;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.engine.Safetensors;
import org.emova4j.engine.testing.TestEngine;
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
class ScriptVocodersTest {
  private static final String IDS =
      "\"unitsPerSecond\":100,\"input\":{\"kind\":\"ids\",\"units\":16},\"output\":{\"kind\":\"waveform\"}";
  private static final Map<String, String> SETTINGS =
      Map.of(
          "tones",
          "{%s}".formatted(IDS),
          "styled",
          "{%s,\"style\":{\"dimensions\":4}}".formatted(IDS),
          "upsampler",
          "{\"unitsPerSecond\":100,\"input\":{\"kind\":\"embeddings\",\"layout\":\"units-last\"},"
              + "\"style\":{\"dimensions\":4},\"output\":{\"kind\":\"waveform\"}}",
          "wrong",
          "{%s}".formatted(IDS));

  @Mock private BundleContext context;
  @Mock private ServiceRegistration<Vocoder> registration;
  @Captor private ArgumentCaptor<Vocoder> service;
  @Captor private ArgumentCaptor<Problem> problem;

  @BeforeEach
  void mocks() throws Exception {
    MockitoAnnotations.openMocks(this).close();
    doReturn(registration).when(context).registerService(eq(Vocoder.class.getName()), any(), any());
  }

  private static Path resource(String name) {
    try {
      return Path.of(ScriptVocodersTest.class.getResource("/script/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static ModelArchive archive(String script, String settings, boolean trusted) {
    ModelManifest.Component component =
        new ModelManifest.Component(
            "vocoder",
            "torchscript",
            Optional.of("mine"),
            Optional.of("mine-4"),
            16_000,
            Map.of("script", "s.pt", "embeddings", "e.npy"),
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
    when(archive.file("e.npy")).thenReturn(resource("embeddings.npy"));
    when(archive.trusted()).thenReturn(trusted);
    return archive;
  }

  private Vocoder vocoder(ModelArchive archive) {
    new ScriptVocoders(context, TestEngine.get()).addModel(archive);
    verify(context).registerService(eq(Vocoder.class.getName()), service.capture(), any());
    return service.getValue();
  }

  private Vocoder vocoder(String kind, String settings) {
    return vocoder(archive(kind + ".pt", settings, true));
  }

  private String refusal(ModelArchive archive) {
    new ScriptVocoders(context, TestEngine.get()).addModel(archive);
    verify(context, never()).registerService(eq(Vocoder.class.getName()), any(), any());
    verify(context, atLeast(1)).registerService(eq(Problem.class), problem.capture(), any());
    return problem.getValue().text();
  }

  private static Audio speak(Vocoder vocoder) throws Exception {
    try (Safetensors expected = Safetensors.open(resource("expected.safetensors"))) {
      int[] ids = Arrays.stream(expected.readLongs("ids")).mapToInt(i -> (int) i).toArray();
      return vocoder.vocode(
          UnitSequence.ofFrames(vocoder.codebook(), ids),
          StyleVector.of("mine-4", expected.read("style")));
    }
  }

  private static void assertSoundsAsInPyTorch(String kind, Audio sound) throws Exception {
    try (Safetensors expected = Safetensors.open(resource("expected.safetensors"))) {
      float[] wave = expected.read(kind);
      assertThat(sound.length()).isEqualTo(wave.length);
      for (int i = 0; i < wave.length; i++) {
        assertThat(sound.buffer().get(i)).as("sample %d", i).isCloseTo(wave[i], within(1e-4f));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"tones", "styled", "upsampler"})
  void makesTheSoundOfPyTorch(String kind) throws Exception {
    Vocoder vocoder = vocoder(kind, SETTINGS.get(kind));
    assertThat(vocoder.codebook().id()).isEqualTo("mine");
    assertThat(vocoder.codebook().size()).isEqualTo(16);
    assertThat(vocoder.codebook().unitDuration()).hasMillis(10);
    assertThat(vocoder.styleSpace()).isEqualTo("mine-4");
    assertThat(vocoder.readsProsody()).isFalse();
    assertSoundsAsInPyTorch(kind, speak(vocoder));
  }

  @ParameterizedTest
  @CsvSource({"tones", "styled", "upsampler"})
  void piecesWithContextMakeTheSameSound(String kind) throws Exception {
    String settings =
        SETTINGS.get(kind).replaceFirst("\\{", "{\"pieceSeconds\":1,\"contextSeconds\":0.02,");
    assertSoundsAsInPyTorch(kind, speak(vocoder(kind, settings)));
  }

  @Test
  void embeddingsMayBeOfSafetensors() throws Exception {
    ModelArchive archive = archive("upsampler.pt", SETTINGS.get("upsampler"), true);
    when(archive.file("e.npy")).thenReturn(resource("embeddings.safetensors"));
    assertSoundsAsInPyTorch("upsampler", speak(vocoder(archive)));
  }

  @Test
  void unitsLastAsLongAsTheySay() throws Exception {
    Vocoder vocoder = vocoder("tones", SETTINGS.get("tones"));
    StyleVector style = StyleVector.of("mine-4", 0);
    UnitSequence timed =
        UnitSequence.ofTimed(vocoder.codebook(), new int[] {1, 5}, new int[] {3, 4});
    assertThat(vocoder.vocode(timed, style).length()).isEqualTo(7 * 160);
    assertThat(vocoder.vocode(timed.untimed(), style).length()).isEqualTo(2 * 160);
    Vocoder brief =
        new ScriptVocoder(
            null,
            ScriptVocoderConfig.read("m", "{\"maxSeconds\":1," + IDS + "}", 16_000),
            Optional.empty(),
            "mine",
            "mine-4",
            16_000);
    UnitSequence tooLong = UnitSequence.ofTimed(brief.codebook(), new int[] {1}, new int[] {101});
    assertThatThrownBy(() -> brief.vocode(tooLong, style))
        .hasMessage("the units last 1 s, more than the limit of 1 s");
  }

  @Test
  void whatIsOfAnotherKindIsRefusedWithBothNames() {
    Vocoder vocoder = vocoder("styled", SETTINGS.get("styled"));
    UnitSequence units = UnitSequence.ofFrames(vocoder.codebook(), 1);
    assertThatThrownBy(() -> vocoder.vocode(units, StyleVector.of("lite-1", 0, 0, 0, 0)))
        .hasMessage("the style is of style space lite-1, this vocoder reads mine-4");
    assertThatThrownBy(() -> vocoder.vocode(units, StyleVector.of("mine-4", 0)))
        .hasMessage("the style has 1 values, this vocoder reads 4");
  }

  @Test
  void whatIsNotTrustedIsNotLoaded() {
    assertThat(refusal(archive("tones.pt", SETTINGS.get("tones"), false)))
        .contains("model mine:1 gives no vocoder", "its vocoder is TorchScript", "a program")
        .contains("emova models install --trusted ARCHIVE");
  }

  @Test
  void soundThatDoesNotFitGivesNoService() {
    assertThat(refusal(archive("wrong.pt", SETTINGS.get("wrong"), true)))
        .contains("returned floats [1, 2000] for 25 units, expected floats [1, 4000]");
    assertThat(refusal(archive("styled.pt", SETTINGS.get("tones"), true)))
        .contains("styled.pt failed on an input of shape [1, 25]");
    assertThat(
            refusal(
                archive("upsampler.pt", SETTINGS.get("upsampler").replace("last", "first"), true)))
        .contains("upsampler.pt failed on an input of shape [1, 25, 6] and [1, 4]");
  }

  @Test
  void whatIsNoNumberIsAnErrorOfTheCall() {
    Vocoder vocoder =
        new ScriptVocoder(
            open("wrong.pt"),
            config(SETTINGS.get("wrong")),
            Optional.empty(),
            "mine",
            "mine-4",
            16_000);
    assertThatThrownBy(
            () ->
                vocoder.vocode(
                    UnitSequence.ofFrames(vocoder.codebook(), 3), StyleVector.of("mine-4", 0)))
        .isInstanceOf(InferenceFailedException.class)
        .hasMessage("the script returned NaN");
  }

  private static org.emova4j.engine.ScriptNetwork open(String script) {
    try {
      return TestEngine.get().openScript(resource(script));
    } catch (org.emova4j.api.speech.ModelUnavailableException e) {
      throw new AssertionError(e);
    }
  }

  private static ScriptVocoderConfig config(String settings) {
    try {
      return ScriptVocoderConfig.read("m", settings, 16_000);
    } catch (org.emova4j.api.speech.ModelUnavailableException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"unitsPerSecond\":100|\"unitsPerSecond\":30|settings.unitsPerSecond is 30.0: at 16000 Hz",
        "\"units\":16|\"units\":1|settings.input.units is 1, must be from 2",
        "\"ids\"|\"letters\"|settings.input.kind is \"letters\", must be one of ids, embeddings",
        "\"dimensions\":4|\"dimensions\":0|settings.style.dimensions is 0, must be from 1",
        "\"waveform\"|\"log-mel\"|settings.output.kind is \"log-mel\", which is no sound yet",
      })
  void aWrongSettingIsRefusedByName(String right, String wrong, String message) {
    String settings = SETTINGS.get("styled").replace(right, wrong);
    assertThat(refusal(archive("styled.pt", settings, true))).contains(message);
  }
}
