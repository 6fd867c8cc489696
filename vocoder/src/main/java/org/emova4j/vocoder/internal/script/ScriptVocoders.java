package org.emova4j.vocoder.internal.script;

import java.nio.file.Path;
import java.util.Optional;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.engine.TensorEngine;
import org.emova4j.engine.service.ModelServices;
import org.emova4j.engine.service.ScriptFiles;
import org.emova4j.engine.service.VectorTable;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * One {@link Vocoder} for each model archive that holds a {@code torchscript} vocoder and was
 * installed as trusted.
 */
@Component(
    immediate = true,
    service = {})
@Capability(
    namespace = "osgi.service",
    attribute = "objectClass:List<String>=\"org.emova4j.api.speech.Vocoder\"")
public final class ScriptVocoders {
  private static final int TRIAL_UNITS = 25; // as short as speech gets

  private final TensorEngine engine;
  private final ModelServices<ScriptVocoder> services;

  /** For the framework. */
  @Activate
  public ScriptVocoders(BundleContext context, @Reference TensorEngine engine) {
    this.engine = engine;
    services = new ModelServices<>(context, Vocoder.class, "vocoder", "torchscript", this::load);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      target = "(&(emova.architecture=torchscript)(emova.role=vocoder))")
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

  private ScriptVocoder load(ModelArchive archive, ModelManifest.Component component)
      throws SpeechException {
    Path script = ScriptFiles.trusted(archive, component);
    ScriptVocoderConfig config =
        ScriptVocoderConfig.read(
            archive.manifest().name(), component.settings(), component.sampleRate());
    String codebook = component.requireCodebook();
    String space = component.requireStyleSpace();
    Optional<VectorTable> embeddings = embeddings(archive, component, config);
    ScriptVocoder vocoder =
        new ScriptVocoder(
            engine.openScript(script), config, embeddings, codebook, space, component.sampleRate());
    return ModelServices.tried(
        vocoder,
        v ->
            v.vocode(
                UnitSequence.ofFrames(v.codebook(), new int[TRIAL_UNITS]),
                StyleVector.of(space, new float[Math.max(1, config.style())])));
  }

  private static Optional<VectorTable> embeddings(
      ModelArchive archive, ModelManifest.Component component, ScriptVocoderConfig config)
      throws ModelUnavailableException {
    return config.input() == ScriptVocoderConfig.Input.IDS
        ? Optional.empty()
        : Optional.of(
            VectorTable.read(archive.file(component.requireFile("embeddings")), "embeddings"));
  }
}
