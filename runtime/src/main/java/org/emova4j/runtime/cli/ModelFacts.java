package org.emova4j.runtime.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.emova4j.api.model.ModelManifest;

/** A model's manifest, for JSON. */
final class ModelFacts {
  private ModelFacts() {}

  static Map<String, Object> of(ModelManifest manifest) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("id", manifest.id());
    facts.put("version", manifest.version());
    facts.put("description", manifest.description());
    facts.put("licence", manifest.licence());
    facts.put("languages", manifest.languages());
    List<Map<String, Object>> components = new ArrayList<>();
    for (ModelManifest.Component part : manifest.components()) {
      Map<String, Object> component = new LinkedHashMap<>();
      component.put("role", part.role());
      component.put("architecture", part.architecture());
      part.codebook().ifPresent(c -> component.put("codebook", c));
      part.styleSpace().ifPresent(s -> component.put("styleSpace", s));
      component.put("sampleRate", part.sampleRate());
      component.put("files", new TreeMap<>(part.files()));
      if (!part.settings().equals("{}")) {
        component.put("settings", part.settings());
      }
      components.add(component);
    }
    facts.put("components", components);
    facts.put(
        "dataSources",
        manifest.dataSources().stream()
            .map(d -> Map.of("name", d.name(), "licence", d.licence()))
            .toList());
    facts.put("quality", new TreeMap<>(manifest.quality()));
    facts.put(
        "files",
        manifest.files().stream()
            .map(f -> Map.of("name", f.name(), "size", f.size(), "sha256", f.sha256()))
            .toList());
    return facts;
  }
}
