package org.emova4j.qwen.internal;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.chat.LanguageModel;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.vision.ImagePreparer;
import org.emova4j.engine.TensorEngine;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link LanguageModel} from a folder with a checkpoint of Hugging Face, one for each
 * configuration: such checkpoints are too large to be copied into a model archive.
 */
@Component(
    immediate = true,
    service = {},
    configurationPid = QwenFolder.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = QwenFolder.Config.class, factory = true)
public final class QwenFolder {
  static final String PID = "org.emova4j.qwen.folder";

  private static final String NO_CODEBOOK = "none";
  private static final String DEFAULT_CODEBOOK = "emova-40ms-4096";

  private static final Logger LOG = LoggerFactory.getLogger(QwenFolder.class);

  /** Settings of one model. */
  @ObjectClassDefinition(name = "emova4j language model from a folder")
  @interface Config {
    @AttributeDefinition(description = "The service's id; other parts name it by this")
    String id();

    @AttributeDefinition(
        description = "Folder with config.json, tokenizer.json and safetensors files")
    String folder();

    @AttributeDefinition(
        description =
            "Codebook of the speech units that it was trained with; none for no speech; empty for"
                + " emova-40ms-4096 if its tokenizer has units")
    String codebook() default "";

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

  private volatile Optional<ImagePreparer> preparer = Optional.empty();
  private final Optional<QwenLanguageModel> model;
  private final Optional<ServiceRegistration<LanguageModel>> registration;

  /** For the framework. A model that can't be loaded is logged and gives no service. */
  @Activate
  public QwenFolder(BundleContext bundle, @Reference TensorEngine engine, Config config) {
    Optional<QwenLanguageModel> loaded = Optional.empty();
    try {
      loaded = Optional.of(load(engine, config));
    } catch (SpeechException | RuntimeException e) {
      LOG.error("Folder {} gives no language model: {}", config.folder(), e.getMessage(), e);
    }
    model = loaded;
    registration =
        loaded.map(
            service -> {
              Map<String, Object> properties = new HashMap<>();
              properties.put(ServiceProperties.ID, config.id());
              properties.put(ServiceProperties.MODEL, config.id());
              properties.put(ServiceProperties.ARCHITECTURE, QwenModels.ARCHITECTURE);
              service.codebook().ifPresent(c -> properties.put(ServiceProperties.CODEBOOK, c.id()));
              return bundle.registerService(
                  LanguageModel.class, service, FrameworkUtil.asDictionary(properties));
            });
  }

  private QwenLanguageModel load(TensorEngine engine, Config config) throws SpeechException {
    if (config.id() == null || config.id().isBlank()) {
      throw new IllegalArgumentException("id is not set");
    }
    if (config.folder() == null || config.folder().isBlank()) {
      throw new IllegalArgumentException("folder is not set");
    }
    long start = System.nanoTime();
    Precision precision = Precision.of(config.precision());
    LoadedModel opened =
        LoadedModel.open(engine, Checkpoint.read(Path.of(config.folder())), precision);
    boolean complete = false;
    try {
      Optional<Codebook> codebook =
          codebook(config.codebook().strip(), opened.tokens().units().length);
      QwenLanguageModel service =
          new QwenLanguageModel(
              opened,
              new QwenLanguageModel.Settings(
                  codebook, config.context_tokens(), config.repetition_penalty()),
              () -> preparer);
      complete = true;
      LOG.info(
          "language model {} of {} is there in {}, codebook {}, loaded in {} ms",
          config.id(),
          config.folder(),
          precision.id(),
          codebook.map(Codebook::id).orElse("none"),
          (System.nanoTime() - start) / 1_000_000);
      return service;
    } finally {
      if (!complete) {
        opened.close();
      }
    }
  }

  static Optional<Codebook> codebook(String id, int units) {
    if (id.equals(NO_CODEBOOK) || (id.isEmpty() && units == 0)) {
      return Optional.empty();
    }
    return Optional.of(QwenModels.codebook(id.isEmpty() ? DEFAULT_CODEBOOK : id, units));
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
    registration.ifPresent(ServiceRegistration::unregister);
    model.ifPresent(QwenLanguageModel::close);
  }
}
