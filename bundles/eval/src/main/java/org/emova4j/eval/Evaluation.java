package org.emova4j.eval;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.eval.EvalOptions.Section;
import org.emova4j.eval.internal.figure.Alignments;
import org.emova4j.eval.internal.figure.Findings;
import org.emova4j.eval.internal.observe.Examples;
import org.emova4j.eval.internal.observe.Measurement;
import org.emova4j.eval.internal.observe.Observation;
import org.emova4j.eval.internal.observe.ObservationLog;
import org.emova4j.eval.internal.observe.Observer;
import org.emova4j.eval.internal.observe.ResynthesisMeasurement;
import org.emova4j.eval.internal.observe.StyleMeasurement;
import org.emova4j.eval.internal.observe.TokenizerMeasurement;

/**
 * Measures subjects on a corpus. What each recording gives goes to a log, and isn't measured again
 * by a later run with the same recordings, parts and settings.
 *
 * <p>{@link #run} once, from one thread; {@link #stop} from any.
 */
public final class Evaluation {
  private final Corpus corpus;
  private final List<Subject> subjects;
  private final EvalTools tools;
  private final EvalOptions options;
  private final Optional<Alignments> phones;
  private volatile boolean stopped;

  /**
   * @param subjects at least one; the others are compared with the first
   * @throws IOException if an alignment can't be read
   */
  public Evaluation(Corpus corpus, List<Subject> subjects, EvalTools tools, EvalOptions options)
      throws IOException {
    this.corpus = requireNonNull(corpus, "corpus");
    this.subjects = List.copyOf(subjects);
    this.tools = requireNonNull(tools, "tools");
    this.options = requireNonNull(options, "options");
    if (subjects.isEmpty()) {
      throw new IllegalArgumentException("no subjects");
    }
    // What can't be read is said before the work.
    Alignments alignments = Alignments.read(corpus);
    phones = alignments.isEmpty() ? Optional.empty() : Optional.of(alignments);
  }

  /** Begins no more recordings; {@link #run} ends when those that run have ended. */
  public void stop() {
    stopped = true;
  }

  /**
   * Measures.
   *
   * @param log where observations are kept
   * @throws CancellationException if it was stopped; the same again goes on where it was
   * @throws IOException if the log can't be used
   * @throws SpeechException if a part that all recordings need fails
   */
  public EvalReport run(Path log, EvalListener listener)
      throws IOException, SpeechException, InterruptedException {
    try (ObservationLog observations = ObservationLog.open(log)) {
      Observer observer = new Observer(observations, listener, () -> stopped);
      List<Observer.Job> jobs = new ArrayList<>();
      List<Map<Section, Measurement>> measurements = new ArrayList<>();
      Corpus few = corpus.limited(options.styleItems());
      for (Subject subject : subjects) {
        Map<Section, Measurement> own = measurements(subject);
        measurements.add(own);
        own.forEach(
            (section, measurement) ->
                (section == Section.STYLE ? few : corpus)
                    .items()
                    .forEach(item -> jobs.add(new Observer.Job(measurement, item))));
      }
      Observer.Result result = observer.observe(jobs, options.jobs());
      listener.stage("drawing figures");
      Findings findings = new Findings(corpus, phones, options);
      for (int i = 0; i < subjects.size(); i++) {
        Subject subject = subjects.get(i);
        Map<Section, Map<Corpus.Item, Observation>> seen = new TreeMap<>();
        measurements
            .get(i)
            .forEach(
                (section, measurement) -> {
                  Map<Corpus.Item, Observation> byName =
                      new TreeMap<>(Comparator.comparing(Corpus.Item::name));
                  byName.putAll(result.observations().getOrDefault(measurement, Map.of()));
                  seen.put(section, byName);
                });
        findings.add(subject, seen);
        if (!seen.getOrDefault(Section.RESYNTHESIS, Map.of()).isEmpty()) {
          findings.show(subject, Examples.of(subject, corpus, phones, tools, options));
        }
      }
      return findings.report(result.failures(), observer.fileHashes());
    }
  }

  private Map<Section, Measurement> measurements(Subject subject) throws SpeechException {
    Map<Section, Measurement> all = new TreeMap<>();
    for (Section section : options.sections()) {
      if (section == Section.TOKENIZER) {
        all.put(section, new TokenizerMeasurement(subject, tools, options));
      } else if (subject.voice().isPresent()) {
        all.put(
            section,
            section == Section.RESYNTHESIS
                ? new ResynthesisMeasurement(subject, tools, options)
                : new StyleMeasurement(subject, tools, options));
      }
    }
    return all;
  }
}
