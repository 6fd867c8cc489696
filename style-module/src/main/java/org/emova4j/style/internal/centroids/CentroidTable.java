package org.emova4j.style.internal.centroids;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.style.StyleCatalogue;
import org.emova4j.engine.Safetensors;

/** The mean style of each condition. Immutable. */
final class CentroidTable {
  static final String NEUTRAL = "neutral";
  static final String NORMAL = "normal";

  private static final int MOST_CONDITIONS = 10_000;

  /** The order in which known labels are shown; others follow by the alphabet. */
  private static final List<String> ORDER =
      List.of(
          "female",
          "male",
          NEUTRAL,
          "happy",
          "sad",
          "angry",
          "fearful",
          "disgusted",
          "surprised",
          "slow",
          "low",
          NORMAL,
          "high",
          "fast");

  private final Map<Condition, float[]> centroids;
  private final StyleCatalogue catalogue;
  private final int size;

  private CentroidTable(Map<Condition, float[]> centroids, int size) {
    this.centroids = centroids;
    this.size = size;
    catalogue =
        new StyleCatalogue(
            labels(Condition::gender),
            labels(Condition::emotion),
            labels(Condition::pitch),
            labels(Condition::speed),
            false,
            true);
  }

  /**
   * @param size of each vector
   * @throws ModelUnavailableException if the file is malformed, a combination of its labels is
   *     missing, or a vector is of another size or not finite; names the file and the condition
   */
  static CentroidTable read(Path file, int size) throws ModelUnavailableException {
    try (Safetensors tensors = Safetensors.open(file)) {
      if (tensors.names().isEmpty() || tensors.names().size() > MOST_CONDITIONS) {
        throw new ModelUnavailableException(
            "%s has %d styles, must have 1 to %d"
                .formatted(file, tensors.names().size(), MOST_CONDITIONS));
      }
      Map<Condition, float[]> centroids = new LinkedHashMap<>();
      for (String name : tensors.names()) {
        Condition condition =
            Condition.parse(name)
                .orElseThrow(
                    () ->
                        new ModelUnavailableException(
                            "%s: \"%s\" is no condition".formatted(file, name)));
        float[] vector = tensors.read(name);
        if (vector.length != size) {
          throw new ModelUnavailableException(
              "%s: %s has %d values, its style space has %d"
                  .formatted(file, name, vector.length, size));
        }
        for (float value : vector) {
          if (!Float.isFinite(value)) {
            throw new ModelUnavailableException("%s: %s holds %s".formatted(file, name, value));
          }
        }
        centroids.put(condition, vector);
      }
      CentroidTable table = new CentroidTable(centroids, size);
      table.requireComplete(file);
      return table;
    }
  }

  private List<String> labels(Function<Condition, String> part) {
    TreeSet<String> labels = new TreeSet<>();
    centroids.keySet().forEach(c -> labels.add(part.apply(c)));
    List<String> ordered = new ArrayList<>(ORDER);
    ordered.retainAll(labels);
    labels.stream().filter(l -> !ORDER.contains(l)).forEach(ordered::add);
    return ordered;
  }

  private void requireComplete(Path file) throws ModelUnavailableException {
    for (String gender : catalogue.speakers()) {
      for (String emotion : with(NEUTRAL, catalogue.emotions())) {
        for (String speed : with(NORMAL, catalogue.speeds())) {
          for (String pitch : with(NORMAL, catalogue.pitches())) {
            Condition condition = new Condition(gender, emotion, speed, pitch);
            if (!centroids.containsKey(condition)) {
              throw new ModelUnavailableException("%s: %s is missing".formatted(file, condition));
            }
          }
        }
      }
    }
  }

  private static Set<String> with(String label, List<String> labels) {
    Set<String> all = new TreeSet<>(labels);
    all.add(label);
    return all;
  }

  StyleCatalogue catalogue() {
    return catalogue;
  }

  int size() {
    return size;
  }

  /**
   * The vector of a condition that is there.
   *
   * @return not to be changed
   */
  float[] get(Condition condition) {
    return centroids.get(condition);
  }

  /** The condition whose vector has the smallest angle to this one. */
  Condition nearest(float[] vector) {
    Condition nearest = null;
    double best = Double.NEGATIVE_INFINITY;
    for (Map.Entry<Condition, float[]> entry : centroids.entrySet()) {
      double cosine =
          product(vector, entry.getValue())
              / Math.sqrt(Math.max(1e-24, product(entry.getValue(), entry.getValue())));
      if (cosine > best || nearest == null) {
        best = cosine;
        nearest = entry.getKey();
      }
    }
    return nearest;
  }

  private static double product(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
