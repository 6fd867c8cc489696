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
 * @param mix another style to go towards
 */
public record Style(
    Optional<String> speaker,
    Optional<String> emotion,
    OptionalDouble intensity,
    Optional<Level> pitch,
    Optional<Level> speed,
    Optional<Mix> mix) {
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
    requireNonNull(mix, "mix");
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

  /** One style, not mixed with another. */
  public Style(
      Optional<String> speaker,
      Optional<String> emotion,
      OptionalDouble intensity,
      Optional<Level> pitch,
      Optional<Level> speed) {
    this(speaker, emotion, intensity, pitch, speed, Optional.empty());
  }

  /**
   * The way to another style: the point between the two vectors.
   *
   * @param other not mixed itself
   * @param weight from 0, which changes nothing, to 1, which is the other
   */
  public record Mix(Style other, double weight) {
    public Mix {
      if (other.mix().isPresent()) {
        throw new IllegalArgumentException("the other style of a mix is mixed itself");
      }
      if (!(weight >= 0 && weight <= 1)) {
        throw new IllegalArgumentException("weight %s is outside 0..1".formatted(weight));
      }
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
    return new Style(Optional.of(label), emotion, intensity, pitch, speed, mix);
  }

  public Style withEmotion(String label) {
    return new Style(speaker, Optional.of(label), intensity, pitch, speed, mix);
  }

  public Style withIntensity(double value) {
    return new Style(speaker, emotion, OptionalDouble.of(value), pitch, speed, mix);
  }

  public Style withPitch(Level level) {
    return new Style(speaker, emotion, intensity, Optional.of(level), speed, mix);
  }

  public Style withSpeed(Level level) {
    return new Style(speaker, emotion, intensity, pitch, Optional.of(level), mix);
  }

  /** This on its way to another. */
  public Style mixedWith(Style other, double weight) {
    return new Style(
        speaker, emotion, intensity, pitch, speed, Optional.of(new Mix(other, weight)));
  }

  /** This without its {@link #mix}. */
  public Style unmixed() {
    return new Style(speaker, emotion, intensity, pitch, speed);
  }
}
