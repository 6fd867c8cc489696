package org.emova4j.eval;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Something to look at. Arrays are not copied; nobody changes them. */
public sealed interface Plot {
  /** What it shows. */
  String title();

  /** What to know when looking at it; may be empty. */
  String caption();

  /**
   * Values of categories.
   *
   * @param x what categories are
   * @param y what values are
   * @param categories from left to right
   * @param series values of each category, by name
   */
  record Bars(
      String title,
      String caption,
      String x,
      String y,
      List<String> categories,
      Map<String, double[]> series)
      implements Plot {
    public Bars {
      categories = List.copyOf(categories);
      series = new LinkedHashMap<>(series);
    }
  }

  /**
   * A table of shares, 0 to 1, as brightness.
   *
   * @param x what columns are
   * @param y what rows are
   * @param columns from left to right
   * @param rows from top to bottom
   * @param values of shape [rows, columns]
   * @param counted whether cells are few enough to have their values written in
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Heat(
      String title,
      String caption,
      String x,
      String y,
      List<String> columns,
      List<String> rows,
      double[][] values,
      boolean counted)
      implements Plot {
    public Heat {
      columns = List.copyOf(columns);
      rows = List.copyOf(rows);
    }
  }

  /**
   * Curves; NaN interrupts one.
   *
   * @param step between two values on the x axis
   * @param series values by name
   */
  record Curves(
      String title, String caption, String x, String y, double step, Map<String, double[]> series)
      implements Plot {
    public Curves {
      series = new LinkedHashMap<>(series);
    }
  }

  /**
   * A picture.
   *
   * @param png the file's content
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Picture(String title, String caption, byte[] png) implements Plot {}
}
