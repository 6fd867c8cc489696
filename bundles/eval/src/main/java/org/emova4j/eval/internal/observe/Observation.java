package org.emova4j.eval.internal.observe;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.emova4j.eval.metric.Segment;

/**
 * What was measured of one recording: what all figures are drawn from.
 *
 * @param numbers by name
 * @param units by name: a unit for each frame
 * @param vectors by name
 * @param texts by name
 * @param phones that a tokenizer's own head heard; empty if it has none
 */
public record Observation(
    Map<String, Double> numbers,
    Map<String, int[]> units,
    Map<String, double[]> vectors,
    Map<String, String> texts,
    List<Segment> phones) {

  public Observation {
    numbers = new TreeMap<>(numbers);
    units = new TreeMap<>(units);
    vectors = new TreeMap<>(vectors);
    texts = new TreeMap<>(texts);
    phones = List.copyOf(phones);
  }

  /** NaN if it wasn't measured. */
  @JsonIgnore
  public double number(String name) {
    return numbers.getOrDefault(name, Double.NaN);
  }

  @JsonIgnore
  public Optional<String> text(String name) {
    return Optional.ofNullable(texts.get(name));
  }

  /** Collects one. Confined to one thread. */
  public static final class Builder {
    private final Map<String, Double> numbers = new TreeMap<>();
    private final Map<String, int[]> units = new TreeMap<>();
    private final Map<String, double[]> vectors = new TreeMap<>();
    private final Map<String, String> texts = new TreeMap<>();
    private List<Segment> phones = List.of();

    public Builder number(String name, double value) {
      numbers.put(name, value);
      return this;
    }

    public Builder units(String name, int[] ids) {
      units.put(name, ids);
      return this;
    }

    public Builder vector(String name, double[] values) {
      vectors.put(name, values);
      return this;
    }

    public Builder text(String name, String text) {
      texts.put(name, text);
      return this;
    }

    public Builder phones(List<Segment> segments) {
      phones = segments;
      return this;
    }

    public Observation build() {
      return new Observation(numbers, units, vectors, texts, phones);
    }
  }
}
