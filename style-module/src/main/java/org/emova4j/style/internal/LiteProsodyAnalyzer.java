package org.emova4j.style.internal;

import org.emova4j.api.audio.Audio;
import org.emova4j.api.style.Prosody;
import org.emova4j.api.style.ProsodyAnalyzer;
import org.emova4j.engine.dsp.LogMel;
import org.emova4j.engine.dsp.PitchSettings;
import org.emova4j.engine.dsp.PitchTracker;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * F0 by autocorrelation, and the mean log-mel of each frame relative to that of active speech; 100
 * frames a second, four for each unit of 40 ms. Needs no weights.
 */
@Component(property = "emova.id=autocorrelation")
public final class LiteProsodyAnalyzer implements ProsodyAnalyzer {
  private static final double FRAME_RATE = (double) LogMel.SAMPLE_RATE / LogMel.HOP;

  /** For the framework. */
  @Activate
  public LiteProsodyAnalyzer() {
    // Every class is loaded by now, so that a call which is under way when this bundle is updated
    // needs none any more.
    analyze(Buzz.audio());
  }

  @Override
  public int sampleRate() {
    return LogMel.SAMPLE_RATE;
  }

  @Override
  public Prosody analyze(Audio speech) {
    if (speech.sampleRate() != LogMel.SAMPLE_RATE) {
      throw new IllegalArgumentException(
          "speech is at %d Hz, %d Hz is needed".formatted(speech.sampleRate(), LogMel.SAMPLE_RATE));
    }
    float[] energy = LogMel.of(speech.buffer()).energy();
    for (int t = 0; t < energy.length; t++) {
      energy[t] -= (float) LogMel.ACTIVE_LEVEL; // to which the recording was scaled
    }
    float[] f0 = new PitchTracker(PitchSettings.SPEECH).track(speech.buffer(), energy.length);
    return Prosody.of(FRAME_RATE, f0, energy);
  }
}
