package org.emova4j.batch.report;

import static j2html.TagCreator.b;
import static j2html.TagCreator.body;
import static j2html.TagCreator.div;
import static j2html.TagCreator.document;
import static j2html.TagCreator.each;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.head;
import static j2html.TagCreator.html;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.img;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.p;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.section;
import static j2html.TagCreator.span;
import static j2html.TagCreator.style;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.text;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.title;
import static j2html.TagCreator.tr;

import j2html.tags.DomContent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The report for people: what failed first. All text goes through j2html, which escapes it. */
final class HtmlReport {
  /** Longer tables are no reading any more, and browsers get slow; the JSON has all. */
  private static final int MAX_ROWS = 2_000;

  private final BatchReport report;
  private final Pictures pictures;
  private final int samples;
  private final Path root;

  HtmlReport(BatchReport report, Pictures pictures, int samples) {
    this.report = report;
    this.pictures = pictures;
    this.samples = samples;
    root = commonFolder(report.rows());
  }

  String page() {
    return document(
        html(
                head(
                    meta().withCharset("utf-8"),
                    meta().withName("viewport").withContent("width=device-width, initial-scale=1"),
                    // Nothing is loaded, whatever a file's name says.
                    meta()
                        .attr("http-equiv", "Content-Security-Policy")
                        .withContent(
                            "default-src 'none'; img-src data:; style-src 'unsafe-inline'"),
                    title("Report of " + shown(report.facts().title())),
                    style().with(rawHtml(ChartStyle.css()))),
                body(heading(), figures(), failures(), warnings(), charts(), samples(), items()))
            .withLang("en"));
  }

  private DomContent heading() {
    String made =
        DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss z", Locale.ROOT)
            .withZone(ZoneId.systemDefault())
            .format(report.facts().made());
    return div(
        h1(shown(report.facts().title())),
        p("%s, %s".formatted(made, report.facts().program())).withClass("faint"),
        iff(root != null, p("Files are named below " + shown(String.valueOf(root)) + ".")));
  }

  private DomContent figures() {
    Totals totals = new Totals(report);
    int failed = totals.count(ReportRow.State.FAILED);
    int open = totals.count(ReportRow.State.OPEN);
    int existing = totals.count(ReportRow.State.EXISTING);
    List<DomContent> figures = new ArrayList<>();
    figures.add(figureOf(totals.count(ReportRow.State.OK), "done", "good"));
    figures.add(figureOf(failed, "failed", failed > 0 ? "bad" : ""));
    figures.add(
        figureOf(totals.withWarnings(), "with warnings", totals.withWarnings() > 0 ? "warn" : ""));
    if (open > 0) {
      figures.add(figureOf(open, "not done yet", "warn"));
    }
    if (existing > 0) {
      figures.add(figureOf(existing, "left alone", ""));
    }
    figures.add(figureOf(clock(totals.inputSeconds()), "of recordings", ""));
    if (totals.outputSeconds() > 0) {
      figures.add(figureOf(clock(totals.outputSeconds()), "of results", ""));
    }
    figures.add(
        figureOf(
            "%s → %s".formatted(bytes(totals.inputBytes()), bytes(totals.outputBytes())),
            "read and written",
            ""));
    figures.add(figureOf(clock(report.facts().elapsedSeconds()), "the last run took", ""));
    return div(each(figures, f -> f)).withClass("figures");
  }

  private static DomContent figureOf(Object value, String name, String kind) {
    return div(b(String.valueOf(value)), span(name).withClass("faint"))
        .withClass(("figure " + kind).strip());
  }

  private DomContent failures() {
    List<ReportRow> failed = report.rows(ReportRow.State.FAILED);
    return failed.isEmpty()
        ? text("")
        : section(
            h2("Failed"),
            table(
                failed,
                "failed",
                List.of("File", "Stage", "Reason"),
                row -> List.of(name(row.input()), td(row.stage()), td(shown(reason(row))))));
  }

  private DomContent warnings() {
    List<ReportRow> warned = report.rows().stream().filter(ReportRow::hasWarnings).toList();
    return warned.isEmpty()
        ? text("")
        : section(
            h2("To be looked at"),
            table(
                warned,
                "warned",
                List.of("File", "Warning"),
                row -> List.of(name(row.input()), td(shown(String.join("; ", row.warnings()))))));
  }

  private DomContent charts() {
    Map<String, String> charts = Charts.of(report);
    return charts.isEmpty()
        ? text("")
        : section(
            h2("Figures"),
            div(each(
                    charts.entrySet(),
                    chart ->
                        img()
                            .withSrc(
                                data(
                                    "image/svg+xml",
                                    chart.getValue().getBytes(StandardCharsets.UTF_8)))
                            .withAlt(chart.getKey())))
                .withClass("charts"));
  }

  private DomContent samples() {
    List<DomContent> pairs = new ArrayList<>();
    for (ReportRow row : candidates()) {
      if (pairs.size() >= samples) {
        break;
      }
      Optional<byte[]> before = pictures.of(row.input(), row.inputSeconds());
      Optional<byte[]> after =
          row.state() == ReportRow.State.OK
              ? pictures.of(row.output(), row.outputSeconds())
              : Optional.empty();
      if (before.isPresent() || after.isPresent()) {
        pairs.add(pair(row, before, after));
      }
    }
    return pairs.isEmpty()
        ? text("")
        : section(
            h2("Before and after"),
            p("Time to the right, 0 to 8 kHz upwards.").withClass("faint"),
            div(each(pairs, pair -> pair)).withClass("pictures"));
  }

  /** What somebody would look at first, and then some of all; twice as many as are shown. */
  private List<ReportRow> candidates() {
    List<ReportRow> chosen = new ArrayList<>();
    report.rows().stream()
        .filter(row -> row.state() == ReportRow.State.FAILED || row.hasWarnings())
        .limit(samples)
        .forEach(chosen::add);
    List<ReportRow> good =
        report.rows(ReportRow.State.OK).stream().filter(row -> !row.hasWarnings()).toList();
    int wanted = Math.min(good.size(), samples);
    for (int i = 0; i < wanted; i++) {
      chosen.add(good.get((int) ((long) i * good.size() / wanted)));
    }
    return chosen;
  }

  private DomContent pair(ReportRow row, Optional<byte[]> before, Optional<byte[]> after) {
    return div(
            p(relative(row.input())),
            iff(before.isPresent(), picture(before, "before" + side(row, "input"))),
            iff(after.isPresent(), picture(after, "after" + side(row, "output"))))
        .withClass("pair");
  }

  private static String side(ReportRow row, String side) {
    double seconds = side.equals("input") ? row.inputSeconds() : row.outputSeconds();
    StringBuilder text = new StringBuilder();
    if (seconds > 0) {
      text.append(String.format(Locale.ROOT, ", %.1f s", seconds));
    }
    if (row.lufs().containsKey(side)) {
      text.append(String.format(Locale.ROOT, ", %.1f LUFS", row.lufs().get(side)));
    }
    return text.toString();
  }

  private static DomContent picture(Optional<byte[]> png, String caption) {
    return png.<DomContent>map(
            bytes ->
                figure(
                    img().withSrc(data("image/png", bytes)).withAlt("spectrogram " + caption),
                    figcaption(caption)))
        .orElse(text(""));
  }

  private DomContent items() {
    List<String> columns =
        List.of("File", "State", "#Before s", "#After s", "#Took s", "#Before LUFS", "#After LUFS");
    return section(
        h2("All files"),
        table(
            report.rows(),
            "",
            columns,
            row ->
                List.of(
                    name(row.input()),
                    td(row.state() == ReportRow.State.OPEN ? "not done yet" : row.state().id())
                        .withClass("state-" + row.state().id()),
                    number(row.inputSeconds()),
                    number(row.outputSeconds()),
                    number(row.elapsedSeconds()),
                    number(row.lufs().getOrDefault("input", 0.0)),
                    number(row.lufs().getOrDefault("output", 0.0)))));
  }

  private static DomContent table(
      List<ReportRow> rows,
      String kind,
      List<String> columns,
      Function<ReportRow, List<DomContent>> cells) {
    int more = rows.size() - MAX_ROWS;
    return div(
            j2html.TagCreator.table(
                thead(
                    tr(
                        each(
                            columns,
                            c ->
                                c.startsWith("#")
                                    ? th(c.substring(1)).withClass("number")
                                    : th(c)))),
                tbody(
                    each(
                        rows.subList(0, Math.min(rows.size(), MAX_ROWS)),
                        row -> tr(each(cells.apply(row), cell -> cell)).withClass(kind)))),
            iff(more > 0, p("and %d more, which report.json has".formatted(more))))
        .withClass("wide");
  }

  private DomContent name(Path file) {
    return td(relative(file)).withClass("name");
  }

  private static DomContent number(double value) {
    return td(value == 0 ? "" : String.format(Locale.ROOT, "%.1f", value)).withClass("number");
  }

  private String relative(Path file) {
    return shown(
        root != null && file.startsWith(root) && !file.equals(root)
            ? root.relativize(file).toString()
            : file.toString());
  }

  /** The file stands beside it already. */
  private static String reason(ReportRow row) {
    String file = row.input().toString();
    return row.reason().startsWith(file)
        ? row.reason().substring(file.length()).replaceFirst("^:? +", "")
        : row.reason();
  }

  /** Line breaks and the like as what they are called, on one line. */
  static String shown(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              boolean odd = Character.isISOControl(c) || Character.getType(c) == Character.FORMAT;
              if (odd) {
                shown.append(String.format("\\u%04x", c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    return shown.toString();
  }

  private static Path commonFolder(List<ReportRow> rows) {
    Path common = null;
    for (ReportRow row : rows) {
      Path folder = row.input().getParent();
      common = common == null ? folder : common;
      while (common != null && folder != null && !folder.startsWith(common)) {
        common = common.getParent();
      }
    }
    return common;
  }

  private static String clock(double seconds) {
    long whole = Math.round(seconds);
    return "%d:%02d:%02d".formatted(whole / 3600, whole / 60 % 60, whole % 60);
  }

  private static String bytes(long count) {
    return count >= 1_000_000_000
        ? String.format(Locale.ROOT, "%.1f GB", count / 1e9)
        : String.format(Locale.ROOT, "%.1f MB", count / 1e6);
  }

  private static String data(String type, byte[] bytes) {
    return "data:%s;base64,%s".formatted(type, Base64.getEncoder().encodeToString(bytes));
  }
}
