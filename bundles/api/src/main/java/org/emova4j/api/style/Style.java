package org.emova4j.api.style;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How something is to be said. Labels are those of a {@link StyleCatalogue}; what is empty takes
 * the style module's default (or, with a reference recording, the recording's own).
 *
 * @param speaker label; {@link #SAME_SPEAKER} keeps the recording's own voice
 * @param emotion label
 * @param intensity of the emotion, 0 (none) to 1 (full)
 * @param pitch label, or a shift in semitones
 * @param speed label, or a ratio (2 is twice as fast)
 */
public record Style(
    Optional<String> speaker,
    Optional<String> emotion,
    OptionalDouble intensity,
    Optional<Level> pitch,
    Optional<Level> speed) {
  /** Widest pitch shift, in semitones either way. */
  public static final double MAX_PITCH_SHIFT = 24;

  /** Greatest speed ratio; the smallest is its reciprocal. */
  public static final double MAX_SPEED = 4;

  /**
   * Speaker label of every catalogue whose module can say what a style changes by itself: the voice
   * of the recording is kept.
   */
  public static final String SAME_SPEAKER = "same";

  /** All defaults. */
  public static final Style DEFAULT =
      new Style(
          Optional.empty(),
          Optional.empty(),
          OptionalDouble.empty(),
          Optional.empty(),
          Optional.empty());

  public Style {
    requireNonNull(speaker, "speaker");
    requireNonNull(emotion, "emotion");
    requireNonNull(pitch, "pitch");
    requireNonNull(speed, "speed");
    if (intensity.isPresent() && !(intensity.getAsDouble() >= 0 && intensity.getAsDouble() <= 1)) {
      throw new IllegalArgumentException(
          "intensity %s is outside 0..1".formatted(intensity.getAsDouble()));
    }
    if (pitch.orElse(null) instanceof Amount a && !(Math.abs(a.value()) <= MAX_PITCH_SHIFT)) {
      throw new IllegalArgumentException(
          "pitch %s is outside -%s..%s semitones"
              .formatted(a.value(), MAX_PITCH_SHIFT, MAX_PITCH_SHIFT));
    }
    if (speed.orElse(null) instanceof Amount a
        && !(a.value() >= 1 / MAX_SPEED && a.value() <= MAX_SPEED)) {
      throw new IllegalArgumentException(
          "speed %s is outside %s..%s".formatted(a.value(), 1 / MAX_SPEED, MAX_SPEED));
    }
  }

  /** A step of a catalogue by name, or an amount on a continuous scale. */
  public sealed interface Level permits Label, Amount {
    /** A number where the text is one, a label otherwise. */
    static Level parse(String text) {
      try {
        return new Amount(Double.parseDouble(text));
      } catch (NumberFormatException e) {
        return new Label(text);
      }
    }
  }

  /** A label of the catalogue, e.g. {@code high}. */
  public record Label(String name) implements Level {
    public Label {
      requireNonNull(name, "name");
    }
  }

  /** An amount: semitones of pitch, ratio of speed. */
  public record Amount(double value) implements Level {
    public Amount {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("value %s is not finite".formatted(value));
      }
    }
  }

  /** Whether the recording's own voice is to be kept. */
  public boolean keepsSpeaker() {
    return speaker.filter(SAME_SPEAKER::equals).isPresent();
  }

  public Style withSpeaker(String label) {
    return new Style(Optional.of(label), emotion, intensity, pitch, speed);
  }

  public Style withEmotion(String label) {
    return new Style(speaker, Optional.of(label), intensity, pitch, speed);
  }

  public Style withIntensity(double value) {
    return new Style(speaker, emotion, OptionalDouble.of(value), pitch, speed);
  }

  public Style withPitch(Level level) {
    return new Style(speaker, emotion, intensity, Optional.of(level), speed);
  }

  public Style withSpeed(Level level) {
    return new Style(speaker, emotion, intensity, pitch, Optional.of(level));
  }
}
