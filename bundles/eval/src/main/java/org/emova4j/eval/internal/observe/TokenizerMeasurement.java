package org.emova4j.eval.internal.observe;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.Phone;
import org.emova4j.api.speech.PhoneRecognizer;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.eval.Corpus;
import org.emova4j.eval.Disturbance;
import org.emova4j.eval.EvalOptions;
import org.emova4j.eval.EvalTools;
import org.emova4j.eval.Subject;
import org.emova4j.eval.metric.EditCounts;
import org.emova4j.eval.metric.Segment;
import org.emova4j.eval.metric.UnitStatistics;

/** A recording's units, and what becomes of them when it is disturbed. */
public final class TokenizerMeasurement implements Measurement {
  /** Length of the recording. */
  public static final String SECONDS = "seconds";

  /** A unit for each frame. */
  public static final String UNITS = "units";

  private static final double NANOS = 1e9;

  private final Subject subject;
  private final Recordings recordings;
  private final Disturber disturber;
  private final Set<Disturbance> disturbances;

  public TokenizerMeasurement(Subject subject, EvalTools tools, EvalOptions options) {
    this.subject = subject;
    recordings = new Recordings(tools.reader(), options.longest());
    disturber = new Disturber(tools, options.bootstrap().seed());
    disturbances = new TreeSet<>(options.disturbances());
    disturbances.removeIf(disturbance -> !disturber.can(disturbance));
  }

  /** Edits of the reduced units under a disturbance. */
  public static String edits(Disturbance disturbance) {
    return "edits " + disturbance.label();
  }

  /** Reduced units of the recording as it is, where it was disturbed too. */
  public static String reference(Disturbance disturbance) {
    return "reference " + disturbance.label();
  }

  /** The part of frames whose unit stays. */
  public static String same(Disturbance disturbance) {
    return "same " + disturbance.label();
  }

  @Override
  public String name() {
    return "tokenizer " + subject.name();
  }

  @Override
  public String fingerprint() {
    return "1 %s %s %s".formatted(subject.fingerprint(), disturbances, disturber.fingerprint());
  }

  @Override
  public Observation measure(Corpus.Item item) throws SpeechException, IOException {
    Audio sound = recordings.read(item, subject.tokenizer().sampleRate());
    UnitSequence sequence = subject.tokenizer().tokenize(sound);
    int[] units = frames(sequence);
    Observation.Builder seen = new Observation.Builder();
    seen.number(SECONDS, sound.duration().toNanos() / NANOS).units(UNITS, units);
    int[] reduced = UnitStatistics.reduced(units);
    for (Disturbance disturbance : disturbances) {
      int[] other =
          frames(subject.tokenizer().tokenize(disturber.disturb(item, sound, disturbance)));
      EditCounts edits = EditCounts.between(reduced, UnitStatistics.reduced(other));
      seen.number(edits(disturbance), (double) edits.edits());
      seen.number(reference(disturbance), (double) edits.reference());
      if (disturbance.keepsTime()) {
        seen.number(same(disturbance), same(units, other));
      }
    }
    if (subject.tokenizer().phones().isPresent() && sequence.isTimed()) {
      seen.phones(phones(subject.tokenizer().phones().get(), sequence));
    }
    return seen.build();
  }

  static int[] frames(UnitSequence units) {
    return units.isTimed() ? units.frameIds() : units.ids();
  }

  private static double same(int[] units, int[] other) {
    int same = 0;
    for (int t = 0; t < Math.min(units.length, other.length); t++) {
      same += units[t] == other[t] ? 1 : 0;
    }
    return (double) same / Math.max(units.length, other.length);
  }

  private static List<Segment> phones(PhoneRecognizer recogniser, UnitSequence units)
      throws SpeechException {
    return recogniser.recognize(units).stream().map(TokenizerMeasurement::segment).toList();
  }

  private static Segment segment(Phone phone) {
    Duration end = phone.start().plus(phone.duration());
    return new Segment(phone.start().toNanos() / NANOS, end.toNanos() / NANOS, phone.label());
  }
}
