package org.emova4j.wav;

/**
 * Floats to integers: full scale is a power of two, as decoders have it, so that integers survive
 * the way to floats and back; rounded to the nearest and clipped.
 */
public final class Pcm {
  private Pcm() {}

  public static short to16(float sample) {
    return (short) Math.max(-0x8000, Math.min(0x7FFF, Math.round(sample * (double) 0x8000)));
  }

  public static int to24(float sample) {
    return (int) Math.max(-0x80_0000, Math.min(0x7F_FFFF, Math.round(sample * (double) 0x80_0000)));
  }

  public static float clip(float sample) {
    return Math.max(-1f, Math.min(1f, sample));
  }
}
