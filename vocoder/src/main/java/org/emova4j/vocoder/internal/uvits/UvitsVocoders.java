package org.emova4j.vocoder.internal.uvits;

import java.nio.file.Path;
import java.time.Duration;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.engine.TensorEngine;
import org.emova4j.engine.service.ModelServices;
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

/** One {@link Vocoder} for each model archive that holds a {@code uvits} vocoder. */
@Component(
    immediate = true,
    service = {},
    configurationPid = "org.emova4j.vocoder.uvits")
@Designate(ocd = UvitsVocoders.Config.class)
public final class UvitsVocoders {
  private static final Duration UNIT = Duration.ofMillis(40);

  /** Settings of vocoders. */
  @ObjectClassDefinition(name = "emova4j EMOVA vocoder")
  @interface Config {
    @AttributeDefinition(
        description =
            "How much frames vary around what is usual for their unit; 0: not at all, dull",
        min = "0",
        max = "10")
    double noiseScale() default 0.667;

    @AttributeDefinition(description = "How much durations vary", min = "0", max = "10")
    double durationNoiseScale() default 0.8;

    @AttributeDefinition(
        description = "Factor of durations where units come without: 2 is half as fast",
        min = "0.1",
        max = "10")
    double lengthScale() default 1;

    @AttributeDefinition(description = "Another seed is another, equally likely reading")
    long seed() default 0;

    @AttributeDefinition(
        description =
            "Units whose text is read as one, as the network was trained to; memory grows with the"
                + " square; longer texts go in pieces that overlap",
        min = "1",
        max = "10000")
    int unitsAtOnce() default 2000;

    @AttributeDefinition(
        description =
            "Frames (86 a second) that are made at once: more take more memory; the sound doesn't"
                + " depend on it",
        min = "1",
        max = "100000")
    int pieceFrames() default 96;

    @AttributeDefinition(
        description = "Longest sound that is made, in seconds; requests for more are refused",
        min = "1",
        max = "40000")
    int maxSeconds() default 14_400;
  }

  private final TensorEngine engine;
  private final NoiseSource noise;
  private final UvitsVocoder.Options options;
  private final ModelServices<UvitsVocoder> services;

  /** For the framework. */
  @Activate
  public UvitsVocoders(BundleContext context, @Reference TensorEngine engine, Config config) {
    this(
        context,
        engine,
        new SeededNoise(config.seed()),
        new UvitsVocoder.Options(
            (float) config.noiseScale(),
            (float) config.durationNoiseScale(),
            (float) config.lengthScale(),
            config.unitsAtOnce(),
            config.pieceFrames(),
            config.maxSeconds()));
  }

  UvitsVocoders(
      BundleContext context, TensorEngine engine, NoiseSource noise, UvitsVocoder.Options options) {
    this.engine = engine;
    this.noise = noise;
    this.options = options;
    services = new ModelServices<>(context, Vocoder.class, "vocoder", "uvits", this::load);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      target = "(&(emova.architecture=uvits)(emova.role=vocoder))")
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

  private UvitsVocoder load(ModelArchive archive, ModelManifest.Component component)
      throws SpeechException {
    String codebook = component.requireCodebook();
    String space = component.requireStyleSpace();
    UvitsSettings settings = UvitsSettings.read(archive.file(component.requireFile("config")));
    if (component.sampleRate() != settings.sampleRate()) {
      throw new ModelUnavailableException(
          "its manifest says %d Hz, its vocoder makes %d Hz"
              .formatted(component.sampleRate(), settings.sampleRate()));
    }
    Path weights = archive.file(component.requireFile("weights"));
    UvitsNetwork network = new UvitsNetwork(engine.open(weights), engine.ops(), settings);
    UvitsVocoder vocoder;
    try {
      Codebook book = new Codebook(codebook, network.units(), UNIT);
      vocoder = new UvitsVocoder(network, book, space, noise, options);
    } catch (RuntimeException | Error e) {
      network.close();
      throw e;
    }
    return ModelServices.tried(
        engine,
        vocoder,
        v ->
            v.vocode(
                UnitSequence.ofTimed(v.codebook(), new int[] {0}, new int[] {1}),
                StyleVector.of(space, new float[settings.style()])));
  }
}
