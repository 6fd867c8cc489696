package org.emova4j.eval.metric;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A row of features for each item; zeros cost no memory. Immutable. */
public final class FeatureRows {
  private final int columns;
  private final int[][] indices; // of what isn't zero, rising
  private final double[][] values;

  private FeatureRows(int columns, int[][] indices, double[][] values) {
    this.columns = columns;
    this.indices = indices;
    this.values = values;
  }

  /**
   * @param rows of shape [items, features], finite; copied
   * @throws IllegalArgumentException if rows differ in length or a value isn't finite
   */
  public static FeatureRows dense(List<double[]> rows) {
    int columns = rows.isEmpty() ? 0 : rows.get(0).length;
    int[][] indices = new int[rows.size()][];
    double[][] values = new double[rows.size()][];
    for (int r = 0; r < rows.size(); r++) {
      double[] row = rows.get(r);
      if (row.length != columns) {
        throw new IllegalArgumentException(
            "row %d has %d features, row 0 has %d".formatted(r, row.length, columns));
      }
      for (int c = 0; c < columns; c++) {
        if (!Double.isFinite(row[c])) {
          throw new IllegalArgumentException("feature %d of row %d is %s".formatted(c, r, row[c]));
        }
      }
      indices[r] = IntStream.range(0, columns).filter(c -> row[c] != 0).toArray();
      values[r] = Arrays.stream(indices[r]).mapToDouble(c -> row[c]).toArray();
    }
    return new FeatureRows(columns, indices, values);
  }

  /**
   * How often each unit occurs in each recording, as parts of 1.
   *
   * @param codebookSize units go from 0 to this, exclusive
   * @param recordings units of each; one without units has zeros
   * @throws IllegalArgumentException if a unit isn't of the codebook
   */
  public static FeatureRows histograms(int codebookSize, List<int[]> recordings) {
    int[][] indices = new int[recordings.size()][];
    double[][] values = new double[recordings.size()][];
    for (int r = 0; r < indices.length; r++) {
      int[] units = recordings.get(r);
      int[] counts = new int[codebookSize];
      for (int unit : units) {
        counts[UnitStatistics.checked(unit, codebookSize)]++;
      }
      indices[r] = Arrays.stream(units).sorted().distinct().toArray();
      values[r] =
          Arrays.stream(indices[r]).mapToDouble(u -> (double) counts[u] / units.length).toArray();
    }
    return new FeatureRows(codebookSize, indices, values);
  }

  /** How many rows there are. */
  public int rows() {
    return indices.length;
  }

  /** How many features a row has. */
  public int columns() {
    return columns;
  }

  /** Some of the rows, in the order given. */
  FeatureRows select(int[] rows) {
    return new FeatureRows(
        columns,
        Arrays.stream(rows).mapToObj(r -> indices[r]).toArray(int[][]::new),
        Arrays.stream(rows).mapToObj(r -> values[r]).toArray(double[][]::new));
  }

  /** Each column multiplied with a factor that isn't 0. */
  FeatureRows scaled(double[] factors) {
    double[][] scaled = new double[rows()][];
    for (int r = 0; r < scaled.length; r++) {
      scaled[r] = values[r].clone();
      for (int i = 0; i < scaled[r].length; i++) {
        scaled[r][i] *= factors[indices[r][i]];
      }
    }
    return new FeatureRows(columns, indices, scaled);
  }

  /** Of each column. */
  double[] means() {
    double[] means = new double[columns];
    for (int r = 0; r < rows(); r++) {
      addTo(means, r, 1.0 / rows());
    }
    return means;
  }

  /** Of each column: root of the mean squared difference from its mean. */
  double[] deviations() {
    double[] means = means();
    double[] squares = new double[columns];
    int[] zeros = new int[columns];
    Arrays.fill(zeros, rows());
    for (int r = 0; r < rows(); r++) {
      for (int i = 0; i < indices[r].length; i++) {
        int column = indices[r][i];
        double difference = values[r][i] - means[column];
        squares[column] += difference * difference;
        zeros[column]--;
      }
    }
    double[] deviations = new double[columns];
    for (int c = 0; c < columns; c++) {
      deviations[c] = Math.sqrt((squares[c] + zeros[c] * means[c] * means[c]) / rows());
    }
    return deviations;
  }

  /** The product of a row and a vector that begins at an offset. */
  double dot(int row, double[] vector, int offset) {
    double sum = 0;
    for (int i = 0; i < indices[row].length; i++) {
      sum += values[row][i] * vector[offset + indices[row][i]];
    }
    return sum;
  }

  /** Adds so much of a row to a vector. */
  void addTo(double[] vector, int row, double factor) {
    addTo(vector, 0, row, factor);
  }

  /** Adds so much of a row to a vector that begins at an offset. */
  void addTo(double[] vector, int offset, int row, double factor) {
    for (int i = 0; i < indices[row].length; i++) {
      vector[offset + indices[row][i]] += factor * values[row][i];
    }
  }

  /** An order of rows by their content. */
  int compare(int first, int second) {
    int order = Arrays.compare(indices[first], indices[second]);
    return order != 0 ? order : Arrays.compare(values[first], values[second]);
  }
}
