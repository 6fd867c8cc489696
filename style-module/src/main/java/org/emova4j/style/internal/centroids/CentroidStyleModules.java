package org.emova4j.style.internal.centroids;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleModule;
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

/** One {@link StyleModule} for each model archive that holds {@code centroids}. */
@Component(
    immediate = true,
    service = {})
@Capability(
    namespace = "osgi.service",
    attribute = "objectClass:List<String>=\"org.emova4j.api.style.StyleModule\"")
public final class CentroidStyleModules {
  private static final Pattern SPACE = Pattern.compile("emova-([1-9][0-9]{0,4})");

  private final TensorEngine engine;
  private final ModelServices<CentroidStyleModule> services;

  /** For the framework. */
  @Activate
  public CentroidStyleModules(BundleContext context, @Reference TensorEngine engine) {
    this.engine = engine;
    services = new ModelServices<>(context, StyleModule.class, "style", "centroids", this::load);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      target = "(&(emova.architecture=centroids)(emova.role=style))")
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

  private CentroidStyleModule load(ModelArchive archive, ModelManifest.Component component)
      throws SpeechException {
    String space = component.styleSpace().orElse("(none)");
    Matcher matcher = SPACE.matcher(space);
    if (!matcher.matches()) {
      throw new ModelUnavailableException(
          "its style module is for style space %s, one of centroids is for emova-N"
              .formatted(space));
    }
    int size = Integer.parseInt(matcher.group(1));
    CentroidTable table =
        CentroidTable.read(archive.file(component.requireFile("centroids")), size);
    Optional<Path> weights =
        Optional.ofNullable(component.files().get("weights")).map(archive::file);
    Optional<ReferenceEncoder> encoder =
        weights.isEmpty()
            ? Optional.empty()
            : Optional.of(encoder(weights.get(), component.sampleRate(), size));
    CentroidStyleModule module =
        new CentroidStyleModule(space, table, encoder, component.sampleRate());
    module.encode(Style.DEFAULT.withIntensity(0.5));
    return module;
  }

  private ReferenceEncoder encoder(Path weights, int sampleRate, int size)
      throws ModelUnavailableException {
    StyleEncoderNetwork network =
        new StyleEncoderNetwork(engine.open(weights), engine.ops(), sampleRate);
    if (network.size() != size) {
      network.close();
      throw new ModelUnavailableException(
          "%s: its style encoder has %d values, its styles have %d"
              .formatted(weights, network.size(), size));
    }
    return new Hearing(network);
  }

  private record Hearing(StyleEncoderNetwork network) implements ReferenceEncoder {
    @Override
    public int sampleRate() {
      return network.sampleRate();
    }

    @Override
    public float[] encode(Audio recording) throws SpeechException {
      return network.encode(recording);
    }

    @Override
    public void close() {
      network.close();
    }
  }
}
