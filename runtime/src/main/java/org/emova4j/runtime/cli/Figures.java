package org.emova4j.runtime.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Repeated measurements of one thing. */
final class Figures {
  private final double[] values; // ascending

  Figures(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("values is empty");
    }
    this.values = values.clone();
    Arrays.sort(this.values);
  }

  static Figures of(List<Double> values) {
    return new Figures(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** Each value divided by a number. */
  Figures dividedBy(double divisor) {
    return new Figures(Arrays.stream(values).map(v -> v / divisor).toArray());
  }

  int runs() {
    return values.length;
  }

  double median() {
    int n = values.length;
    return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
  }

  double min() {
    return values[0];
  }

  double max() {
    return values[values.length - 1];
  }

  /** Median and range: {@code 0.0213 (0.0210..0.0300)}. */
  String show(int decimals) {
    String number = "%." + decimals + "f";
    return (number + " (" + number + ".." + number + ")").formatted(median(), min(), max());
  }

  Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("median", rounded(median()));
    facts.put("min", rounded(min()));
    facts.put("max", rounded(max()));
    facts.put("runs", values.length);
    return facts;
  }

  private static double rounded(double value) {
    return Double.parseDouble(String.format(Locale.ROOT, "%.5g", value));
  }
}
