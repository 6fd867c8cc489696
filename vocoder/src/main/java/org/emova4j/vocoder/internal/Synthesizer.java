package org.emova4j.vocoder.internal;

import java.util.Arrays;
import org.emova4j.engine.dsp.RealFft;

/**
 * Envelopes and F0 to sound, frame by frame: each STFT frame of the pulse train passes the
 * minimum-phase filter of its harmonic envelope, each of the white noise the magnitudes of its
 * noise envelope; their sum is overlapped and added. Frame t is centred on sample 160 t; the frame
 * that is centred on the end takes the last envelope. Everything depends on absolute places, so it
 * doesn't matter how the frames arrive. Confined to one thread.
 */
final class Synthesizer {
  static final int HOP = 160;

  private static final int WINDOW = 640;
  private static final int POINTS = VocoderNetwork.POINTS;
  private static final int SIZE = EnvelopeScale.FFT_SIZE;
  private static final int BINS = EnvelopeScale.BINS;

  private final EnvelopeScale scale = new EnvelopeScale();
  private final RealFft fft = new RealFft(SIZE);
  private final float[] window = new float[WINDOW];
  private final PulseTrain train;
  private final int frames;
  private final float[] output;
  private final float[] pulses = new float[WINDOW]; // around the current frame's centre
  private final float[] noise = new float[WINDOW];
  private final double[] filter = new double[SIZE + 2];
  private final double[] spectrum = new double[SIZE + 2];
  private final double[] hiss = new double[SIZE + 2];
  private final double[] levels = new double[BINS];
  private int frame;

  /**
   * @param f0 hertz, 0 where unvoiced, of shape [frames], at least one
   * @param jitter mean difference of successive periods, as a fraction of the period
   */
  Synthesizer(float[] f0, double jitter) {
    frames = f0.length;
    train = new PulseTrain(f0, jitter);
    output = new float[Math.multiplyExact(frames, HOP)];
    for (int i = 0; i < WINDOW; i++) {
      window[i] = (float) (0.5 - 0.5 * Math.cos(2 * Math.PI * i / WINDOW));
    }
    for (int i = WINDOW / 2; i < WINDOW; i++) {
      read(i, i - WINDOW / 2);
    }
  }

  private void read(int place, int sample) {
    boolean inside = sample < output.length;
    pulses[place] = inside ? train.next() : 0;
    noise[place] = inside ? WhiteNoise.at(sample) : 0;
  }

  /**
   * Adds the next frame; the last one closes the sound.
   *
   * @param envelope natural log magnitudes at the 80 points, harmonic, then noise
   */
  void add(float[] envelope) {
    render(envelope);
    if (frame == frames) {
      render(envelope); // the frame that is centred on the end
    }
  }

  private void render(float[] envelope) {
    if (frame > frames) {
      throw new IllegalStateException("all %d frames were added".formatted(frames));
    }
    scale.spread(envelope, POINTS, levels);
    transform(noise, hiss);
    for (int k = 0; k < BINS; k++) {
      double magnitude = Math.exp(levels[k]);
      spectrum[2 * k] = magnitude * hiss[2 * k];
      spectrum[2 * k + 1] = magnitude * hiss[2 * k + 1];
    }
    if (hasPulse()) {
      scale.spread(envelope, 0, levels);
      minimumPhase();
      transform(pulses, hiss);
      for (int k = 0; k < BINS; k++) {
        double re = filter[2 * k];
        double im = filter[2 * k + 1];
        spectrum[2 * k] += re * hiss[2 * k] - im * hiss[2 * k + 1];
        spectrum[2 * k + 1] += re * hiss[2 * k + 1] + im * hiss[2 * k];
      }
    }
    fft.inverse(spectrum);
    int first = frame * HOP - WINDOW / 2;
    int from = Math.max(0, -first);
    int to = Math.min(WINDOW, output.length - first);
    for (int i = from; i < to; i++) {
      output[first + i] += (float) (spectrum[i] * window[i]);
    }
    frame++;
    System.arraycopy(pulses, HOP, pulses, 0, WINDOW - HOP);
    System.arraycopy(noise, HOP, noise, 0, WINDOW - HOP);
    for (int i = WINDOW - HOP; i < WINDOW; i++) {
      read(i, first + HOP + i);
    }
  }

  private boolean hasPulse() {
    for (float pulse : pulses) {
      if (pulse != 0) {
        return true;
      }
    }
    return false;
  }

  private void transform(float[] source, double[] target) {
    for (int i = 0; i < WINDOW; i++) {
      target[i] = source[i] * window[i];
    }
    Arrays.fill(target, WINDOW, target.length, 0);
    fft.forward(target);
  }

  /** The filter whose magnitudes are the levels, by folding their cepstrum. */
  private void minimumPhase() {
    for (int k = 0; k < BINS; k++) {
      filter[2 * k] = levels[k];
      filter[2 * k + 1] = 0;
    }
    fft.inverse(filter);
    for (int i = 1; i < SIZE / 2; i++) {
      filter[i] *= 2;
    }
    Arrays.fill(filter, SIZE / 2 + 1, filter.length, 0);
    fft.forward(filter);
    for (int k = 0; k < BINS; k++) {
      double magnitude = Math.exp(filter[2 * k]);
      double angle = filter[2 * k + 1];
      filter[2 * k] = magnitude * Math.cos(angle);
      filter[2 * k + 1] = magnitude * Math.sin(angle);
    }
  }

  /** The sound, once every frame was added. */
  float[] finish() {
    if (frame != frames + 1) {
      throw new IllegalStateException("%d of %d frames were added".formatted(frame, frames));
    }
    double[] squares = new double[HOP]; // sum of squared windows where all four overlap
    for (int i = 0; i < WINDOW; i++) {
      squares[i % HOP] += window[i] * window[i];
    }
    for (int n = 0; n < output.length; n++) {
      boolean whole = n >= WINDOW / 2 && n < output.length - WINDOW / 2;
      output[n] /= (float) (whole ? squares[n % HOP] : squaresAt(n));
    }
    return output;
  }

  private double squaresAt(int sample) {
    double sum = 0;
    for (int t = 0; t <= frames; t++) {
      int i = sample - t * HOP + WINDOW / 2;
      if (i < 0) {
        break;
      }
      if (i < WINDOW) {
        sum += window[i] * window[i];
      }
    }
    return sum;
  }
}
