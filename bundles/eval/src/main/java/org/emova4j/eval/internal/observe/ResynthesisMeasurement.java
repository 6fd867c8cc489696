package org.emova4j.eval.internal.observe;

import java.io.IOException;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.eval.Corpus;
import org.emova4j.eval.EvalOptions;
import org.emova4j.eval.EvalTools;
import org.emova4j.eval.Recogniser;
import org.emova4j.eval.Subject;
import org.emova4j.eval.metric.F0Comparison;
import org.emova4j.eval.metric.F0Tracker;
import org.emova4j.eval.metric.Intelligibility;
import org.emova4j.eval.metric.MelCepstra;
import org.emova4j.eval.metric.SpectralDistance;
import org.emova4j.eval.metric.WarpingPath;

/** A recording that is spoken again in its own style, beside what it was. */
public final class ResynthesisMeasurement implements Measurement {
  public static final String MEL_CEPSTRAL = "mcd";
  public static final String LOG_SPECTRAL = "lsd";
  public static final String STOI = "stoi";
  public static final String ESTOI = "estoi";
  public static final String F0_CORRELATION = "f0 correlation";
  public static final String F0_CENTS = "f0 cents";
  public static final String F0_GROSS = "f0 gross";
  public static final String VOICING = "voicing";
  public static final String DURATION = "duration";

  /** Before the names of what was spoken with predicted prosody. */
  public static final String PREDICTED = "predicted ";

  /** The recording itself, of texts and vectors. */
  public static final String ORIGINAL = "original";

  /** What was spoken again, of texts and vectors. */
  public static final String AGAIN = "again";

  /** What the recording itself is like: voice and melody in numbers. */
  public static final String FEATURES = "features";

  private final Subject subject;
  private final EvalTools tools;
  private final Recordings recordings;
  private final Voicing voicing;
  private final F0Tracker tracker = new F0Tracker();

  public ResynthesisMeasurement(Subject subject, EvalTools tools, EvalOptions options) {
    this.subject = subject;
    this.tools = tools;
    recordings = new Recordings(tools.reader(), options.longest());
    voicing = new Voicing(subject.voice().orElseThrow(), tools, recordings);
  }

  @Override
  public String name() {
    return "resynthesis " + subject.name();
  }

  @Override
  public String fingerprint() {
    return "2 %s %s"
        .formatted(subject.fingerprint(), tools.recogniser().map(Recogniser::name).orElse(""));
  }

  @Override
  public Observation measure(Corpus.Item item)
      throws SpeechException, IOException, InterruptedException {
    Audio again = voicing.speakAgain(item, true);
    Audio predicted = voicing.speakAgain(item, false);
    Audio original = recordings.read(item, again.sampleRate());
    MelCepstra cepstra = MelCepstra.of(original);
    Observation.Builder seen = new Observation.Builder();
    seen.number(MEL_CEPSTRAL, SpectralDistance.melCepstral(cepstra, MelCepstra.of(again)))
        .number(LOG_SPECTRAL, SpectralDistance.logSpectral(original, again))
        .number(STOI, Intelligibility.stoi(original, again))
        .number(ESTOI, Intelligibility.estoi(original, again))
        .number(DURATION, ratio(again, original))
        .number(PREDICTED + DURATION, ratio(predicted, original));
    f0(seen, "", F0Comparison.atSameTime(tracker.track(original), tracker.track(again)));
    MelCepstra other = MelCepstra.of(predicted);
    WarpingPath path = MelCepstra.align(cepstra, other);
    seen.number(PREDICTED + MEL_CEPSTRAL, SpectralDistance.melCepstral(cepstra, other, path));
    f0(
        seen,
        PREDICTED,
        F0Comparison.along(path, tracker.track(original), tracker.track(predicted)));
    seen.vector(FEATURES, Voicing.features(original, tracker.track(original)));
    seen.vector(ORIGINAL, Voicing.portrait(original)).vector(AGAIN, Voicing.portrait(again));
    if (tools.recogniser().isPresent() && item.transcript().isPresent()) {
      Recogniser recogniser = tools.recogniser().get();
      seen.text(ORIGINAL, recogniser.recognise(original))
          .text(AGAIN, recogniser.recognise(again))
          .text(PREDICTED + AGAIN, recogniser.recognise(predicted));
    }
    return seen.build();
  }

  private static double ratio(Audio sound, Audio original) {
    return (double) sound.length() / original.length();
  }

  private static void f0(Observation.Builder seen, String prefix, F0Comparison f0) {
    seen.number(prefix + F0_CORRELATION, f0.correlation())
        .number(prefix + F0_CENTS, f0.medianCents())
        .number(prefix + F0_GROSS, f0.grossErrorRatio())
        .number(prefix + VOICING, f0.voicingErrorRatio());
  }
}
