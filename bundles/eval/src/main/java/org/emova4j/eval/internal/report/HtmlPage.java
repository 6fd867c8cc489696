package org.emova4j.eval.internal.report;

import static j2html.TagCreator.b;
import static j2html.TagCreator.body;
import static j2html.TagCreator.code;
import static j2html.TagCreator.details;
import static j2html.TagCreator.div;
import static j2html.TagCreator.document;
import static j2html.TagCreator.each;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.head;
import static j2html.TagCreator.html;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.img;
import static j2html.TagCreator.li;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.p;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.section;
import static j2html.TagCreator.span;
import static j2html.TagCreator.style;
import static j2html.TagCreator.summary;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.text;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.title;
import static j2html.TagCreator.tr;
import static j2html.TagCreator.ul;

import j2html.tags.DomContent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.emova4j.batch.report.ChartStyle;
import org.emova4j.eval.Better;
import org.emova4j.eval.Comparison;
import org.emova4j.eval.EvalFacts;
import org.emova4j.eval.EvalReport;
import org.emova4j.eval.Figure;
import org.emova4j.eval.Plot;
import org.emova4j.eval.Subject;

/** The report for people. It needs no network; all text goes through j2html, which escapes it. */
final class HtmlPage {
  private static final int MAX_FAILURES = 200;

  /** What is shown large, where it was measured. */
  private static final List<String> HEADLINES =
      List.of(
          "reduced_bit_rate",
          "pnmi",
          "abx_across",
          "speaker_probe_vs_chance",
          "stoi",
          "mcd",
          "f0_correlation",
          "wer",
          "emotion_recognised",
          "real_time_factor_all");

  private final EvalReport report;
  private final EvalFacts facts;
  private final List<String> subjects;

  HtmlPage(EvalReport report, EvalFacts facts) {
    this.report = report;
    this.facts = facts;
    subjects = report.figures().stream().map(Figure::subject).distinct().toList();
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
                    title(facts.title()),
                    style().with(rawHtml(ChartStyle.css()))),
                body(
                    heading(),
                    headlines(),
                    comparisons(),
                    tables(),
                    plots(),
                    notes(),
                    failures(),
                    provenance()))
            .withLang("en"));
  }

  private DomContent heading() {
    String speakers = facts.speakers() == 0 ? "" : " of %d speakers".formatted(facts.speakers());
    return div(
        h1(facts.title()),
        p("%s: %d recordings%s".formatted(facts.corpus(), facts.recordings(), speakers))
            .withClass("faint"),
        p(code(facts.command())));
  }

  private DomContent headlines() {
    List<DomContent> tiles = new ArrayList<>();
    for (String name : HEADLINES) {
      for (Figure f : report.figures()) {
        if (f.name().equals(name)) {
          String whose = subjects.size() > 1 ? f.subject() + ": " : "";
          tiles.add(
              div(b(Numbers.value(f)), span(whose + f.label()).withClass("faint"))
                  .withClass("figure"));
        }
      }
    }
    return div(each(tiles, tile -> tile)).withClass("figures");
  }

  private DomContent comparisons() {
    if (report.comparisons().isEmpty()) {
      return text("");
    }
    return section(
        h2("Differences"),
        p("Of the same recordings. Noise: the interval of the difference holds 0.")
            .withClass("faint"),
        wide(
            List.of(
                "Figure", "Second minus first", "#Difference", "#95 % interval", "#n", "Verdict"),
            report.comparisons().stream()
                .map(
                    c ->
                        tr(
                            td(c.label()),
                            td(c.second() + " - " + c.first()),
                            number(Numbers.value(c)),
                            number(Numbers.interval(c.low(), c.high())),
                            number(String.valueOf(c.items())),
                            td(c.verdict().id()).withClass(kind(c.verdict()))))
                .toList()));
  }

  private static String kind(Comparison.Verdict verdict) {
    return switch (verdict) {
      case BETTER -> "state-ok";
      case WORSE -> "state-failed";
      case NOISE -> "faint";
      case DIFFERENT -> "";
    };
  }

  private DomContent tables() {
    Map<String, List<Figure>> sections = new LinkedHashMap<>();
    report
        .figures()
        .forEach(f -> sections.computeIfAbsent(f.section(), s -> new ArrayList<>()).add(f));
    return div(
        each(
            sections.entrySet(), s -> section(h2(capital(s.getKey())), figureTable(s.getValue()))));
  }

  private DomContent figureTable(List<Figure> figures) {
    List<String> columns = new ArrayList<>(List.of("Figure"));
    if (subjects.size() > 1) {
      columns.add("Of");
    }
    columns.addAll(List.of("#Value", "#95 % interval", "Better", "#Items", "#Speakers"));
    List<Figure> ordered = new ArrayList<>();
    figures.stream()
        .map(Figure::name)
        .distinct()
        .forEach(name -> figures.stream().filter(f -> f.name().equals(name)).forEach(ordered::add));
    return wide(
        columns,
        ordered.stream()
            .map(
                f ->
                    tr(
                        td(f.label()),
                        iff(subjects.size() > 1, td(f.subject())),
                        number(Numbers.value(f)),
                        number(Numbers.interval(f.low(), f.high())),
                        td(better(f.better())).withClass("faint"),
                        number(String.valueOf(f.items())),
                        number(String.valueOf(f.clusters()))))
            .toList());
  }

  private static String better(Better better) {
    return better == Better.NEITHER ? "" : better.name().toLowerCase(Locale.ROOT);
  }

  private DomContent plots() {
    List<DomContent> sections = new ArrayList<>();
    report
        .plots()
        .forEach(
            (subject, plots) -> {
              List<DomContent> drawn =
                  plots.stream().map(HtmlPage::drawn).flatMap(Optional::stream).toList();
              if (!drawn.isEmpty()) {
                sections.add(
                    section(
                        h3(subject.isEmpty() ? "All" : subject),
                        div(each(drawn, d -> d)).withClass("charts")));
              }
            });
    return sections.isEmpty() ? text("") : section(h2("Plots"), div(each(sections, s -> s)));
  }

  private static Optional<DomContent> drawn(Plot plot) {
    if (plot instanceof Plot.Picture picture) {
      return Optional.of(framed(plot, "image/png", picture.png()));
    }
    return Charts.svg(plot)
        .map(svg -> framed(plot, "image/svg+xml", svg.getBytes(StandardCharsets.UTF_8)));
  }

  private static DomContent framed(Plot plot, String type, byte[] file) {
    String data = "data:%s;base64,%s".formatted(type, Base64.getEncoder().encodeToString(file));
    return figure(
            img().withSrc(data).withAlt(plot.title()),
            iff(!plot.caption().isEmpty(), figcaption(plot.caption()).withClass("faint")))
        .withStyle("margin:0; max-width:100%");
  }

  private DomContent notes() {
    return report.notes().isEmpty()
        ? text("")
        : section(h2("To know"), ul(each(report.notes(), note -> li(note))));
  }

  private DomContent failures() {
    if (report.failures().isEmpty()) {
      return text("");
    }
    int more = report.failures().size() - MAX_FAILURES;
    return section(
        h2("Recordings that couldn't be measured"),
        wide(
            List.of("Recording", "Measurement", "Reason"),
            report.failures().stream()
                .limit(MAX_FAILURES)
                .map(
                    f ->
                        tr(td(f.item()).withClass("name"), td(f.measurement()), td(f.reason()))
                            .withClass("failed"))
                .toList()),
        iff(more > 0, p("and %d more, which report.json has".formatted(more))));
  }

  private DomContent provenance() {
    List<DomContent> rows = new ArrayList<>();
    for (Subject.PartFacts part : facts.parts()) {
      rows.add(
          row(
              "%s %s".formatted(part.role(), part.id()),
              "%s %s".formatted(part.model(), part.sha256()).strip()));
    }
    rows.add(row("corpus", "%s, SHA-256 %s".formatted(facts.corpus(), facts.corpusHash())));
    facts.settings().forEach((name, value) -> rows.add(row(name, value)));
    facts.environment().forEach((name, value) -> rows.add(row(name, value)));
    rows.add(row("made", facts.made().toString()));
    return section(
        h2("Made by"),
        details(summary("Parts, settings and machine"), wide(List.of("", ""), rows))
            .attr("open", "open"));
  }

  private static DomContent row(String name, String value) {
    return tr(td(name), td(value).withClass("name"));
  }

  private static DomContent wide(List<String> columns, List<? extends DomContent> rows) {
    return div(table(
            thead(
                tr(
                    each(
                        columns,
                        c -> c.startsWith("#") ? th(c.substring(1)).withClass("number") : th(c)))),
            tbody(each(rows, row -> row))))
        .withClass("wide");
  }

  private static DomContent number(String text) {
    return td(text).withClass("number");
  }

  private static String capital(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }
}
