package org.emova4j.batch.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;

/** How reports look: charts and pages that can be read on light and on dark ground. */
public final class ChartStyle {
  /** What stands out. */
  public static final Color ACCENT = new Color(0x2f, 0x7d, 0xd1);

  /** What it is compared with. */
  public static final Color QUIET = new Color(0x8a, 0x94, 0xa6);

  private static final Color NOTHING = new Color(0, 0, 0, 0);
  private static final Color TEXT = new Color(0x80, 0x80, 0x88);
  private static final Color LINES = new Color(0x80, 0x80, 0x88, 70);
  private static final String SANS = "SansSerif";

  private ChartStyle() {}

  /** Gives a chart's axes, grid and fonts this look. */
  public static void apply(AxesChartStyler styler) {
    styler.setChartBackgroundColor(NOTHING);
    styler.setPlotBackgroundColor(NOTHING);
    styler.setPlotBorderVisible(false);
    styler.setLegendBackgroundColor(NOTHING);
    styler.setLegendBorderColor(NOTHING);
    styler.setChartFontColor(TEXT);
    styler.setAxisTickLabelsColor(TEXT);
    styler.setXAxisTitleColor(TEXT);
    styler.setYAxisTitleColor(TEXT);
    styler.setAxisTickMarksColor(LINES);
    styler.setPlotGridLinesColor(LINES);
    styler.setPlotGridLinesStroke(new BasicStroke(0.6f));
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setChartTitleFont(new Font(SANS, Font.BOLD, 14));
    styler.setAxisTitleFont(new Font(SANS, Font.PLAIN, 11));
    styler.setAxisTickLabelsFont(new Font(SANS, Font.PLAIN, 11));
    styler.setLegendFont(new Font(SANS, Font.PLAIN, 11));
  }

  /** The chart as an SVG file's text. */
  public static String svg(Chart<?, ?> chart) {
    try {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      VectorGraphicsEncoder.saveVectorGraphic(chart, file, VectorGraphicsFormat.SVG);
      return file.toString(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // to memory
    }
  }

  /** The style sheet of a page. */
  public static String css() {
    try (InputStream css = ChartStyle.class.getResourceAsStream("report.css")) {
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("report.css", e);
    }
  }
}
