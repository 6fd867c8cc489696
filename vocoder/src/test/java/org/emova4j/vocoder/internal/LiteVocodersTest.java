package org.emova4j.vocoder.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.nio.file.Path;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.health.Problem;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.engine.testing.FormulaWeights;
import org.emova4j.engine.testing.TestEngine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.ArgumentCaptor;
import org.mockito.Captor;
import org.mockito.Mock;
import org.mockito.MockitoAnnotations;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class LiteVocodersTest {
  private static final UnitSequence UNITS = UnitSequence.ofFrames(Fixtures.CODEBOOK, 1, 2);

  @TempDir private Path folder;
  @Mock private BundleContext context;
  @Mock private ServiceRegistration<Vocoder> registration;
  @Captor private ArgumentCaptor<Dictionary<String, ?>> properties;
  @Captor private ArgumentCaptor<Vocoder> service;

  @BeforeEach
  void mocks() throws Exception {
    MockitoAnnotations.openMocks(this).close();
    doReturn(registration).when(context).registerService(eq(Vocoder.class.getName()), any(), any());
  }

  private ModelArchive archive(String architecture, String codebook, String space, Path weights) {
    ModelArchive archive = mock(ModelArchive.class);
    when(archive.manifest())
        .thenReturn(
            new ModelManifest(
                "lite",
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
                        Optional.ofNullable(codebook),
                        Optional.of(space),
                        16_000,
                        Map.of("weights", "vocoder.safetensors"))),
                List.of()));
    when(archive.file("vocoder.safetensors")).thenReturn(weights);
    return archive;
  }

  private LiteVocoders component() {
    return new LiteVocoders(context, TestEngine.get(), 30, 100);
  }

  @Test
  void aModelBecomesAServiceWithItsFacts() throws Exception {
    ModelArchive archive =
        archive(
            "lite",
            "lite-40ms-4096",
            "lite-1",
            FormulaWeights.write(Fixtures.class, folder.resolve("w")));
    LiteVocoders component = component();
    component.addModel(archive);
    verify(context)
        .registerService(eq(Vocoder.class.getName()), service.capture(), properties.capture());
    assertThat(properties.getValue().get(ServiceProperties.ID)).isEqualTo("lite");
    assertThat(properties.getValue().get(ServiceProperties.MODEL)).isEqualTo("lite:1.0.0");
    assertThat(properties.getValue().get(ServiceProperties.CODEBOOK)).isEqualTo("lite-40ms-4096");
    assertThat(service.getValue().codebook().id()).isEqualTo("lite-40ms-4096");
    assertThat(service.getValue().vocode(UNITS, Fixtures.plain()).length()).isPositive();

    component.removeModel(archive);
    verify(registration).unregister();
    assertThatThrownBy(() -> service.getValue().vocode(UNITS, Fixtures.plain()))
        .isInstanceOf(ModelUnavailableException.class);
  }

  @Test
  void deactivationTakesEveryServiceAway() {
    LiteVocoders component = component();
    component.addModel(
        archive("lite", "a", "lite-1", FormulaWeights.write(Fixtures.class, folder.resolve("a"))));
    component.deactivate();
    verify(registration).unregister();
  }

  @Test
  void otherArchitecturesArePassedOver() {
    component()
        .addModel(archive("spiral-fsq", "emova-40ms-4096", "emova-256", folder.resolve("none")));
    verify(context, never()).registerService(any(String.class), any(Object.class), any());
  }

  @Test
  void damagedWeightsGiveNoService() {
    component().addModel(archive("lite", "a", "lite-1", folder.resolve("missing.safetensors")));
    component()
        .addModel(
            archive(
                "lite",
                "a",
                "emova-256",
                FormulaWeights.write(Fixtures.class, folder.resolve("b"))));
    verify(context, never()).registerService(any(String.class), any(Object.class), any());
  }

  @Test
  void refusesPiecesOutsideTheLimits() {
    assertThatThrownBy(() -> new LiteVocoders(context, TestEngine.get(), 0, 100))
        .hasMessageContaining("pieceSeconds 0");
  }

  @Test
  @SuppressWarnings("unchecked") // a mock has no type parameters
  void aNewSettingReachesWhatIsThereAndAWrongOneChangesNothing() throws Exception {
    ServiceRegistration<Problem> refusal = mock(ServiceRegistration.class);
    doReturn(refusal).when(context).registerService(eq(Problem.class), any(Problem.class), any());
    ModelArchive archive =
        archive("lite", "a", "lite-1", FormulaWeights.write(Fixtures.class, folder.resolve("a")));
    LiteVocoders component = component();
    component.addModel(archive);
    LiteVocoders.Config config = mock(LiteVocoders.Config.class);
    when(config.maxSeconds()).thenReturn(100);
    when(config.pieceSeconds()).thenReturn(601);
    component.modified(config);
    verify(context)
        .registerService(
            Problem.class,
            new Problem("configuration", "org.emova4j.vocoder: pieceSeconds 601 is outside 1..600"),
            null);

    when(config.pieceSeconds()).thenReturn(1);
    component.modified(config);
    verify(refusal).unregister();
    verify(registration, never()).unregister();
  }
}
