package org.emova4j.tokenizer.internal.script;

import java.nio.file.Path;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.engine.TensorEngine;
import org.emova4j.engine.service.ModelServices;
import org.emova4j.engine.service.ScriptFiles;
import org.emova4j.engine.service.VectorTable;
import org.emova4j.tokenizer.internal.script.ScriptConfig.Output;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * One {@link SpeechTokenizer} for each model archive that holds a {@code torchscript} tokenizer and
 * was installed as trusted.
 */
@Component(
    immediate = true,
    service = {})
@Capability(
    namespace = "osgi.service",
    attribute = "objectClass:List<String>=\"org.emova4j.api.speech.SpeechTokenizer\"")
public final class ScriptTokenizers {
  private final TensorEngine engine;
  private final ModelServices<ScriptTokenizer> services;

  /** For the framework. */
  @Activate
  public ScriptTokenizers(BundleContext context, @Reference TensorEngine engine) {
    this.engine = engine;
    services =
        new ModelServices<>(context, SpeechTokenizer.class, "tokenizer", "torchscript", this::load);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      target = "(&(emova.architecture=torchscript)(emova.role=tokenizer))")
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

  private ScriptTokenizer load(ModelArchive archive, ModelManifest.Component component)
      throws SpeechException {
    Path script = ScriptFiles.trusted(archive, component);
    String codebook = component.requireCodebook();
    ScriptConfig config =
        ScriptConfig.read(archive.manifest().name(), component.settings(), component.sampleRate());
    UnitDecoder decoder = decoder(archive, component, config);
    ScriptTokenizer tokenizer =
        new ScriptTokenizer(
            engine.openScript(script), config, decoder, codebook, component.sampleRate());
    // A second of silence: more than a script may want at least.
    return ModelServices.tried(
        tokenizer, t -> t.tokenize(Audio.of(new float[t.sampleRate()], t.sampleRate())));
  }

  private static UnitDecoder decoder(
      ModelArchive archive, ModelManifest.Component component, ScriptConfig config)
      throws ModelUnavailableException {
    if (config.output() != Output.K_MEANS) {
      return new UnitDecoder(config, new float[0], 0);
    }
    VectorTable centres =
        VectorTable.read(archive.file(component.requireFile("centres")), "centres");
    return new UnitDecoder(config, centres.values(), centres.rows());
  }
}
