package org.emova4j.eval.internal.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.emova4j.eval.Comparison;
import org.emova4j.eval.EvalReport;
import org.emova4j.eval.Figure;

/** Figures as a terminal shows them: a row a figure, a column a subject. */
public final class TextTable {
  private TextTable() {}

  /** All figures; and differences where there are. */
  public static String of(EvalReport report) {
    Map<String, Map<String, Figure>> rows = new LinkedHashMap<>();
    for (Figure figure : report.figures()) {
      rows.computeIfAbsent(figure.section() + "\n" + figure.label(), r -> new LinkedHashMap<>())
          .put(figure.subject(), figure);
    }
    Map<String, Comparison> differences = new LinkedHashMap<>();
    for (Comparison c : report.comparisons()) {
      differences.put(c.section() + "\n" + c.label() + "\n" + c.second(), c);
    }
    List<List<String>> lines = new ArrayList<>();
    String section = "";
    List<String> subjects = List.of();
    for (Map.Entry<String, Map<String, Figure>> row : rows.entrySet()) {
      Figure any = row.getValue().values().iterator().next();
      if (!any.section().equals(section)) {
        section = any.section();
        subjects = subjects(report, section);
        lines.add(header(section, subjects));
      }
      List<String> cells = new ArrayList<>();
      cells.add(any.label());
      for (int s = 0; s < subjects.size(); s++) {
        Figure figure = row.getValue().get(subjects.get(s));
        cells.add(figure == null ? "-" : Numbers.value(figure));
        cells.add(figure == null ? "" : Numbers.interval(figure.low(), figure.high()));
        if (s > 0) {
          Comparison c = differences.get(row.getKey() + "\n" + subjects.get(s));
          cells.add(c == null ? "" : Numbers.value(c) + " " + c.verdict().id());
        }
      }
      lines.add(cells);
    }
    return aligned(lines);
  }

  private static List<String> subjects(EvalReport report, String section) {
    return report.figures().stream()
        .filter(figure -> figure.section().equals(section))
        .map(Figure::subject)
        .distinct()
        .toList();
  }

  private static List<String> header(String section, List<String> subjects) {
    List<String> header = new ArrayList<>();
    header.add(section.toUpperCase(java.util.Locale.ROOT));
    for (int s = 0; s < subjects.size(); s++) {
      header.add(subjects.get(s));
      header.add("95 % interval");
      if (s > 0) {
        header.add("difference");
      }
    }
    return header;
  }

  private static String aligned(List<List<String>> lines) {
    int columns = lines.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = new int[columns];
    for (List<String> line : lines) {
      for (int c = 0; c < line.size(); c++) {
        widths[c] = Math.max(widths[c], line.get(c).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder row = new StringBuilder();
      for (int c = 0; c < line.size(); c++) {
        row.append(line.get(c)).append(" ".repeat(widths[c] - line.get(c).length() + 2));
      }
      text.append(row.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
