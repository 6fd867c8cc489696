package org.emova4j.eval.internal.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import javax.imageio.ImageIO;
import org.emova4j.eval.EvalReport;
import org.emova4j.eval.Figure;
import org.emova4j.eval.Plot;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.internal.chartpart.Chart;

/** Tokenizers side by side, as one picture. */
final class Overview {
  private static final String EDITS = "unit_edit_distance_";
  private static final List<String> RATES = List.of("bit_rate", "reduced_bit_rate");
  private static final int COLUMNS = 2;

  private Overview() {}

  static byte[] png(EvalReport report) throws IOException {
    List<Plot> plots = new ArrayList<>();
    add(plots, report, "Units per second", "units", f -> f.name().endsWith("units_per_second"), "");
    add(plots, report, "Bits per second", "bit/s", f -> RATES.contains(f.name()), "");
    add(
        plots,
        report,
        "Units that change (unit edit distance)",
        "%",
        f -> f.name().startsWith(EDITS),
        "unit edit distance, ");
    add(
        plots,
        report,
        "Time",
        "seconds a second of speech",
        f -> f.name().startsWith("real_time_factor_tokenizer"),
        "");
    try {
      return drawn(plots);
    } catch (RuntimeException | LinkageError | InternalError e) {
      throw new IOException("this Java can't draw charts: " + e, e); // without fonts
    }
  }

  private static void add(
      List<Plot> plots,
      EvalReport report,
      String title,
      String y,
      Predicate<Figure> which,
      String prefix) {
    List<Figure> figures = report.figures().stream().filter(which).toList();
    List<String> labels = figures.stream().map(Figure::label).distinct().toList();
    if (figures.isEmpty()) {
      return;
    }
    Map<String, double[]> series = new LinkedHashMap<>();
    for (String subject : figures.stream().map(Figure::subject).distinct().toList()) {
      series.put(
          subject,
          labels.stream()
              .mapToDouble(
                  label ->
                      figures.stream()
                          .filter(f -> f.subject().equals(subject) && f.label().equals(label))
                          .mapToDouble(Figure::value)
                          .findFirst()
                          .orElse(0))
              .toArray());
    }
    List<String> categories =
        labels.stream()
            .map(label -> label.replace(prefix, "").replace(", seconds a second", ""))
            .toList();
    plots.add(new Plot.Bars(title, "", "", y, categories, series));
  }

  private static byte[] drawn(List<Plot> plots) throws IOException {
    List<BufferedImage> images = new ArrayList<>();
    for (Plot plot : plots) {
      Chart<?, ?> chart = Charts.chart(plot).orElseThrow();
      chart.getStyler().setChartBackgroundColor(Color.WHITE);
      images.add(BitmapEncoder.getBufferedImage(chart));
    }
    int width = images.stream().mapToInt(BufferedImage::getWidth).max().orElse(1);
    int height = images.stream().mapToInt(BufferedImage::getHeight).max().orElse(1);
    int rows = (images.size() + COLUMNS - 1) / COLUMNS;
    BufferedImage whole =
        new BufferedImage(COLUMNS * width, Math.max(1, rows) * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = whole.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, whole.getWidth(), whole.getHeight());
    for (int i = 0; i < images.size(); i++) {
      graphics.drawImage(images.get(i), i % COLUMNS * width, i / COLUMNS * height, null);
    }
    graphics.dispose();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(whole, "png", file);
    return file.toByteArray();
  }
}
