package org.emova4j.tokenizer.internal;

import java.nio.file.Path;
import java.time.Duration;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.health.Problem;
import org.emova4j.api.health.Subjects;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.unit.Codebook;
import org.emova4j.engine.TensorEngine;
import org.emova4j.engine.dsp.LogMel;
import org.emova4j.engine.service.ModelServices;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One {@link SpeechTokenizer} for each model archive that holds a {@code lite} tokenizer. */
@Component(
    immediate = true,
    service = {},
    configurationPid = LiteTokenizers.PID)
@Capability(
    namespace = "osgi.service",
    attribute = "objectClass:List<String>=\"org.emova4j.api.speech.SpeechTokenizer\"")
@Designate(ocd = LiteTokenizers.Config.class)
public final class LiteTokenizers {
  static final String PID = "org.emova4j.tokenizer";
  private static final Logger LOG = LoggerFactory.getLogger(LiteTokenizers.class);
  private static final Duration UNIT = Duration.ofMillis(40);

  /** Settings of tokenizers. */
  @ObjectClassDefinition(name = "emova4j tokenizer")
  @interface Config {
    @AttributeDefinition(
        description =
            "Seconds of a long recording that go through the network at once: more take more"
                + " memory; the units don't depend on it",
        min = "1",
        max = "600")
    int pieceSeconds() default 30;
  }

  private final BundleContext context;
  private final TensorEngine engine;
  private ServiceRegistration<Problem> refusal;
  private volatile int pieceSeconds;
  private final ModelServices<LiteTokenizer> services;

  /** For the framework. */
  @Activate
  public LiteTokenizers(BundleContext context, @Reference TensorEngine engine, Config config) {
    this(context, engine, config.pieceSeconds());
  }

  LiteTokenizers(BundleContext context, TensorEngine engine, int pieceSeconds) {
    this.context = context;
    this.engine = engine;
    services = new ModelServices<>(context, SpeechTokenizer.class, "tokenizer", "lite", this::load);
    set(pieceSeconds);
  }

  private void set(int pieceSeconds) {
    if (pieceSeconds < 1 || pieceSeconds > 600) {
      throw new IllegalArgumentException(
          "pieceSeconds %d is outside 1..600".formatted(pieceSeconds));
    }
    this.pieceSeconds = pieceSeconds;
    services.forEach(t -> t.limit(pieceSeconds));
  }

  /** From the next call on: nothing is loaded again. A wrong value changes nothing. */
  @Modified
  synchronized void modified(Config config) {
    if (refusal != null) {
      refusal.unregister();
      refusal = null;
    }
    try {
      set(config.pieceSeconds());
    } catch (IllegalArgumentException e) {
      LOG.error("The configuration {} is refused: {}", PID, e.getMessage());
      Problem problem =
          new Problem(Subjects.CONFIGURATION, "%s: %s".formatted(PID, e.getMessage()));
      refusal = context.registerService(Problem.class, problem, null);
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      target = "(&(emova.architecture=lite)(emova.role=tokenizer))")
  void addModel(ModelArchive archive) {
    services.add(archive);
  }

  void removeModel(ModelArchive archive) {
    services.remove(archive);
  }

  @Deactivate
  synchronized void deactivate() {
    if (refusal != null) {
      refusal.unregister();
      refusal = null;
    }
    services.close();
  }

  private LiteTokenizer load(ModelArchive archive, ModelManifest.Component component)
      throws SpeechException {
    String codebook = component.requireCodebook();
    if (component.sampleRate() != LogMel.SAMPLE_RATE) {
      throw new ModelUnavailableException(
          "its tokenizer is for %d Hz, a lite one has %d Hz"
              .formatted(component.sampleRate(), LogMel.SAMPLE_RATE));
    }
    Path weights = archive.file(component.requireFile("weights"));
    Codebook book = new Codebook(codebook, Fsq.SIZE, UNIT); // may throw: before memory is taken
    return ModelServices.tried(
        engine,
        new LiteTokenizer(
            new TokenizerNetwork(engine.openShared(weights), engine.ops()), book, pieceSeconds),
        t -> t.tokenize(Audio.of(new float[1], LogMel.SAMPLE_RATE)));
  }
}
