package org.emova4j.vocoder.internal.uvits;

/**
 * Draws latent frames around what was said of their unit. Safe for concurrent use.
 *
 * <p>Letters: T units, L latent channels.
 */
final class Prior {
  private final float[] means; // (T, L)
  private final float[] deviations; // (T, L), not scaled
  private final int latent;
  private final int[] units; // of each frame; -1 where there is none
  private final NoiseSource noise;
  private final float scale;

  /**
   * @param means of shape [T, L]
   * @param logDeviations of shape [T, L]
   * @param frames how many each unit lasts
   * @param scale factor of the noise
   */
  Prior(float[] means, float[] logDeviations, int[] frames, NoiseSource noise, float scale) {
    this.means = means;
    this.noise = noise;
    this.scale = scale;
    latent = means.length / frames.length;
    deviations = new float[logDeviations.length];
    for (int i = 0; i < deviations.length; i++) {
      deviations[i] = (float) Math.exp(logDeviations[i]);
    }
    units = new int[Timing.sum(frames)];
    units[0] = -1; // stays where all durations are zero
    int frame = 0;
    for (int unit = 0; unit < frames.length; unit++) {
      for (int i = 0; i < frames[unit]; i++) {
        units[frame++] = unit;
      }
    }
  }

  /** All frames. */
  int frames() {
    return units.length;
  }

  /** Of shape [length of the span, L]. */
  float[] draw(Span span) {
    float[] rows = new float[span.length() * latent];
    for (int frame = span.first(); frame < span.end(); frame++) {
      int to = (frame - span.first()) * latent;
      int from = units[frame] * latent;
      boolean known = units[frame] >= 0;
      for (int c = 0; c < latent; c++) {
        float mean = known ? means[from + c] : 0;
        float deviation = known ? deviations[from + c] : 1;
        rows[to + c] = scale == 0 ? mean : mean + noise.frame(frame, c) * deviation * scale;
      }
    }
    return rows;
  }
}
