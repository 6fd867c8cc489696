package org.emova4j.style.internal.centroids;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleCatalogue;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.style.StyleVector;

/**
 * EMOVA's styles: each condition is a point, the mean of recordings that were spoken so. What the
 * reference can't do: an emotion in part is on the line from the neutral point of the same speaker,
 * speed and pitch; two styles mix on the line between them; labels move a recording's style as they
 * move its speaker's point.
 */
final class CentroidStyleModule implements StyleModule, AutoCloseable {
  private final String space;
  private final CentroidTable table;
  private final Optional<ReferenceEncoder> encoder;
  private final int sampleRate;

  /**
   * @param encoder is closed with this
   * @param sampleRate that references have where there is no encoder, in hertz
   */
  CentroidStyleModule(
      String space, CentroidTable table, Optional<ReferenceEncoder> encoder, int sampleRate) {
    this.space = space;
    this.table = table;
    this.encoder = encoder;
    this.sampleRate = encoder.map(ReferenceEncoder::sampleRate).orElse(sampleRate);
  }

  @Override
  public String styleSpace() {
    return space;
  }

  @Override
  public StyleCatalogue catalogue() {
    return table.catalogue();
  }

  @Override
  public int referenceSampleRate() {
    return sampleRate;
  }

  @Override
  public StyleVector encode(Style style) {
    String speaker = table.catalogue().speakers().get(0);
    checkLabels(style);
    StyleVector vector = vector(point(style, style.speaker().orElse(speaker)));
    if (style.mix().isEmpty()) {
      return vector;
    }
    Style.Mix mix = style.mix().get();
    return vector.towards(encode(mix.other()), mix.weight());
  }

  /** A speaker label replaces the recording's voice and manner; other labels move it. */
  @Override
  public StyleVector encode(Audio reference, Style adjustments) throws SpeechException {
    checkLabels(adjustments); // before the work
    float[] heard = hear(reference);
    Condition nearest = table.nearest(heard);
    StyleVector vector = adjusted(heard, nearest, adjustments);
    if (adjustments.mix().isEmpty()) {
      return vector;
    }
    Style.Mix mix = adjustments.mix().get();
    return vector.towards(adjusted(heard, nearest, mix.other()), mix.weight());
  }

  private StyleVector adjusted(float[] heard, Condition nearest, Style style) {
    if (style.speaker().isPresent()) {
      return encode(style.unmixed());
    }
    float[] from = point(Style.DEFAULT, nearest.gender());
    float[] to = point(style, nearest.gender());
    float[] values = heard.clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += to[i] - from[i];
    }
    return vector(values);
  }

  /** The nearest of all conditions. */
  @Override
  public Style describe(Audio reference) throws SpeechException {
    Condition nearest = table.nearest(hear(reference));
    return new Style(
        Optional.of(nearest.gender()),
        Optional.of(nearest.emotion()),
        OptionalDouble.empty(),
        Optional.of(new Style.Label(nearest.pitch())),
        Optional.of(new Style.Label(nearest.speed())));
  }

  private float[] hear(Audio reference) throws SpeechException {
    if (encoder.isEmpty()) {
      throw new ModelUnavailableException(
          "this style module has no style encoder, so it knows labels but no recordings");
    }
    return encoder.get().encode(reference);
  }

  private StyleVector vector(float[] values) {
    return StyleVector.of(space, values);
  }

  /** A speaker's point, moved by the labels of a style, of which the speaker's is not looked at. */
  private float[] point(Style style, String speaker) {
    String speed = label(style.speed());
    String pitch = label(style.pitch());
    String emotion = style.emotion().orElse(CentroidTable.NEUTRAL);
    float[] full = table.get(new Condition(speaker, emotion, speed, pitch));
    double intensity = style.intensity().orElse(1);
    float[] neutral = table.get(new Condition(speaker, CentroidTable.NEUTRAL, speed, pitch));
    float[] point = new float[table.size()];
    for (int i = 0; i < point.length; i++) {
      point[i] = (float) (neutral[i] + intensity * ((double) full[i] - neutral[i]));
    }
    return intensity == 1 ? full.clone() : point;
  }

  private static String label(Optional<Style.Level> level) {
    return level.map(l -> ((Style.Label) l).name()).orElse(CentroidTable.NORMAL);
  }

  private void checkLabels(Style style) {
    StyleCatalogue known = table.catalogue();
    style.speaker().ifPresent(label -> requireKnown("speaker", label, known.speakers()));
    style.emotion().ifPresent(label -> requireKnown("emotion", label, known.emotions()));
    style.pitch().ifPresent(level -> requireLabel("pitch", level, known.pitches()));
    style.speed().ifPresent(level -> requireLabel("speed", level, known.speeds()));
    style.mix().ifPresent(mix -> checkLabels(mix.other()));
  }

  private static void requireLabel(String what, Style.Level level, List<String> known) {
    if (level instanceof Style.Label label) {
      requireKnown(what, label.name(), known);
    } else {
      throw new IllegalArgumentException(
          "%s is %s, must be one of %s"
              .formatted(what, ((Style.Amount) level).value(), String.join(", ", known)));
    }
  }

  private static void requireKnown(String what, String label, List<String> known) {
    if (!known.contains(label)) {
      throw new IllegalArgumentException(
          "%s \"%s\" is not one of %s".formatted(what, label, String.join(", ", known)));
    }
  }

  @Override
  public void close() {
    encoder.ifPresent(ReferenceEncoder::close);
  }
}
