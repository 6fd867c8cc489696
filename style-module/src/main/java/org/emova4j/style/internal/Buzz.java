package org.emova4j.style.internal;

import org.emova4j.api.audio.Audio;
import org.emova4j.engine.dsp.LogMel;

/** The shortest recording that passes for voiced speech, to try things out with. */
final class Buzz {
  private static final int SAMPLES = LogMel.SAMPLE_RATE * 6 / 10;
  private static final int PERIOD = 100; // samples: 160 Hz

  private Buzz() {}

  static Audio audio() {
    float[] samples = new float[SAMPLES];
    for (int i = 0; i < samples.length; i += PERIOD) {
      samples[i] = 0.5f;
    }
    return Audio.adopt(samples, LogMel.SAMPLE_RATE);
  }
}
