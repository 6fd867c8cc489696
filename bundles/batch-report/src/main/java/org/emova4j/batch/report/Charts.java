package org.emova4j.batch.report;

import java.awt.Color;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.emova4j.batch.ItemException;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Charts of a report, as SVG; readable on light and on dark ground. */
final class Charts {
  private static final Logger log = LoggerFactory.getLogger(Charts.class);

  private static final int WIDTH = 440;
  private static final int HEIGHT = 250;
  private static final int MAX_BINS = 10; // all of them get their label

  private Charts() {}

  /** What there is data for, by title; none where this Java can't draw text. */
  static Map<String, String> of(BatchReport report) {
    Map<String, String> charts = new LinkedHashMap<>();
    List<ReportRow> done = report.rows(ReportRow.State.OK);
    try {
      add(charts, lengths(done));
      add(charts, loudness(done));
      add(charts, speed(done));
      add(charts, stages(done));
    } catch (RuntimeException | LinkageError | InternalError e) {
      // A Java without fonts, as in small containers: the figures are in the tables.
      log.warn("the report has no charts: {}", e.toString());
      return Map.of();
    }
    return charts;
  }

  private static void add(Map<String, String> charts, CategoryChart chart) {
    if (chart != null) {
      charts.put(chart.getTitle(), ChartStyle.svg(chart));
    }
  }

  private static CategoryChart lengths(List<ReportRow> rows) {
    double[] seconds = rows.stream().mapToDouble(ReportRow::inputSeconds).toArray();
    return histogram("Length of the recordings", "seconds", Map.of("recordings", seconds));
  }

  private static CategoryChart loudness(List<ReportRow> rows) {
    Map<String, double[]> series = new LinkedHashMap<>();
    for (String side : List.of("input", "output")) {
      double[] values =
          rows.stream()
              .filter(row -> row.lufs().containsKey(side))
              .mapToDouble(row -> row.lufs().get(side))
              .toArray();
      if (values.length > 0) {
        series.put(side, values);
      }
    }
    return histogram("Loudness (EBU R128)", "LUFS", series);
  }

  private static CategoryChart speed(List<ReportRow> rows) {
    double[] times =
        rows.stream()
            .filter(row -> row.elapsedSeconds() > 0 && row.inputSeconds() > 0)
            .mapToDouble(row -> row.inputSeconds() / row.elapsedSeconds())
            .toArray();
    return histogram("Speed of an item", "times real time", Map.of("items", times));
  }

  private static CategoryChart stages(List<ReportRow> rows) {
    Map<ItemException.Stage, Double> sums = new EnumMap<>(ItemException.Stage.class);
    rows.forEach(row -> row.stageSeconds().forEach((s, t) -> sums.merge(s, t, Double::sum)));
    if (sums.isEmpty()) {
      return null;
    }
    CategoryChart chart = chart("Where the time went", "stage", "seconds");
    chart.getStyler().setLegendVisible(false);
    chart
        .addSeries(
            "seconds",
            sums.keySet().stream().map(stage -> stage.name().toLowerCase(Locale.ROOT)).toList(),
            List.copyOf(sums.values()))
        .setFillColor(ChartStyle.ACCENT);
    return chart;
  }

  /** Null where there is nothing to show. */
  private static CategoryChart histogram(String title, String unit, Map<String, double[]> series) {
    double[] all =
        series.values().stream().flatMapToDouble(java.util.Arrays::stream).sorted().toArray();
    if (all.length == 0) {
      return null;
    }
    Bins bins = Bins.over(all, MAX_BINS);
    CategoryChart chart = chart(title, unit, "files");
    chart.getStyler().setyAxisTickLabelsFormattingFunction(Charts::whole);
    chart.getStyler().setLegendVisible(series.size() > 1);
    for (Map.Entry<String, double[]> each : series.entrySet()) {
      Color colour = each.getKey().equals("input") ? ChartStyle.QUIET : ChartStyle.ACCENT;
      chart
          .addSeries(each.getKey(), bins.labels(), bins.counts(each.getValue()))
          .setFillColor(colour);
    }
    return chart;
  }

  /** There are no halves of files. */
  private static String whole(double count) {
    return count == Math.rint(count) ? "%d".formatted((long) count) : "";
  }

  private static CategoryChart chart(String title, String x, String y) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    ChartStyle.apply(chart.getStyler());
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNE);
    chart.getStyler().setAvailableSpaceFill(0.92);
    return chart;
  }

  /** Equal steps of a round width over a range. */
  record Bins(double from, double width, int count) {
    /**
     * @param sorted ascending, at least one value
     */
    static Bins over(double[] sorted, int most) {
      double low = sorted[0];
      double high = sorted[sorted.length - 1];
      double raw = Math.max((high - low) / (most - 1), 1e-3);
      double power = Math.pow(10, Math.floor(Math.log10(raw)));
      double width = power * 10;
      for (double step : new double[] {1, 2, 5}) {
        if (step * power >= raw) {
          width = step * power;
          break;
        }
      }
      double from = Math.floor(low / width) * width;
      return new Bins(from, width, (int) Math.floor((high - from) / width) + 1);
    }

    List<String> labels() {
      List<String> labels = new ArrayList<>();
      int decimals = width >= 1 ? 0 : (int) Math.ceil(-Math.log10(width) - 1e-9);
      for (int i = 0; i < count; i++) {
        labels.add(String.format(Locale.ROOT, "%." + decimals + "f", from + i * width));
      }
      return labels;
    }

    List<Integer> counts(double[] values) {
      int[] counts = new int[count];
      for (double value : values) {
        counts[Math.min(count - 1, (int) Math.floor((value - from) / width))]++;
      }
      return java.util.Arrays.stream(counts).boxed().toList();
    }
  }
}
