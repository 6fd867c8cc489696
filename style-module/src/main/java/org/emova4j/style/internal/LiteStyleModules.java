package org.emova4j.style.internal;

import java.nio.file.Path;
import java.util.Optional;
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

/** One {@link StyleModule} for each model archive that holds a {@code lite} style module. */
@Component(
    immediate = true,
    service = {})
@Capability(
    namespace = "osgi.service",
    attribute = "objectClass:List<String>=\"org.emova4j.api.style.StyleModule\"")
public final class LiteStyleModules {
  private final TensorEngine engine;
  private final ModelServices<LiteStyleModule> services;

  /** For the framework. */
  @Activate
  public LiteStyleModules(BundleContext context, @Reference TensorEngine engine) {
    this.engine = engine;
    services = new ModelServices<>(context, StyleModule.class, "style", "lite", this::load);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      target = "(&(emova.architecture=lite)(emova.role=style))")
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

  private LiteStyleModule load(ModelArchive archive, ModelManifest.Component component)
      throws SpeechException {
    if (!component.styleSpace().equals(Optional.of(StyleSpace.ID))) {
      throw new ModelUnavailableException(
          "its style module is for style space %s, a lite one writes %s"
              .formatted(component.styleSpace().orElse("(none)"), StyleSpace.ID));
    }
    StyleTable table = StyleTableReader.read(archive.file(component.requireFile("catalogue")));
    Path weights = archive.file(component.requireFile("weights"));
    return ModelServices.tried(
        new LiteStyleModule(new SpeakerEncoder(engine.openShared(weights), engine.ops()), table),
        m -> m.encode(Buzz.audio(), Style.DEFAULT.withPitch(new Style.Amount(0))));
  }
}
