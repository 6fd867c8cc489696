package org.emova4j.style.internal;

import java.nio.FloatBuffer;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.engine.dsp.LogMel;
import org.emova4j.engine.dsp.PitchSettings;
import org.emova4j.engine.dsp.PitchTracker;

/**
 * What a style is taken from: the first minute of a recording. Immutable but for its arrays, which
 * are its reader's.
 *
 * @param mel log-mel minus its active level, of shape [frames, 80]
 * @param mask 1 for active frames, 0 for others, of shape [frames]
 * @param lnF0Mean mean of ln F0 over voiced frames
 * @param lnF0Deviation its standard deviation
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and private to this bundle
record HeardSpeech(float[] mel, float[] mask, double lnF0Mean, double lnF0Deviation) {
  private static final int MOST_SECONDS = 60;
  private static final double LEAST_SECONDS = 0.5;
  private static final int LEAST_VOICED = 10; // frames
  private static final int FRAME_RATE = LogMel.SAMPLE_RATE / LogMel.HOP;

  /**
   * @param audio at 16 kHz
   * @throws UnsupportedAudioException if there is too little speech
   */
  static HeardSpeech of(Audio audio) throws UnsupportedAudioException {
    if (audio.sampleRate() != LogMel.SAMPLE_RATE) {
      throw new IllegalArgumentException(
          "the reference is at %d Hz, %d Hz is needed"
              .formatted(audio.sampleRate(), LogMel.SAMPLE_RATE));
    }
    FloatBuffer wave =
        audio.buffer().limit(Math.min(audio.length(), MOST_SECONDS * LogMel.SAMPLE_RATE));
    LogMel mel = LogMel.of(wave);
    float[] mask = new float[mel.frames()];
    double seconds = 0;
    double level = 0;
    if (mel.frames() > 0) {
      float[] energy = mel.energy();
      level = LogMel.activeLevel(energy);
      double threshold = LogMel.activeThreshold(energy);
      for (int t = 0; t < mask.length; t++) {
        mask[t] = energy[t] >= threshold ? 1 : 0;
        seconds += mask[t] / FRAME_RATE;
      }
    }
    if (seconds < LEAST_SECONDS) {
      throw new UnsupportedAudioException(
          "the reference holds %.1f s of speech, at least %.1f s are needed"
              .formatted(seconds, LEAST_SECONDS));
    }
    float[] f0 = new PitchTracker(PitchSettings.SPEECH).track(wave, mask.length);
    double sum = 0;
    double squares = 0;
    int voiced = 0;
    for (float hertz : f0) {
      if (hertz > 0) {
        double ln = Math.log(hertz);
        sum += ln;
        squares += ln * ln;
        voiced++;
      }
    }
    if (voiced < LEAST_VOICED) {
      throw new UnsupportedAudioException("the reference holds no voiced speech");
    }
    double mean = sum / voiced;
    double deviation = Math.sqrt(Math.max(0, squares / voiced - mean * mean));
    float[] rows = mel.scaled(0, mel.frames());
    for (int i = 0; i < rows.length; i++) {
      rows[i] -= (float) level;
    }
    return new HeardSpeech(rows, mask, mean, deviation);
  }
}
