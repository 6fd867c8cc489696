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
    String codebook = component.requireCodebook();
    Path weights = archive.file(component.requireFile("weights"));
    SpiralTokenizer tokenizer =
        SpiralModel.open(
            engine,
            weights,
            Optional.ofNullable(component.files().get("config")).map(archive::file),
            codebook);
    return ModelServices.tried(
        engine,
        tokenizer,
        t -> {
          if (component.sampleRate() != t.sampleRate()) {
            throw new ModelUnavailableException(
                "its tokenizer is said to be for %d Hz, its configuration has %d Hz"
                    .formatted(component.sampleRate(), t.sampleRate()));
          }
          t.tokenize(Audio.of(new float[1], t.sampleRate()));
        });
  }
}
