package org.emova4j.eval;

/** What is done to a recording to see which of its units stay. */
public enum Disturbance {
  /** Two semitones lower, at the same speed. */
  PITCH_DOWN("pitch -2 st", Kind.PITCH, -2),
  /** Two semitones higher, at the same speed. */
  PITCH_UP("pitch +2 st", Kind.PITCH, 2),
  /** 0.9 times as fast, at the same pitch. */
  SLOWER("speed 0.9", Kind.SPEED, 0.9),
  /** 1.1 times as fast, at the same pitch. */
  FASTER("speed 1.1", Kind.SPEED, 1.1),
  /** White noise, 20 dB below the recording's mean power. */
  NOISE_20("noise 20 dB", Kind.NOISE, 20),
  /** White noise, 10 dB below the recording's mean power. */
  NOISE_10("noise 10 dB", Kind.NOISE, 10),
  /** Opus at 16 kbit/s. */
  OPUS("opus 16k", Kind.OPUS, 16_000),
  /** MP3 at 32 kbit/s. */
  MP3("mp3 32k", Kind.MP3, 32_000);

  /** What kind it is. */
  public enum Kind {
    PITCH,
    SPEED,
    NOISE,
    OPUS,
    MP3
  }

  private final String label;
  private final Kind kind;
  private final double amount;

  Disturbance(String label, Kind kind, double amount) {
    this.label = label;
    this.kind = kind;
    this.amount = amount;
  }

  /** For people. */
  public String label() {
    return label;
  }

  public Kind kind() {
    return kind;
  }

  /** Semitones, speed ratio, decibels, or bits a second. */
  public double amount() {
    return amount;
  }

  /** Whether frames of the disturbed recording are those of the undisturbed one. */
  public boolean keepsTime() {
    return kind != Kind.SPEED;
  }

  /** Whether it takes a {@link EvalTools.Modifier}. */
  public boolean needsModifier() {
    return kind == Kind.PITCH || kind == Kind.SPEED;
  }
}
