package org.emova4j.batch;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.OptionalDouble;
import org.emova4j.api.audio.Audio;

/**
 * Integrated loudness of one channel: ITU-R BS.1770-4, annex 1, as EBU R128 uses it. The filters
 * are those of the recommendation at 48 kHz, worked out for the sound's rate.
 */
final class Loudness {
  private static final double BLOCK_SECONDS = 0.4;
  private static final int HOPS_A_BLOCK = 4; // blocks overlap by 75 %
  private static final double ABSOLUTE_GATE = -70; // LUFS
  private static final double RELATIVE_GATE = -10; // LU below the mean of what passes the first
  private static final double OFFSET = -0.691;

  private Loudness() {}

  /** In LUFS; empty for what is shorter than a block, or silent. */
  static OptionalDouble of(Audio sound) {
    int hop = (int) Math.round(sound.sampleRate() * BLOCK_SECONDS / HOPS_A_BLOCK);
    double[] hops = hopEnergies(sound, hop);
    int blocks = hops.length - HOPS_A_BLOCK + 1;
    if (blocks < 1) {
      return OptionalDouble.empty();
    }
    double[] powers = new double[blocks];
    for (int i = 0; i < blocks; i++) {
      powers[i] = Arrays.stream(hops, i, i + HOPS_A_BLOCK).sum() / ((double) hop * HOPS_A_BLOCK);
    }
    OptionalDouble audible = meanAbove(powers, ABSOLUTE_GATE);
    if (audible.isEmpty()) {
      return OptionalDouble.empty();
    }
    double gate = Math.max(ABSOLUTE_GATE, lufs(audible.getAsDouble()) + RELATIVE_GATE);
    return OptionalDouble.of(lufs(meanAbove(powers, gate).orElse(audible.getAsDouble())));
  }

  private static OptionalDouble meanAbove(double[] powers, double gate) {
    return Arrays.stream(powers).filter(power -> lufs(power) > gate).average();
  }

  private static double lufs(double power) {
    return OFFSET + 10 * Math.log10(power);
  }

  private static double[] hopEnergies(Audio sound, int hop) {
    Biquad shelf = Biquad.shelf(sound.sampleRate());
    Biquad highPass = Biquad.highPass(sound.sampleRate());
    FloatBuffer samples = sound.buffer();
    double[] energies = new double[sound.length() / hop];
    for (int i = 0; i < energies.length; i++) {
      double energy = 0;
      for (int n = 0; n < hop; n++) {
        double sample = highPass.filter(shelf.filter(samples.get()));
        energy += sample * sample;
      }
      energies[i] = energy;
    }
    return energies;
  }

  /** A filter of second order, in transposed direct form II. */
  private static final class Biquad {
    private final double b0;
    private final double b1;
    private final double b2;
    private final double a1;
    private final double a2;
    private double first;
    private double second;

    private Biquad(double b0, double b1, double b2, double a1, double a2) {
      this.b0 = b0;
      this.b1 = b1;
      this.b2 = b2;
      this.a1 = a1;
      this.a2 = a2;
    }

    /** The head's effect: 4 dB more from about 1.7 kHz on. */
    static Biquad shelf(int sampleRate) {
      double k = Math.tan(Math.PI * 1681.974450955533 / sampleRate);
      double q = 0.7071752369554196;
      double high = Math.pow(10, 3.999843853973347 / 20);
      double band = Math.pow(high, 0.4996667741545416);
      double a0 = 1 + k / q + k * k;
      return new Biquad(
          (high + band * k / q + k * k) / a0,
          2 * (k * k - high) / a0,
          (high - band * k / q + k * k) / a0,
          2 * (k * k - 1) / a0,
          (1 - k / q + k * k) / a0);
    }

    /** What is below about 38 Hz is not heard. */
    static Biquad highPass(int sampleRate) {
      double k = Math.tan(Math.PI * 38.13547087602444 / sampleRate);
      double q = 0.5003270373238773;
      double a0 = 1 + k / q + k * k;
      return new Biquad(1, -2, 1, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0);
    }

    double filter(double x) {
      double y = b0 * x + first;
      first = b1 * x - a1 * y + second;
      second = b2 * x - a2 * y;
      return y;
    }
  }
}
