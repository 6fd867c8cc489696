package org.emova4j.tokenizer.internal.spiral;

import java.nio.file.Path;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.engine.TensorEngine;
import org.emova4j.engine.service.ModelServices;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** One {@link SpeechTokenizer} for each model archive that holds a {@code spiral-fsq} tokenizer. */
@Component(
    immediate = true,
    service = {})
@Capability(
    namespace = "osgi.service",
    attribute = "objectClass:List<String>=\"org.emova4j.api.speech.SpeechTokenizer\"")
public final class SpiralTokenizers {
  private final TensorEngine engine;
  private final ModelServices<SpiralTokenizer> services;

  /** For the framework. */
  @Activate
  public SpiralTokenizers(BundleContext context, @Reference TensorEngine engine) {
    this.engine = engine;
    services =
        new ModelServices<>(context, SpeechTokenizer.class, "tokenizer", "spiral-fsq", this::load);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      target = "(&(emova.architecture=spiral-fsq)(emova.role=tokenizer))")
  void addModel(ModelArchive archive) {
    services.add(archive);
  }

  void removeModel(ModelArchive archive) {
    services.remove(archive);
  }

  @Deactivate
  void deactivate() {
    services.close();
  }

  private SpiralTokenizer load(ModelArchive archive, ModelManifest.Component component)
      throws SpeechException {
    String codebook =
        component
            .codebook()
            .orElseThrow(() -> new ModelUnavailableException("its tokenizer names no codebook"));
    Path weights =
        file(archive, component, "weights")
            .orElseThrow(
                () -> new ModelUnavailableException("its tokenizer has no file \"weights\""));
    SpiralTokenizer tokenizer =
        SpiralModel.open(engine, weights, file(archive, component, "config"), codebook);
    try {
      if (component.sampleRate() != tokenizer.sampleRate()) {
        throw new ModelUnavailableException(
            "its tokenizer is said to be for %d Hz, its configuration has %d Hz"
                .formatted(component.sampleRate(), tokenizer.sampleRate()));
      }
      // One unit of silence: a network that can't run gives no service, and every class is loaded
      // by now, so that a call which is under way when this bundle is updated needs none any more.
      tokenizer.tokenize(Audio.of(new float[1], tokenizer.sampleRate()));
      return tokenizer;
    } catch (SpeechException | RuntimeException | Error e) {
      tokenizer.close();
      throw e;
    }
  }

  private static Optional<Path> file(
      ModelArchive archive, ModelManifest.Component component, String purpose) {
    return Optional.ofNullable(component.files().get(purpose)).map(archive::file);
  }
}
