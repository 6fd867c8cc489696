package org.emova4j.eval.internal.report;

import java.util.Locale;
import org.emova4j.eval.Comparison;
import org.emova4j.eval.Figure;

/** Numbers as people read them: three significant digits, unit behind. */
public final class Numbers {
  private Numbers() {}

  /** A dash for NaN. */
  public static String number(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    double size = Math.abs(value);
    int decimals = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + decimals + "f", value == 0 ? 0.0 : value);
  }

  /** With its unit. */
  public static String value(Figure figure) {
    return withUnit(number(figure.value()), figure.unit());
  }

  /** With its sign and unit. */
  public static String value(Comparison difference) {
    String sign = difference.value() > 0 ? "+" : "";
    return withUnit(sign + number(difference.value()), difference.unit());
  }

  private static String withUnit(String number, String unit) {
    return unit.isEmpty() || number.equals("-") ? number : number + " " + unit;
  }

  /** Both ends; a dash where there is none. */
  public static String interval(double low, double high) {
    return Double.isNaN(low) || Double.isNaN(high)
        ? "-"
        : "%s to %s".formatted(number(low), number(high));
  }
}
