package org.emova4j.models.internal.imports;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.emova4j.api.model.ModelManifest.Component;
import org.emova4j.api.speech.ModelUnavailableException;

/** A kind of network that can be imported. */
interface Architecture {
  String WEIGHTS = "weights.safetensors";
  String CONFIG = "config.json";

  /** What archives call it, e.g. {@code uvits}. */
  String id();

  /** The id that its model gets where the user gives none. */
  String modelId();

  /** One sentence. */
  String description();

  /** A tensor that no other architecture has; what stands before it is the release's prefix. */
  String anchor();

  /** Whether this is the configuration of such a network. */
  boolean isConfiguration(JsonNode node);

  Layout layout(Settings config) throws ModelUnavailableException;

  /** What the archive says that it holds. */
  List<Component> components(Contents contents) throws ModelUnavailableException;

  /** What was found. */
  interface Contents {
    Settings config();

    boolean has(String tensor);

    long[] shape(String tensor);

    Optional<Centroids> centroids();
  }
}
