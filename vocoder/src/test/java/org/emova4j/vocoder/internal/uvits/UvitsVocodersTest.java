package org.emova4j.vocoder.internal.uvits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.engine.TensorEngine;
import org.emova4j.engine.testing.TestEngine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;
import org.mockito.Captor;
import org.mockito.Mock;
import org.mockito.MockitoAnnotations;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class UvitsVocodersTest {
  @Mock private BundleContext context;
  @Mock private ServiceRegistration<Vocoder> registration;
  @Captor private ArgumentCaptor<Dictionary<String, ?>> properties;
  @Captor private ArgumentCaptor<Vocoder> service;

  @BeforeEach
  void mocks() throws Exception {
    MockitoAnnotations.openMocks(this).close();
    doReturn(registration).when(context).registerService(eq(Vocoder.class.getName()), any(), any());
  }

  private static ModelArchive archive(
      String architecture, int rate, Map<String, String> files, String weights) {
    ModelArchive archive = mock(ModelArchive.class);
    when(archive.manifest())
        .thenReturn(
            new ModelManifest(
                "emova-u2s",
                "1.0.0",
                "a model",
                "CC0-1.0",
                List.of("en"),
                List.of(),
                Map.of(),
                List.of(
                    new ModelManifest.Component(
                        "vocoder",
                        architecture,
                        Optional.of("emova-40ms-4096"),
                        Optional.of("emova-256"),
                        rate,
                        files)),
                List.of()));
    when(archive.file("w")).thenReturn(Golden.resource(weights));
    when(archive.file("c")).thenReturn(Golden.resource("tiny_a/config.json"));
    return archive;
  }

  private UvitsVocoders component() {
    return component(TestEngine.get());
  }

  private UvitsVocoders component(TensorEngine engine) {
    return new UvitsVocoders(context, engine, new SeededNoise(0), UvitsVocoder.Options.DEFAULT);
  }

  @Test
  void aModelBecomesAServiceWithItsFacts() throws Exception {
    ModelArchive archive =
        archive("uvits", 22_050, Map.of("weights", "w", "config", "c"), "tiny_a/model.safetensors");
    UvitsVocoders component = component();
    component.addModel(archive);
    verify(context)
        .registerService(eq(Vocoder.class.getName()), service.capture(), properties.capture());
    assertThat(properties.getValue().get(ServiceProperties.ID)).isEqualTo("emova-u2s");
    assertThat(properties.getValue().get(ServiceProperties.CODEBOOK)).isEqualTo("emova-40ms-4096");
    assertThat(properties.getValue().get(ServiceProperties.STYLE_SPACE)).isEqualTo("emova-256");
    Vocoder vocoder = service.getValue();
    assertThat(vocoder.codebook().size()).isEqualTo(40);
    assertThat(vocoder.sampleRate()).isEqualTo(22_050);
    UnitSequence units = UnitSequence.of(vocoder.codebook(), 1, 2);
    StyleVector style = StyleVector.of("emova-256", new float[12]);
    assertThat(vocoder.vocode(units, style).length()).isPositive();

    component.removeModel(archive);
    verify(registration).unregister();
    assertThatThrownBy(() -> vocoder.vocode(units, style))
        .isInstanceOf(ModelUnavailableException.class);
  }

  @Test
  void deactivationTakesEveryServiceAway() {
    UvitsVocoders component = component();
    component.addModel(
        archive(
            "uvits", 22_050, Map.of("weights", "w", "config", "c"), "tiny_a/model.safetensors"));
    component.deactivate();
    verify(registration).unregister();
  }

  @Test
  void modelsThatCantRunGiveNoService() {
    UvitsVocoders component = component();
    Map<String, String> files = Map.of("weights", "w", "config", "c");
    component.addModel(archive("lite", 22_050, files, "tiny_a/model.safetensors"));
    component.addModel(archive("uvits", 16_000, files, "tiny_a/model.safetensors"));
    component.addModel(archive("uvits", 22_050, Map.of("weights", "w"), "tiny_a/config.json"));
    component.addModel(archive("uvits", 22_050, files, "tiny_b/model.safetensors"));
    component.addModel(archive("uvits", 22_050, files, "ops/ops.safetensors"));
    verify(context, never()).registerService(any(String.class), any(Object.class), any());
  }

  @Test
  void aModelThatIsReadLateKnowsItsFactsBefore() throws Exception {
    Map<String, String> files = Map.of("weights", "w", "config", "c");
    UvitsVocoders component = component(TestEngine.late());
    component.addModel(archive("uvits", 22_050, files, "ops/ops.safetensors")); // no embeddings
    component.addModel(archive("uvits", 22_050, files, "tiny_b/model.safetensors"));
    verify(context).registerService(eq(Vocoder.class.getName()), service.capture(), any());
    Vocoder vocoder = service.getValue();
    UnitSequence units = UnitSequence.of(vocoder.codebook(), 1, 2);
    assertThatThrownBy(() -> vocoder.vocode(units, StyleVector.of("emova-256", new float[12])))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("expected");
  }

  @Test
  void namesTheTensorThatIsMissingOrOfAnotherShape() throws Exception {
    TensorEngine engine = TestEngine.get();
    UvitsSettings settings = UvitsSettings.read(Golden.resource("tiny_a/config.json"));
    assertThatThrownBy(
            () ->
                new UvitsNetwork(
                    engine.open(Golden.resource("ops/ops.safetensors")), engine.ops(), settings))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("ops.safetensors has no tensor enc_p.emb.weight");
    assertThatThrownBy(
            () ->
                new UvitsNetwork(
                    engine.open(Golden.resource("tiny_b/model.safetensors")),
                    engine.ops(),
                    settings))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("tensor enc_p.emb.weight has shape [202, 18], expected [-1, 24]");
  }
}
