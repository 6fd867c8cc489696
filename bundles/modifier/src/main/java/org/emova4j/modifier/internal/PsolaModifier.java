package org.emova4j.modifier.internal;

import java.nio.FloatBuffer;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechModifier;
import org.emova4j.api.style.StyleVector;
import org.emova4j.engine.dsp.LogMel;
import org.emova4j.engine.dsp.PitchSettings;
import org.emova4j.engine.dsp.PitchTracker;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Moves the recording's own pitch periods; needs no weights. Where a style changes nothing the
 * recording comes out as it went in. The level is the recording's; sound that would exceed both
 * 0.99 and the recording's own peak is scaled down as a whole.
 */
@Component(
    configurationPid = PsolaModifier.PID,
    property = {"emova.id=psola", "emova.style.space=" + Changes.SPACE})
@Designate(ocd = PsolaModifier.Config.class)
public final class PsolaModifier implements SpeechModifier {
  static final String PID = "org.emova4j.modifier";

  /** Lowest rate that it takes, in hertz. */
  static final int LEAST_RATE = 8_000;

  /** Highest rate that it takes, in hertz. */
  static final int MOST_RATE = 48_000;

  private static final float PEAK = 0.99f;

  /** Settings. */
  @ObjectClassDefinition(name = "emova4j speech modifier")
  @interface Config {
    @AttributeDefinition(
        description = "Longest sound that is made, in seconds; requests for more are refused",
        min = "1",
        max = "44000")
    int maxSeconds() default 14_400;
  }

  private final int maxSeconds;

  /** For the framework. */
  @Activate
  public PsolaModifier(Config config) {
    this(config.maxSeconds());
    // Every class is loaded by now, so that a call which is under way when this bundle is updated
    // needs none any more.
    modify(buzz(), new Changes(0.2, 1.1, 0.1, 0.7, 1, 1, 1, 0.01, 1.1));
  }

  PsolaModifier(int maxSeconds) {
    if (maxSeconds < 1 || maxSeconds > 44_000) {
      throw new IllegalArgumentException("maxSeconds %d is outside 1..44000".formatted(maxSeconds));
    }
    this.maxSeconds = maxSeconds;
  }

  @Override
  public String styleSpace() {
    return Changes.SPACE;
  }

  @Override
  public int sampleRate(int recordingRate) {
    return Math.max(LEAST_RATE, Math.min(MOST_RATE, recordingRate));
  }

  @Override
  public Audio modify(Audio speech, StyleVector style) {
    if (speech.sampleRate() != sampleRate(speech.sampleRate())) {
      throw new IllegalArgumentException(
          "speech is at %d Hz, a rate in %d..%d Hz is needed"
              .formatted(speech.sampleRate(), LEAST_RATE, MOST_RATE));
    }
    Changes changes = Changes.of(style);
    double seconds = speech.length() / changes.speed() / speech.sampleRate();
    if (seconds > maxSeconds) {
      throw new IllegalArgumentException(
          "the result would last %.0f s, more than the limit of %d s"
              .formatted(seconds, maxSeconds));
    }
    return modify(speech, changes);
  }

  static Audio modify(Audio speech, Changes changes) {
    Recording recording = new Recording(speech);
    float[] band = SpeechBand.of(speech);
    float[] f0 =
        new PitchTracker(PitchSettings.SPEECH)
            .track(FloatBuffer.wrap(band), band.length / LogMel.HOP + 1);
    double scale = (double) speech.sampleRate() / SpeechBand.RATE;
    PitchMarks marks = PitchMarks.find(band, f0, scale);
    int length = Math.toIntExact(Math.round(speech.length() / changes.speed()));
    float[] sound =
        new OverlapAdd(
                recording,
                band,
                marks,
                new Intonation(f0, changes),
                new Dynamics(band, changes),
                changes,
                length)
            .run();
    if (changes.tilt() != 0) {
      new TiltFilter(changes.tilt(), speech.sampleRate()).apply(sound);
    }
    limit(sound, Math.max(PEAK, recording.peak()));
    return Audio.adopt(sound, speech.sampleRate());
  }

  private static void limit(float[] sound, float most) {
    float peak = 0;
    for (float sample : sound) {
      peak = Math.max(peak, Math.abs(sample));
    }
    if (peak > most) {
      float factor = most / peak;
      for (int i = 0; i < sound.length; i++) {
        sound[i] *= factor;
      }
    }
  }

  /** The shortest recording that passes for voiced speech between two silences. */
  private static Audio buzz() {
    float[] samples = new float[SpeechBand.RATE / 2];
    for (int i = samples.length / 4; i < samples.length / 2; i += 100) {
      samples[i] = 0.5f;
    }
    return Audio.adopt(samples, SpeechBand.RATE);
  }
}
