package org.emova4j.vocoder.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.emova4j.api.health.Problem;
import org.emova4j.api.health.Subjects;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.engine.TensorEngine;
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

/** One {@link Vocoder} for each model archive that holds a {@code lite} vocoder. */
@Component(
    immediate = true,
    service = {},
    configurationPid = LiteVocoders.PID)
@Capability(
    namespace = "osgi.service",
    attribute = "objectClass:List<String>=\"org.emova4j.api.speech.Vocoder\"")
@Designate(ocd = LiteVocoders.Config.class)
public final class LiteVocoders {
  static final String PID = "org.emova4j.vocoder";
  private static final Logger LOG = LoggerFactory.getLogger(LiteVocoders.class);
  private static final Duration UNIT = Duration.ofMillis(40);

  /** Settings of vocoders. */
  @ObjectClassDefinition(name = "emova4j vocoder")
  @interface Config {
    @AttributeDefinition(
        description =
            "Seconds of a long text that go through the network at once: more take more memory;"
                + " the sound doesn't depend on it",
        min = "1",
        max = "600")
    int pieceSeconds() default 30;

    @AttributeDefinition(
        description = "Longest sound that is made, in seconds; requests for more are refused",
        min = "1",
        max = "100000")
    int maxSeconds() default 14_400;
  }

  private final BundleContext context;
  private final TensorEngine engine;
  private ServiceRegistration<Problem> refusal;
  private volatile int pieceSeconds;
  private volatile int maxSeconds;
  private final ModelServices<LiteVocoder> services;

  /** For the framework. */
  @Activate
  public LiteVocoders(BundleContext context, @Reference TensorEngine engine, Config config) {
    this(context, engine, config.pieceSeconds(), config.maxSeconds());
  }

  LiteVocoders(BundleContext context, TensorEngine engine, int pieceSeconds, int maxSeconds) {
    this.context = context;
    this.engine = engine;
    services = new ModelServices<>(context, Vocoder.class, "vocoder", "lite", this::load);
    set(pieceSeconds, maxSeconds);
  }

  private void set(int pieceSeconds, int maxSeconds) {
    if (pieceSeconds < 1 || pieceSeconds > 600) {
      throw new IllegalArgumentException(
          "pieceSeconds %d is outside 1..600".formatted(pieceSeconds));
    }
    if (maxSeconds < 1 || maxSeconds > 100_000) {
      throw new IllegalArgumentException(
          "maxSeconds %d is outside 1..100000".formatted(maxSeconds));
    }
    this.pieceSeconds = pieceSeconds;
    this.maxSeconds = maxSeconds;
    services.forEach(v -> v.limit(pieceSeconds, maxSeconds));
  }

  /** From the next call on: nothing is loaded again. A wrong value changes nothing. */
  @Modified
  synchronized void modified(Config config) {
    if (refusal != null) {
      refusal.unregister();
      refusal = null;
    }
    try {
      set(config.pieceSeconds(), config.maxSeconds());
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
      target = "(&(emova.architecture=lite)(emova.role=vocoder))")
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

  private LiteVocoder load(ModelArchive archive, ModelManifest.Component component)
      throws SpeechException {
    String codebook = component.requireCodebook();
    if (!component.styleSpace().equals(Optional.of(LiteStyle.SPACE))) {
      throw new ModelUnavailableException(
          "its vocoder is for style space %s, a lite one reads %s"
              .formatted(component.styleSpace().orElse("(none)"), LiteStyle.SPACE));
    }
    if (component.sampleRate() != LiteVocoder.SAMPLE_RATE) {
      throw new ModelUnavailableException(
          "its vocoder is for %d Hz, a lite one has %d Hz"
              .formatted(component.sampleRate(), LiteVocoder.SAMPLE_RATE));
    }
    Path weights = archive.file(component.requireFile("weights"));
    Codebook book = new Codebook(codebook, Codes.SIZE, UNIT);
    return ModelServices.tried(
        engine,
        new LiteVocoder(
            new VocoderNetwork(engine.openShared(weights), engine.ops()),
            book,
            pieceSeconds,
            maxSeconds),
        v -> v.vocode(UnitSequence.of(book, 0), LiteStyle.anyone()));
  }
}
