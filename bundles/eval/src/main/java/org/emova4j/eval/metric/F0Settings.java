package org.emova4j.eval.metric;

/**
 * How F0 is tracked; the names and defaults are those of Boersma (1993), but for the ceiling.
 *
 * @param floorHertz lowest F0, at least 40
 * @param ceilingHertz highest F0, above the floor, at most 1,000
 * @param stepSeconds between two frames, 0.001 to 0.1
 * @param silenceThreshold frames whose peak is below this part of the recording's are unvoiced,
 *     0..1
 * @param voicingThreshold the strength of the unvoiced candidate, 0..1
 * @param octaveCost how much higher candidates are favoured, per octave
 * @param octaveJumpCost of a change of F0, per octave and 10 ms
 * @param voicingCost of a change between voiced and unvoiced, per 10 ms
 */
public record F0Settings(
    double floorHertz,
    double ceilingHertz,
    double stepSeconds,
    double silenceThreshold,
    double voicingThreshold,
    double octaveCost,
    double octaveJumpCost,
    double voicingCost) {
  /** 75 to 600 Hz, one frame each 10 ms. */
  public static final F0Settings DEFAULT =
      new F0Settings(75, 600, 0.01, 0.03, 0.45, 0.01, 0.35, 0.14);

  public F0Settings {
    check("floorHertz", floorHertz, 40, 1000);
    check("ceilingHertz", ceilingHertz, Math.nextUp(floorHertz), 1000);
    check("stepSeconds", stepSeconds, 0.001, 0.1);
    check("silenceThreshold", silenceThreshold, 0, 1);
    check("voicingThreshold", voicingThreshold, 0, 1);
    check("octaveCost", octaveCost, 0, 1);
    check("octaveJumpCost", octaveJumpCost, 0, 10);
    check("voicingCost", voicingCost, 0, 10);
  }

  private static void check(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          "%s %s is outside %s..%s".formatted(name, value, least, most));
    }
  }
}
