package org.emova4j.eval.internal.figure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import org.emova4j.eval.Plot;
import org.emova4j.eval.metric.ConfusionMatrix;
import org.emova4j.eval.metric.UnitPhoneTable;

/** Tables of shares. */
final class Heats {
  private static final int MOST_PHONES = 45;
  private static final int MOST_UNITS = 120;

  private Heats() {}

  /**
   * Shares of each row.
   *
   * @param order of the labels; others that occur come after them
   */
  static Plot confusion(String title, String caption, ConfusionMatrix matrix, List<String> order) {
    List<String> labels = new ArrayList<>(order);
    matrix.labels().stream().filter(label -> !labels.contains(label)).forEach(labels::add);
    double[][] shares = new double[labels.size()][labels.size()];
    for (int i = 0; i < labels.size(); i++) {
      int row = i;
      double sum = labels.stream().mapToInt(l -> matrix.count(labels.get(row), l)).sum();
      for (int j = 0; j < labels.size(); j++) {
        shares[i][j] = sum == 0 ? 0 : matrix.count(labels.get(i), labels.get(j)) / sum;
      }
    }
    return new Plot.Heat(
        title, caption, "taken for", "is", labels, labels, shares, labels.size() <= 12);
  }

  /** P(phone | unit): the more of a column is in one cell, the surer the unit tells a phone. */
  static Plot unitsAndPhones(UnitPhoneTable table) {
    List<String> phones = Phones.mostFrequent(table, MOST_PHONES);
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Column(int unit, long count, int phone, double[] shares) {}
    List<Column> columns = new ArrayList<>();
    for (int unit : table.units()) {
      long[] counts = phones.stream().mapToLong(phone -> table.count(unit, phone)).toArray();
      long sum = LongStream.of(counts).sum();
      if (sum == 0) {
        continue;
      }
      double[] shares = LongStream.of(counts).mapToDouble(c -> (double) c / sum).toArray();
      int best = 0;
      for (int p = 1; p < counts.length; p++) {
        best = counts[p] > counts[best] ? p : best;
      }
      columns.add(new Column(unit, sum, best, shares));
    }
    List<Column> shown =
        columns.stream()
            .sorted(Comparator.comparingLong((Column c) -> -c.count()).thenComparing(Column::unit))
            .limit(MOST_UNITS)
            .sorted(
                Comparator.comparingInt(Column::phone)
                    .thenComparing(c -> -c.shares()[c.phone()])
                    .thenComparing(Column::unit))
            .toList();
    double[][] values = new double[phones.size()][shown.size()];
    for (int c = 0; c < shown.size(); c++) {
      for (int p = 0; p < phones.size(); p++) {
        values[p][c] = shown.get(c).shares()[p];
      }
    }
    return new Plot.Heat(
        "Phones of units",
        "Share of each phone among the frames of a unit; the %d most frequent units of %d, by the"
                .formatted(shown.size(), columns.size())
            + " phone that they stand for most.",
        "units",
        "phones",
        shown.stream().map(column -> String.valueOf(column.unit())).toList(),
        phones,
        values,
        false);
  }
}
