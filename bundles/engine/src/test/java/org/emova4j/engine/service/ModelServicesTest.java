package org.emova4j.engine.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.health.Problem;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.speech.ModelUnavailableException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;
import org.mockito.Captor;
import org.mockito.InOrder;
import org.mockito.Mock;
import org.mockito.MockitoAnnotations;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class ModelServicesTest {
  /** Stands for a tokenizer or the like. */
  interface Part extends AutoCloseable {
    @Override
    void close();
  }

  @Mock private BundleContext context;
  @Mock private ServiceRegistration<Part> registration;
  @Mock private Part part;
  @Captor private ArgumentCaptor<Dictionary<String, ?>> properties;
  private final List<String> loaded = new ArrayList<>();

  @BeforeEach
  void mocks() throws Exception {
    MockitoAnnotations.openMocks(this).close();
    doReturn(registration).when(context).registerService(eq(Part.class.getName()), any(), any());
  }

  private ModelServices<Part> services() {
    return new ModelServices<>(
        context,
        Part.class,
        "vocoder",
        "lite",
        (archive, component) -> {
          loaded.add(archive.manifest().name());
          return part;
        });
  }

  private static ModelArchive archive(String id, String role, String architecture) {
    return archive(id, "1.0.0", role, architecture);
  }

  private static ModelArchive archive(String id, String version, String role, String architecture) {
    ModelArchive archive = mock(ModelArchive.class);
    ModelManifest.Component component =
        new ModelManifest.Component(
            role, architecture, Optional.of("book"), Optional.of("space"), 16_000, Map.of());
    when(archive.manifest())
        .thenReturn(
            new ModelManifest(
                id,
                version,
                "",
                "CC0-1.0",
                List.of("en", "de"),
                List.of(),
                Map.of(),
                List.of(component),
                List.of()));
    return archive;
  }

  @Test
  void aModelsFactsBecomeProperties() {
    services().add(archive("good", "vocoder", "lite"));
    verify(context).registerService(eq(Part.class.getName()), eq(part), properties.capture());
    Dictionary<String, ?> found = properties.getValue();
    assertThat(found.get(ServiceProperties.ID)).isEqualTo("good");
    assertThat(found.get(ServiceProperties.MODEL)).isEqualTo("good:1.0.0");
    assertThat(found.get(ServiceProperties.ARCHITECTURE)).isEqualTo("lite");
    assertThat(found.get(ServiceProperties.CODEBOOK)).isEqualTo("book");
    assertThat(found.get(ServiceProperties.STYLE_SPACE)).isEqualTo("space");
    assertThat(found.get(ServiceProperties.LANGUAGES)).isEqualTo(new String[] {"en", "de"});
  }

  @Test
  void otherRolesAndArchitecturesAreNotLoaded() {
    ModelServices<Part> services = services();
    services.add(archive("a", "tokenizer", "lite"));
    services.add(archive("b", "vocoder", "uvits"));
    assertThat(loaded).isEmpty();
  }

  @Test
  void theServiceGoesBeforeItIsClosed() throws Exception {
    ModelServices<Part> services = services();
    ModelArchive archive = archive("good", "vocoder", "lite");
    services.add(archive);
    services.add(archive);
    assertThat(loaded).hasSize(1);
    services.remove(archive);
    InOrder order = inOrder(registration, part);
    order.verify(registration).unregister();
    order.verify(part).close();
    services.remove(archive);
    services.close();
    verify(part, times(1)).close();
  }

  @Test
  void closingTakesAllAwayAlsoWhereTheFrameworkWasFirst() throws Exception {
    ModelServices<Part> services = services();
    services.add(archive("a", "vocoder", "lite"));
    services.add(archive("b", "vocoder", "lite"));
    doThrow(new IllegalStateException("unregistered")).when(registration).unregister();
    doThrow(new IllegalArgumentException("stuck")).when(part).close();
    services.close();
    verify(part, times(2)).close();
  }

  @Test
  @SuppressWarnings("unchecked") // a mock has no type parameters
  void aModelThatCantBeLoadedGivesAProblemInsteadOfAService() {
    ServiceRegistration<Problem> shown = mock(ServiceRegistration.class);
    Problem problem = new Problem("vocoder", "model bad:1.0.0 gives no vocoder: damaged");
    doReturn(shown).when(context).registerService(Problem.class, problem, null);
    ModelServices<Part> services =
        new ModelServices<>(
            context,
            Part.class,
            "vocoder",
            "lite",
            (archive, component) -> {
              throw new ModelUnavailableException("damaged");
            });
    ModelArchive bad = archive("bad", "vocoder", "lite");
    services.add(bad);
    verify(context, never()).registerService(any(String.class), any(Object.class), any());
    verify(context).registerService(Problem.class, problem, null);
    verify(shown, never()).unregister();

    services.remove(bad);
    verify(shown).unregister();
    services.add(bad);
    services.close();
    verify(shown, times(2)).unregister();
  }

  @Test
  void whatCantBeRegisteredIsClosed() throws Exception {
    doThrow(new IllegalStateException("stopped"))
        .when(context)
        .registerService(eq(Part.class.getName()), any(), any());
    services().add(archive("good", "vocoder", "lite"));
    verify(part).close();
  }

  @Test
  @SuppressWarnings("unchecked") // the mocks' types
  void theNewestVersionOfAModelIsRankedFirst() {
    Map<String, Dictionary<String, ?>> byModel = new java.util.HashMap<>();
    org.mockito.Mockito.doAnswer(
            call -> {
              Dictionary<String, ?> first = call.getArgument(2);
              String model = (String) first.get(ServiceProperties.MODEL);
              byModel.put(model, first);
              ServiceRegistration<Part> made = mock(ServiceRegistration.class);
              org.mockito.Mockito.doAnswer(
                      change -> byModel.put(model, change.<Dictionary<String, ?>>getArgument(0)))
                  .when(made)
                  .setProperties(any());
              return made;
            })
        .when(context)
        .registerService(eq(Part.class.getName()), any(), any());
    ModelServices<Part> services = services();
    ModelArchive newest = archive("lite", "1.10.0", "vocoder", "lite");
    services.add(archive("lite", "1.9.0", "vocoder", "lite"));
    services.add(archive("other", "3.0.0", "vocoder", "lite"));
    services.add(newest);
    services.add(archive("lite", "1.2.0", "vocoder", "lite"));

    assertThat(ranking(byModel, "lite:1.10.0")).isZero();
    assertThat(ranking(byModel, "lite:1.9.0")).isEqualTo(-1);
    assertThat(ranking(byModel, "lite:1.2.0")).isEqualTo(-2);
    assertThat(ranking(byModel, "other:3.0.0")).isZero();

    services.remove(newest);
    assertThat(ranking(byModel, "lite:1.9.0")).isZero();
    assertThat(ranking(byModel, "lite:1.2.0")).isEqualTo(-1);
  }

  private static int ranking(Map<String, Dictionary<String, ?>> byModel, String model) {
    Object ranking = byModel.get(model).get(org.osgi.framework.Constants.SERVICE_RANKING);
    return ranking == null ? 0 : (Integer) ranking;
  }
}
