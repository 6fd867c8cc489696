package org.emova4j.eval.internal.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.emova4j.api.unit.Codebook;
import org.emova4j.eval.Comparison;
import org.emova4j.eval.Corpus;
import org.emova4j.eval.EvalOptions;
import org.emova4j.eval.EvalOptions.Section;
import org.emova4j.eval.EvalReport;
import org.emova4j.eval.Failure;
import org.emova4j.eval.Figure;
import org.emova4j.eval.Plot;
import org.emova4j.eval.Subject;
import org.emova4j.eval.internal.observe.Observation;

/** Figures, comparisons and plots of what was observed of each subject. */
public final class Findings {
  private static final int BINS = 40;

  private final Corpus corpus;
  private final Optional<Alignments> phones;
  private final EvalOptions options;
  private final Measures.Clusters clusters;
  private final List<Figure> figures = new ArrayList<>();
  private final List<Comparison> comparisons = new ArrayList<>();
  private final Map<String, List<Plot>> plots = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();
  private Subject first;
  private Map<Corpus.Item, int[]> firstUnits = Map.of();
  private Map<String, Measure<?>> firsts = Map.of();

  /**
   * @param phones of the corpus; where empty, what a tokenizer's own phone head hears
   */
  public Findings(Corpus corpus, Optional<Alignments> phones, EvalOptions options) {
    this.corpus = corpus;
    this.phones = phones;
    this.options = options;
    clusters = Measures.Clusters.of(corpus);
    if (!clusters.speakers()) {
      notes.add("The corpus names fewer than two speakers: intervals are over recordings.");
    }
  }

  /** What was observed of a subject, by section and recording. */
  public void add(Subject subject, Map<Section, Map<Corpus.Item, Observation>> seen) {
    List<Measure<?>> measures = new ArrayList<>();
    List<Plot> own = new ArrayList<>();
    Map<Corpus.Item, Observation> units = seen.getOrDefault(Section.TOKENIZER, Map.of());
    if (!units.isEmpty()) {
      tokenizer(subject, units, measures, own);
    }
    Map<Corpus.Item, Observation> again = seen.getOrDefault(Section.RESYNTHESIS, Map.of());
    if (!again.isEmpty()) {
      measures.addAll(new ResynthesisMeasures(clusters, again).all());
    }
    Map<Corpus.Item, Observation> styles = seen.getOrDefault(Section.STYLE, Map.of());
    if (!styles.isEmpty()) {
      StyleMeasures style =
          new StyleMeasures(
              subject.voice().orElseThrow().styles().catalogue(), clusters, styles, again);
      measures.addAll(style.all());
      own.addAll(style.plots());
    }
    if (subject.voice().isEmpty()
        && !options.sections().equals(java.util.Set.of(Section.TOKENIZER))) {
      notes.add("%s: no voice reads its units, so none was measured.".formatted(subject.name()));
    }
    measures.forEach(m -> figures.add(m.estimate(subject.name(), options.bootstrap())));
    plots.put(subject.name(), own);
    compare(subject, measures);
    if (!units.isEmpty()) {
      agree(subject, units);
    }
  }

  /** More plots of a subject. */
  public void show(Subject subject, List<Plot> more) {
    plots.computeIfAbsent(subject.name(), name -> new ArrayList<>()).addAll(more);
  }

  private void agree(Subject subject, Map<Corpus.Item, Observation> seen) {
    Map<Corpus.Item, int[]> units = new HashMap<>();
    seen.forEach((item, observation) -> units.put(item, TokenizerMeasures.units(observation)));
    if (first.equals(subject)) {
      firstUnits = units;
      return;
    }
    new AgreementMeasures(
            first.tokenizer().codebook(),
            firstUnits,
            subject.tokenizer().codebook(),
            units,
            clusters,
            seen)
        .all()
        .forEach(
            m ->
                figures.add(
                    m.estimate(
                        "%s and %s".formatted(first.name(), subject.name()), options.bootstrap())));
  }

  private void tokenizer(
      Subject subject,
      Map<Corpus.Item, Observation> seen,
      List<Measure<?>> measures,
      List<Plot> own) {
    Alignments alignments = phones.orElseGet(() -> Alignments.heard(subject.name(), seen));
    if (alignments.isEmpty()) {
      notes.add(
          "%s: without alignments and without a phone head there are no figures about phones."
              .formatted(subject.name()));
    } else if (phones.isEmpty()) {
      notes.add(
          "%s: phones are those that its own phone head hears, which knows no better than its units."
              .formatted(subject.name()));
    }
    Codebook codebook = subject.tokenizer().codebook();
    TokenizerMeasures tokenizer = new TokenizerMeasures(codebook, alignments, clusters, seen);
    measures.addAll(tokenizer.all());
    own.add(histogram(codebook, seen));
    tokenizer.table().map(Heats::unitsAndPhones).ifPresent(own::add);
    own.addAll(tokenizer.confusions());
  }

  /** How much of all frames the most frequent units are, in steps of the ranks. */
  private static Plot histogram(Codebook codebook, Map<Corpus.Item, Observation> seen) {
    long[] counts = new long[codebook.size()];
    for (Observation observation : seen.values()) {
      for (int unit : TokenizerMeasures.units(observation)) {
        counts[unit]++;
      }
    }
    long sum = Arrays.stream(counts).sum();
    long[] ranked = Arrays.stream(counts).filter(c -> c > 0).sorted().toArray();
    int used = ranked.length;
    int bins = Math.min(BINS, used);
    double[] shares = new double[bins];
    List<String> labels = new ArrayList<>();
    for (int b = 0; b < bins; b++) {
      int from = (int) ((long) b * used / bins);
      int to = (int) ((long) (b + 1) * used / bins);
      shares[b] =
          100.0 * IntStream.range(from, to).mapToLong(r -> ranked[used - 1 - r]).sum() / sum;
      labels.add(String.valueOf(to));
    }
    return new Plot.Bars(
        "Units by how often they occur",
        "%d frames; %d of %d units occur.".formatted(sum, used, codebook.size()),
        "rank of the unit, up to",
        "% of frames",
        labels,
        Map.of("frames", shares));
  }

  private void compare(Subject subject, List<Measure<?>> measures) {
    if (first == null) {
      first = subject;
      firsts = new HashMap<>();
      measures.forEach(m -> firsts.put(m.section() + " " + m.name(), m));
      return;
    }
    for (Measure<?> measure : measures) {
      Measure<?> other = firsts.get(measure.section() + " " + measure.name());
      if (other != null && other.sharesItemsWith(measure)) {
        comparisons.add(other.against(first.name(), subject.name(), measure, options.bootstrap()));
      }
    }
  }

  /** All of it. */
  public EvalReport report(List<Failure> failures, Map<String, String> recordings) {
    if (options.disturbances().stream().anyMatch(d -> d.needsModifier())
        && figures.stream().noneMatch(f -> f.name().startsWith("unit_edit_distance_pitch"))
        && options.sections().contains(Section.TOKENIZER)) {
      notes.add(
          "There is no part that changes pitch and speed, so what units become then is unknown.");
    }
    long silent = corpus.items().stream().filter(item -> item.speaker().isEmpty()).count();
    if (silent > 0 && silent < corpus.items().size()) {
      notes.add("%d recordings name no speaker and count as one each.".formatted(silent));
    }
    return new EvalReport(
        List.copyOf(figures),
        List.copyOf(comparisons),
        new LinkedHashMap<>(plots),
        List.copyOf(failures),
        List.copyOf(notes),
        new TreeMap<>(recordings));
  }
}
