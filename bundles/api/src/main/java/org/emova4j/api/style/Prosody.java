package org.emova4j.api.style;

import java.util.Arrays;

/**
 * The melody and the loudness of an utterance, independent of who spoke and how near the microphone
 * was.
 *
 * <p>Frames are evenly spaced; frame t is centred on time {@code t / frameRate} seconds. Immutable
 * and safe for concurrent use.
 */
public final class Prosody {
  private final double frameRate;
  private final float[] f0;
  private final float[] energy;

  private Prosody(double frameRate, float[] f0, float[] energy) {
    if (!(frameRate > 0 && frameRate <= 10_000)) {
      throw new IllegalArgumentException(
          "frameRate %s is outside 0..10000 Hz".formatted(frameRate));
    }
    if (f0.length != energy.length) {
      throw new IllegalArgumentException(
          "%d F0 frames but %d energy frames".formatted(f0.length, energy.length));
    }
    for (int t = 0; t < f0.length; t++) {
      if (!(f0[t] >= 0 && f0[t] < 10_000)) {
        throw new IllegalArgumentException(
            "F0 %s at frame %d is outside 0..10000 Hz".formatted(f0[t], t));
      }
      if (!Float.isFinite(energy[t])) {
        throw new IllegalArgumentException("energy at frame %d is %s".formatted(t, energy[t]));
      }
    }
    this.frameRate = frameRate;
    this.f0 = f0;
    this.energy = energy;
  }

  /**
   * @param frameRate frames a second
   * @param f0 fundamental frequency of each frame in hertz, 0 where unvoiced; copied
   * @param energy natural logarithm of each frame's amplitude relative to the level of the active
   *     speech; copied
   */
  public static Prosody of(double frameRate, float[] f0, float[] energy) {
    return new Prosody(frameRate, f0.clone(), energy.clone());
  }

  /** Frames a second. */
  public double frameRate() {
    return frameRate;
  }

  /** The number of frames. */
  public int length() {
    return f0.length;
  }

  /** A copy of F0 in hertz, 0 where unvoiced. */
  public float[] f0() {
    return f0.clone();
  }

  /** A copy of the energy, natural logarithm of amplitude relative to the active speech. */
  public float[] energy() {
    return energy.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Prosody p
        && frameRate == p.frameRate
        && Arrays.equals(f0, p.f0)
        && Arrays.equals(energy, p.energy);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Double.hashCode(frameRate) + Arrays.hashCode(f0)) + Arrays.hashCode(energy);
  }

  @Override
  public String toString() {
    return "Prosody[%d frames at %s Hz]".formatted(f0.length, frameRate);
  }
}
