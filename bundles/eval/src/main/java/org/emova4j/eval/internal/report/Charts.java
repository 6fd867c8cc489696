package org.emova4j.eval.internal.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.emova4j.batch.report.ChartStyle;
import org.emova4j.eval.Plot;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plots as charts. */
public final class Charts {
  private static final Logger log = LoggerFactory.getLogger(Charts.class);

  private static final int WIDTH = 560;
  private static final int HEIGHT = 300;
  private static final int MAX_LABELS = 24;
  private static final int CELL = 34;

  /** Cells that dark numbers are written on, whatever the ground is. */
  private static final Color[] WRITTEN_ON = {
    new Color(0xe4, 0xe7, 0xee), new Color(0x5b, 0x9b, 0xe0)
  };

  private static final Color FAINT = new Color(0x80, 0x80, 0x88, 24);

  /** Eight colours that most people can tell apart (M. Okabe and K. Ito, 2008). */
  private static final Color[] COLOURS = {
    new Color(0x80, 0x80, 0x88), new Color(0xe6, 0x9f, 0x00), new Color(0x56, 0xb4, 0xe9),
    new Color(0x00, 0x9e, 0x73), new Color(0xcc, 0x79, 0xa7), new Color(0x2f, 0x7d, 0xd1),
    new Color(0xd5, 0x5e, 0x00), new Color(0xb8, 0xa9, 0x00)
  };

  private Charts() {}

  /** An SVG file; empty for pictures, and where this Java can't draw text. */
  public static Optional<String> svg(Plot plot) {
    try {
      Optional<Chart<?, ?>> chart = chart(plot);
      return chart.map(ChartStyle::svg);
    } catch (RuntimeException | LinkageError | InternalError e) {
      // A Java without fonts, as in small containers: the figures are in the tables.
      log.warn("there is no chart \"{}\": {}", plot.title(), e.toString());
      return Optional.empty();
    }
  }

  /** As a chart; empty if it is a picture already. */
  public static Optional<Chart<?, ?>> chart(Plot plot) {
    if (plot instanceof Plot.Bars bars) {
      return Optional.of(bars(bars));
    }
    if (plot instanceof Plot.Heat heat) {
      return Optional.of(heat(heat));
    }
    return plot instanceof Plot.Curves curves ? Optional.of(curves(curves)) : Optional.empty();
  }

  private static CategoryChart bars(Plot.Bars bars) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(bars.title())
            .xAxisTitle(bars.x())
            .yAxisTitle(bars.y())
            .build();
    ChartStyle.apply(chart.getStyler());
    chart.getStyler().setAvailableSpaceFill(0.9);
    chart.getStyler().setLegendVisible(bars.series().size() > 1);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
    chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
    if (bars.categories().size() > 8) {
      chart.getStyler().setXAxisLabelRotation(60);
    } else if (String.join("", bars.categories()).length() > WIDTH / 8) {
      chart.getStyler().setXAxisLabelRotation(20);
    }
    if (bars.categories().size() > MAX_LABELS) {
      chart.getStyler().setXAxisMaxLabelCount(MAX_LABELS / 2);
    }
    int colour = bars.series().size() > 1 ? 1 : 5;
    for (Map.Entry<String, double[]> series : bars.series().entrySet()) {
      chart
          .addSeries(series.getKey(), bars.categories(), boxed(series.getValue()))
          .setFillColor(COLOURS[colour++ % COLOURS.length]);
    }
    return chart;
  }

  private static HeatMapChart heat(Plot.Heat heat) {
    int columns = heat.columns().size();
    int rows = heat.rows().size();
    boolean small = heat.counted();
    HeatMapChart chart =
        new HeatMapChartBuilder()
            .width(small ? 190 + Math.max(9, columns) * CELL : 920)
            .height(small ? 130 + Math.max(6, rows) * CELL : 130 + Math.max(18, rows) * 13)
            .title(heat.title())
            .xAxisTitle(heat.x())
            .yAxisTitle(heat.y())
            .build();
    ChartStyle.apply(chart.getStyler());
    chart.getStyler().setMin(0).setMax(1);
    chart.getStyler().setRangeColors(small ? WRITTEN_ON : new Color[] {FAINT, ChartStyle.ACCENT});
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setPlotContentSize(1);
    chart.getStyler().setShowValue(small);
    chart.getStyler().setHeatMapValueDecimalPattern("0.00");
    chart.getStyler().setValueFont(new Font("SansSerif", Font.PLAIN, 10));
    chart.getStyler().setValueFontColor(new Color(0x20, 0x20, 0x24));
    chart.getStyler().setXAxisLabelRotation(small ? 45 : 90);
    if (columns > MAX_LABELS && !small) {
      chart.getStyler().setXAxisMaxLabelCount(MAX_LABELS * 2);
    }
    // XChart's y axis goes upwards; tables are read downwards.
    List<String> upwards = new ArrayList<>(heat.rows());
    java.util.Collections.reverse(upwards);
    int[] xs = java.util.stream.IntStream.range(0, columns).toArray();
    int[] ys = java.util.stream.IntStream.range(0, rows).toArray();
    List<Number[]> cells = new ArrayList<>();
    for (int x : xs) {
      for (int y : ys) {
        cells.add(new Number[] {x, y, heat.values()[rows - 1 - y][x]});
      }
    }
    chart.addSeries("share", unique(heat.columns()), unique(upwards), cells);
    return chart;
  }

  /** XChart takes labels for values, so that none may occur twice. */
  private static List<String> unique(List<String> labels) {
    List<String> unique = new ArrayList<>();
    for (String label : labels) {
      String name = label;
      while (unique.contains(name)) {
        name += " ";
      }
      unique.add(name);
    }
    return unique;
  }

  private static XYChart curves(Plot.Curves curves) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(curves.title())
            .xAxisTitle(curves.x())
            .yAxisTitle(curves.y())
            .build();
    ChartStyle.apply(chart.getStyler());
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setXAxisTickMarkSpacingHint(70);
    chart.getStyler().setXAxisDecimalPattern("0.0");
    chart.getStyler().setLocale(Locale.ROOT);
    int colour = 0;
    for (Map.Entry<String, double[]> series : curves.series().entrySet()) {
      double[] times = new double[series.getValue().length];
      for (int t = 0; t < times.length; t++) {
        times[t] = t * curves.step();
      }
      chart
          .addSeries(series.getKey(), times, series.getValue())
          .setMarker(SeriesMarkers.NONE)
          .setLineColor(COLOURS[colour++ % COLOURS.length])
          .setLineStyle(new BasicStroke(1.6f));
    }
    return chart;
  }

  private static List<Double> boxed(double[] values) {
    return java.util.Arrays.stream(values).boxed().toList();
  }
}
