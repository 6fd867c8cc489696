package org.emova4j.qwen.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.chat.LanguageModel;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.testing.TestEngine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.ArgumentCaptor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class QwenModelsTest {
  @TempDir private Path folder;
  private final BundleContext context = mock(BundleContext.class);

  @SuppressWarnings("unchecked")
  private final ServiceRegistration<LanguageModel> registration = mock(ServiceRegistration.class);

  private Path model;

  @BeforeEach
  void write() {
    model = TinyModel.write(folder.resolve("model"), true, false, "BF16", "BF16");
    when(context.registerService(eq(LanguageModel.class), any(LanguageModel.class), any()))
        .thenReturn(registration);
    when(context.registerService(
            eq(LanguageModel.class.getName()), any(LanguageModel.class), any()))
        .thenAnswer(call -> registration);
  }

  @Test
  void offersAModelFromAFolder() throws Exception {
    QwenFolder component =
        new QwenFolder(
            context, TestEngine.get(), settings(Map.of("id", "tiny", "folder", model.toString())));
    ArgumentCaptor<LanguageModel> service = ArgumentCaptor.forClass(LanguageModel.class);
    ArgumentCaptor<Dictionary<String, ?>> properties = ArgumentCaptor.captor();
    verify(context)
        .registerService(eq(LanguageModel.class), service.capture(), properties.capture());
    assertThat(properties.getValue().get(ServiceProperties.ID)).isEqualTo("tiny");
    assertThat(properties.getValue().get(ServiceProperties.CODEBOOK)).isEqualTo("emova-40ms-4096");
    assertThat(service.getValue().codebook().orElseThrow().size()).isEqualTo(4096);

    component.deactivate();
    verify(registration).unregister();
    assertThatThrownBy(() -> service.getValue().ask(ChatRequest.synthesize("a")))
        .isInstanceOf(ModelUnavailableException.class);
  }

  @Test
  void offersNothingWhereTheFolderIsWrong() {
    QwenFolder component =
        new QwenFolder(
            context, TestEngine.get(), settings(Map.of("id", "tiny", "folder", folder.toString())));
    verify(context, never())
        .registerService(eq(LanguageModel.class), any(LanguageModel.class), any());
    component.deactivate();
  }

  @Test
  void picksTheCodebook() {
    assertThat(QwenFolder.codebook("", 0)).isEmpty();
    assertThat(QwenFolder.codebook("none", 4096)).isEmpty();
    assertThat(QwenFolder.codebook("", 4096).orElseThrow().id()).isEqualTo("emova-40ms-4096");
    assertThat(QwenFolder.codebook("lite-40ms-4096", 4096).orElseThrow().size()).isEqualTo(4096);
    assertThatThrownBy(() -> QwenFolder.codebook("lite-40ms-4096", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lite-40ms-4096");
  }

  @Test
  void offersAModelFromAnArchive() {
    QwenModels component = new QwenModels(context, TestEngine.get(), Precision.BFLOAT16, 1024, 1);
    ModelArchive archive = archive();
    component.addModel(archive);
    ArgumentCaptor<LanguageModel> service = ArgumentCaptor.forClass(LanguageModel.class);
    verify(context).registerService(eq(LanguageModel.class.getName()), service.capture(), any());
    assertThat(service.getValue().codebook().orElseThrow().id()).isEqualTo("emova-40ms-4096");
    component.removeModel(archive);
    verify(registration).unregister();
    component.deactivate();
  }

  private ModelArchive archive() {
    ModelArchive archive = mock(ModelArchive.class);
    Map<String, String> files =
        Map.of(
            "config", "config.json",
            "tokenizer", "tokenizer.json",
            "weights.1", "model-00001-of-00002.safetensors",
            "weights.2", "model-00002-of-00002.safetensors");
    when(archive.manifest())
        .thenReturn(
            new ModelManifest(
                "tiny",
                "1.0.0",
                "",
                "CC0-1.0",
                List.of("en"),
                List.of(),
                Map.of(),
                List.of(
                    new ModelManifest.Component(
                        "llm",
                        "qwen2",
                        Optional.of("emova-40ms-4096"),
                        Optional.empty(),
                        16_000,
                        files)),
                List.of()));
    when(archive.file(any())).thenAnswer(call -> model.resolve(call.<String>getArgument(0)));
    return archive;
  }

  /** Settings as metatype gives them: those that are set, and the defaults of the others. */
  private static QwenFolder.Config settings(Map<String, Object> values) {
    return (QwenFolder.Config)
        Proxy.newProxyInstance(
            QwenFolder.Config.class.getClassLoader(),
            new Class<?>[] {QwenFolder.Config.class},
            (proxy, method, arguments) ->
                values.getOrDefault(method.getName(), method.getDefaultValue()));
  }
}
