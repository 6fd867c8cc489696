package org.emova4j.tokenizer.internal.script;

import java.nio.file.Path;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.engine.Safetensors;
import org.emova4j.engine.TensorEngine;
import org.emova4j.engine.service.ModelServices;
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
    if (!archive.trusted()) {
      throw new ModelUnavailableException(
          "its tokenizer is TorchScript, a program that can do whatever this process can, and it"
              + " was not installed as trusted; if you trust who made it, allow it with \"emova"
              + " models install --trusted ARCHIVE\"");
    }
    String codebook =
        component
            .codebook()
            .orElseThrow(() -> new ModelUnavailableException("its tokenizer names no codebook"));
    Path script = file(archive, component, "script");
    ScriptConfig config =
        ScriptConfig.read(
            Path.of(archive.manifest().name()), component.settings(), component.sampleRate());
    UnitDecoder decoder = decoder(archive, component, config);
    ScriptTokenizer tokenizer =
        new ScriptTokenizer(
            engine.openScript(script), config, decoder, codebook, component.sampleRate());
    try {
      // A second of silence: a script that can't run gives no service, and one whose output doesn't
      // fit its settings doesn't either.
      tokenizer.tokenize(Audio.of(new float[component.sampleRate()], component.sampleRate()));
      return tokenizer;
    } catch (SpeechException | RuntimeException | Error e) {
      tokenizer.close();
      throw e;
    }
  }

  private static UnitDecoder decoder(
      ModelArchive archive, ModelManifest.Component component, ScriptConfig config)
      throws ModelUnavailableException {
    if (config.output() != Output.K_MEANS) {
      return new UnitDecoder(config, new float[0], 0);
    }
    Path file = file(archive, component, "centres");
    try (Safetensors centres = Safetensors.open(file)) {
      long[] shape = centres.shape("centres");
      if (shape.length != 2 || shape[0] < 2 || shape[1] < 1) {
        throw new ModelUnavailableException(
            "%s: tensor centres has shape %s, expected [units, dimensions]"
                .formatted(file, java.util.Arrays.toString(shape)));
      }
      return new UnitDecoder(config, centres.read("centres"), Math.toIntExact(shape[0]));
    }
  }

  private static Path file(ModelArchive archive, ModelManifest.Component component, String purpose)
      throws ModelUnavailableException {
    String name = component.files().get(purpose);
    if (name == null) {
      throw new ModelUnavailableException("its tokenizer has no file \"%s\"".formatted(purpose));
    }
    return archive.file(name);
  }
}
