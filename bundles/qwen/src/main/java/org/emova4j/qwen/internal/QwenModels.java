package org.emova4j.qwen.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.emova4j.api.chat.LanguageModel;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.vision.ImagePreparer;
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
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * One {@link LanguageModel} for each model archive that holds a {@code qwen2} decoder. Its files
 * are {@code config}, {@code tokenizer} and {@code weights}, or {@code weights.1}, {@code
 * weights.2} and so on.
 */
@Component(
    immediate = true,
    service = {},
    configurationPid = "org.emova4j.qwen")
@Capability(
    namespace = "osgi.service",
    attribute = "objectClass:List<String>=\"org.emova4j.api.chat.LanguageModel\"")
@Designate(ocd = QwenModels.Config.class)
public final class QwenModels {
  static final String ROLE = "llm";
  static final String ARCHITECTURE = "qwen2";
  private static final Duration UNIT = Duration.ofMillis(40);

  /** Settings of all installed models. */
  @ObjectClassDefinition(name = "emova4j language models in this process")
  @interface Config {
    @AttributeDefinition(
        description = "float32 as the reference computes, or bfloat16 for half the memory")
    String precision() default "float32";

    @AttributeDefinition(
        description = "Most tokens of a question and its answer together",
        min = "128",
        max = "1048576")
    int context_tokens() default QwenLanguageModel.MAX_CONTEXT;

    @AttributeDefinition(
        description = "Makes tokens less likely that have occurred; 1 = off, as units need it",
        min = "0.5",
        max = "2")
    double repetition_penalty() default 1;
  }

  private final TensorEngine engine;
  private final Precision precision;
  private final int context;
  private final double repetitionPenalty;
  private final ModelServices<QwenLanguageModel> services;
  private volatile Optional<ImagePreparer> preparer = Optional.empty();

  /** For the framework. */
  @Activate
  public QwenModels(BundleContext bundle, @Reference TensorEngine engine, Config config) {
    this(
        bundle,
        engine,
        Precision.of(config.precision()),
        config.context_tokens(),
        config.repetition_penalty());
  }

  QwenModels(
      BundleContext bundle,
      TensorEngine engine,
      Precision precision,
      int context,
      double repetitionPenalty) {
    this.engine = engine;
    this.precision = precision;
    this.context = context;
    this.repetitionPenalty = repetitionPenalty;
    services = new ModelServices<>(bundle, LanguageModel.class, ROLE, ARCHITECTURE, this::load);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      target = "(&(emova.architecture=qwen2)(emova.role=llm))")
  void addModel(ModelArchive archive) {
    services.add(archive);
  }

  void removeModel(ModelArchive archive) {
    services.remove(archive);
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
  void setPreparer(ImagePreparer service) {
    preparer = Optional.of(service);
  }

  void unsetPreparer(ImagePreparer service) {
    if (preparer.filter(p -> p == service).isPresent()) {
      preparer = Optional.empty();
    }
  }

  @Deactivate
  void deactivate() {
    services.close();
  }

  private QwenLanguageModel load(ModelArchive archive, ModelManifest.Component component)
      throws SpeechException {
    LoadedModel model = LoadedModel.open(engine, checkpoint(archive, component), precision);
    boolean complete = false;
    try {
      Optional<Codebook> codebook =
          component.codebook().map(id -> codebook(id, model.tokens().units().length));
      QwenLanguageModel service =
          new QwenLanguageModel(
              model,
              new QwenLanguageModel.Settings(codebook, context, repetitionPenalty),
              () -> preparer);
      complete = true;
      return service;
    } finally {
      if (!complete) {
        model.close();
      }
    }
  }

  /**
   * @throws IllegalArgumentException if there are no units
   */
  static Codebook codebook(String id, int units) {
    if (units == 0) {
      throw new IllegalArgumentException(
          "its tokenizer has no speech units, so it can't speak codebook " + id);
    }
    return new Codebook(id, units, UNIT);
  }

  private static Checkpoint checkpoint(ModelArchive archive, ModelManifest.Component component)
      throws ModelUnavailableException {
    List<Path> weights = new ArrayList<>();
    new TreeMap<>(component.files())
        .forEach(
            (purpose, name) -> {
              if (purpose.equals("weights") || purpose.startsWith("weights.")) {
                weights.add(archive.file(name));
              }
            });
    if (weights.isEmpty()) {
      component.requireFile("weights");
    }
    return new Checkpoint(
        archive.manifest().name(),
        Checkpoint.json(archive.file(component.requireFile("config"))),
        archive.file(component.requireFile("tokenizer")),
        weights);
  }
}
