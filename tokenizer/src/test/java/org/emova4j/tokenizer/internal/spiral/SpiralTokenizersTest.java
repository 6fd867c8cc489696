package org.emova4j.tokenizer.internal.spiral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.PhoneRecognizer;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.engine.testing.TestEngine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mockito.ArgumentCaptor;
import org.mockito.Captor;
import org.mockito.Mock;
import org.mockito.MockitoAnnotations;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class SpiralTokenizersTest {
  private static final Path WEIGHTS = Golden.resource("tiny_a/weights.safetensors");
  private static final Path CONFIG = Golden.resource("tiny_a/config.json");

  @TempDir private Path folder;
  @Mock private BundleContext context;
  @Mock private ServiceRegistration<SpeechTokenizer> registration;
  @Captor private ArgumentCaptor<Dictionary<String, ?>> properties;
  @Captor private ArgumentCaptor<SpeechTokenizer> service;

  @BeforeEach
  void mocks() throws Exception {
    MockitoAnnotations.openMocks(this).close();
    doReturn(registration)
        .when(context)
        .registerService(eq(SpeechTokenizer.class.getName()), any(), any());
  }

  /** An archive of these files; null for none. */
  private ModelArchive archive(String codebook, int sampleRate, Path weights, Path config) {
    Map<String, String> files = new HashMap<>();
    ModelArchive archive = mock(ModelArchive.class);
    if (weights != null) {
      files.put("weights", "w");
      when(archive.file("w")).thenReturn(weights);
    }
    if (config != null) {
      files.put("config", "c");
      when(archive.file("c")).thenReturn(config);
    }
    when(archive.manifest())
        .thenReturn(
            new ModelManifest(
                "emova-s2u",
                "1.0.0",
                "a model",
                "Apache-2.0",
                List.of("en", "zh"),
                List.of(),
                Map.of(),
                List.of(
                    new ModelManifest.Component(
                        "tokenizer",
                        "spiral-fsq",
                        Optional.ofNullable(codebook),
                        Optional.empty(),
                        sampleRate,
                        files)),
                List.of()));
    return archive;
  }

  private SpiralTokenizers component() {
    return new SpiralTokenizers(context, TestEngine.get());
  }

  @Test
  void aModelBecomesAServiceWithItsFacts() throws Exception {
    ModelArchive archive = archive("emova-40ms-4096", 16_000, WEIGHTS, CONFIG);
    SpiralTokenizers component = component();
    component.addModel(archive);
    verify(context)
        .registerService(
            eq(SpeechTokenizer.class.getName()), service.capture(), properties.capture());
    assertThat(properties.getValue().get(ServiceProperties.ID)).isEqualTo("emova-s2u");
    assertThat(properties.getValue().get(ServiceProperties.CODEBOOK)).isEqualTo("emova-40ms-4096");
    assertThat(properties.getValue().get(ServiceProperties.ARCHITECTURE)).isEqualTo("spiral-fsq");
    assertThat(service.getValue().codebook().id()).isEqualTo("emova-40ms-4096");
    assertThat(service.getValue().tokenize(Golden.tiled(4800)).length()).isPositive();

    component.removeModel(archive);
    verify(registration).unregister();
    assertThatThrownBy(() -> service.getValue().tokenize(Golden.tiled(4800)))
        .isInstanceOf(ModelUnavailableException.class);
  }

  @Test
  void deactivationTakesEveryServiceAway() {
    SpiralTokenizers component = component();
    component.addModel(archive("a", 16_000, WEIGHTS, CONFIG));
    component.deactivate();
    verify(registration).unregister();
  }

  @Test
  void whatDoesntFitGivesNoService() {
    component().addModel(archive(null, 16_000, WEIGHTS, CONFIG));
    component().addModel(archive("a", 22_050, WEIGHTS, CONFIG));
    component().addModel(archive("a", 16_000, null, CONFIG));
    component().addModel(archive("a", 16_000, folder.resolve("missing"), CONFIG));
    component().addModel(archive("a", 16_000, WEIGHTS, folder.resolve("missing")));
    // without a configuration the sizes are the official ones, which these weights don't have
    component().addModel(archive("a", 16_000, WEIGHTS, null));
    verify(context, never()).registerService(any(String.class), any(Object.class), any());
  }

  /** Renames a tensor in the file's header: what it was is missing then. */
  private Path without(String tensor) throws IOException {
    byte[] bytes = Files.readAllBytes(WEIGHTS);
    int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    String header = new String(bytes, 8, length, StandardCharsets.UTF_8);
    String renamed = header.replace('"' + tensor + '"', '"' + "x" + tensor.substring(1) + '"');
    assertThat(renamed).isNotEqualTo(header);
    System.arraycopy(renamed.getBytes(StandardCharsets.UTF_8), 0, bytes, 8, length);
    return Files.write(folder.resolve("weights.safetensors"), bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "encoder.feature_encoder.block_modules.0.conv.conv.weight",
    "encoder.feature_encoder.block_modules.3.pos_conv.0.weight_g",
    "encoder.feature_encoder.block_modules.6.layers.1.self_attn.k_proj.bias",
    "encoder.feature_encoder.block_modules.6.layers.1.fc2.weight",
    "pre_quant.bias",
  })
  void aMissingTensorIsNamed(String tensor) throws Exception {
    Path file = without(tensor);
    assertThatThrownBy(() -> SpiralModel.open(TestEngine.get(), file, Optional.of(CONFIG), "a"))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(tensor);
  }

  @Test
  void aModelThatIsReadLateSaysWhatIsWrongWithItAtFirstUse() throws Exception {
    SpiralTokenizers component = new SpiralTokenizers(context, TestEngine.late());
    component.addModel(archive("a", 16_000, WEIGHTS, CONFIG));
    component.addModel(archive("a", 16_000, without("pre_quant.bias"), CONFIG));
    verify(context, times(2))
        .registerService(eq(SpeechTokenizer.class.getName()), service.capture(), any());
    Audio speech = Golden.tiled(4800);
    try (SpiralTokenizer eager =
        SpiralModel.open(TestEngine.get(), WEIGHTS, Optional.of(CONFIG), "a")) {
      assertThat(service.getAllValues().get(0).tokenize(speech)).isEqualTo(eager.tokenize(speech));
    }
    assertThat(service.getAllValues().get(1).codebook().id()).isEqualTo("a");
    assertThatThrownBy(() -> service.getAllValues().get(1).tokenize(speech))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("pre_quant.bias");
    component.deactivate();
  }

  @Test
  void thePhoneHeadIsReadWhenItIsAskedFor() throws Exception {
    String tensor = "decoder.decoder_layers.0.weight";
    try (SpiralTokenizer tokenizer =
        SpiralModel.open(TestEngine.get(), without(tensor), Optional.of(CONFIG), "a")) {
      UnitSequence units = tokenizer.tokenize(Golden.tiled(4800));
      PhoneRecognizer phones = tokenizer.phones().orElseThrow();
      assertThatThrownBy(() -> phones.recognize(units))
          .isInstanceOf(ModelUnavailableException.class)
          .hasMessageContaining(tensor);
    }
  }

  @Test
  void levelsThatDifferFromTheConfigurationAreRefused() {
    Path other = Golden.resource("tiny_b/weights.safetensors");
    assertThatThrownBy(() -> SpiralModel.open(TestEngine.get(), other, Optional.of(CONFIG), "a"))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("[7.0, 5.0, 8.0, 6.0]");
  }
}
