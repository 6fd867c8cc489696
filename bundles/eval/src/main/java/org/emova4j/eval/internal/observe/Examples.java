package org.emova4j.eval.internal.observe;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.eval.Corpus;
import org.emova4j.eval.EvalOptions;
import org.emova4j.eval.EvalTools;
import org.emova4j.eval.Plot;
import org.emova4j.eval.Subject;
import org.emova4j.eval.internal.figure.Alignments;
import org.emova4j.eval.internal.report.SpectrogramPair;
import org.emova4j.eval.metric.Tier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Recordings to look at. */
public final class Examples {
  private static final Logger log = LoggerFactory.getLogger(Examples.class);
  private static final int MOST = 2;

  private Examples() {}

  /** What becomes of some recordings when a subject speaks their units again. */
  public static List<Plot> of(
      Subject subject,
      Corpus corpus,
      Optional<Alignments> phones,
      EvalTools tools,
      EvalOptions options)
      throws SpeechException, IOException {
    List<Plot> plots = new ArrayList<>();
    Recordings recordings = new Recordings(tools.reader(), options.longest());
    Voicing voicing = new Voicing(subject.voice().orElseThrow(), tools, recordings);
    for (Corpus.Item item : corpus.limited(MOST).items()) {
      Audio again = voicing.speakAgain(item, true);
      int[] units =
          TokenizerMeasurement.frames(
              subject
                  .tokenizer()
                  .tokenize(recordings.read(item, subject.tokenizer().sampleRate())));
      SpectrogramPair pair =
          new SpectrogramPair(
              recordings.read(item, again.sampleRate()),
              again,
              units,
              subject.tokenizer().codebook().unitDuration().toNanos() / 1e9,
              phones.flatMap(p -> p.of(item)).map(Tier::segments).orElse(List.of()));
      try {
        plots.add(
            new Plot.Picture(
                item.name(),
                "%s, and what was made of its units: %s"
                    .formatted(item.name(), item.transcript().orElse("")),
                pair.png()));
      } catch (LinkageError | InternalError e) {
        log.warn("there is no picture of {}: {}", item.name(), e.toString()); // no fonts
      }
    }
    return plots;
  }
}
