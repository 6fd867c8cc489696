package org.emova4j.style.internal;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleCatalogue;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.style.StyleVector;
import org.emova4j.engine.dsp.LogMel;

/**
 * The {@code lite} style module: a table of speakers, emotions, pitches and speeds, and a network
 * that hears a speaker in a recording. An emotion without intensity is taken at full intensity.
 */
final class LiteStyleModule implements StyleModule, AutoCloseable {
  private static final String NORMAL = "normal";
  private static final double SEMITONE = Math.log(2) / 12;
  private static final double MOST_SHIFT = 48 * SEMITONE;

  private final SpeakerEncoder encoder;
  private final StyleTable table;
  private final StyleCatalogue catalogue;

  /**
   * @param encoder is closed with this
   */
  LiteStyleModule(SpeakerEncoder encoder, StyleTable table) {
    this.encoder = encoder;
    this.table = table;
    catalogue = table.catalogue();
  }

  @Override
  public String styleSpace() {
    return StyleSpace.ID;
  }

  @Override
  public StyleCatalogue catalogue() {
    return catalogue;
  }

  @Override
  public int referenceSampleRate() {
    return LogMel.SAMPLE_RATE;
  }

  @Override
  public StyleVector encode(Style style) {
    if (style.mix().isPresent()) {
      Style.Mix mix = style.mix().get();
      return encode(style.unmixed()).towards(encode(mix.other()), mix.weight());
    }
    String label = style.speaker().orElse(catalogue.speakers().get(0));
    return adjust(start(label), style);
  }

  /** A speaker label replaces the recording's voice and pitch; all else adds to them. */
  @Override
  public StyleVector encode(Audio reference, Style adjustments) throws SpeechException {
    if (adjustments.mix().isPresent()) {
      Style.Mix mix = adjustments.mix().get();
      checkLabels(mix.other());
      return encode(reference, adjustments.unmixed())
          .towards(encode(reference, mix.other()), mix.weight());
    }
    checkLabels(adjustments); // before the work
    if (adjustments.keepsSpeaker()) {
      throw new IllegalArgumentException(
          "speaker \"same\" keeps a recording's own voice, so that no other's can be taken");
    }
    HeardSpeech heard = HeardSpeech.of(reference);
    if (adjustments.speaker().isPresent()) {
      return encode(adjustments);
    }
    float[] speaker = encoder.run(heard.mel(), heard.mask());
    return adjust(new StyleSpace(speaker, heard.lnF0Mean(), heard.lnF0Deviation()), adjustments);
  }

  /**
   * The nearest speaker by the angle between embeddings, and the pitch label that comes nearest to
   * the distance between its mean F0 and the recording's. Emotion and speed stay empty: one
   * recording doesn't say what is normal for its speaker.
   */
  @Override
  public Style describe(Audio reference) throws SpeechException {
    HeardSpeech heard = HeardSpeech.of(reference);
    float[] speaker = encoder.run(heard.mel(), heard.mask());
    String nearest = table.speakers().keySet().iterator().next();
    for (String label : table.speakers().keySet()) {
      if (product(speaker, table.speakers().get(label).embedding())
          > product(speaker, table.speakers().get(nearest).embedding())) {
        nearest = label;
      }
    }
    double shift = (heard.lnF0Mean() - table.speakers().get(nearest).lnF0Mean()) / SEMITONE;
    String pitch = NORMAL;
    for (String label : catalogue.pitches()) {
      if (Math.abs(table.pitches().get(label) - shift)
          < Math.abs(table.pitches().get(pitch) - shift)) {
        pitch = label;
      }
    }
    return new Style(
        Optional.of(nearest),
        Optional.empty(),
        OptionalDouble.empty(),
        Optional.of(new Style.Label(pitch)),
        Optional.empty());
  }

  private static double product(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private StyleSpace start(String label) {
    if (label.equals(Style.SAME_SPEAKER)) {
      return StyleSpace.ofNoSpeaker();
    }
    StyleTable.Speaker speaker = speaker(label);
    return new StyleSpace(speaker.embedding(), speaker.lnF0Mean(), speaker.lnF0Deviation());
  }

  private StyleTable.Speaker speaker(String label) {
    return find(table.speakers(), "speaker", label, catalogue.speakers());
  }

  private void checkLabels(Style style) {
    style.speaker().filter(label -> !label.equals(Style.SAME_SPEAKER)).ifPresent(this::speaker);
    style.emotion().ifPresent(label -> find(table.emotions(), "emotion", label));
    style.pitch().ifPresent(level -> amount(table.pitches(), "pitch", level));
    style.speed().ifPresent(level -> amount(table.speeds(), "speed", level));
  }

  private StyleVector adjust(StyleSpace point, Style style) {
    checkLabels(style);
    style
        .emotion()
        .ifPresent(
            label ->
                find(table.emotions(), "emotion", label).apply(point, style.intensity().orElse(1)));
    double shift =
        style
            .pitch()
            .map(level -> amount(table.pitches(), "pitch", level))
            .orElse(table.pitches().get(NORMAL));
    point.add(StyleSpace.LN_F0_MEAN, shift * SEMITONE);
    double speed =
        style
            .speed()
            .map(level -> amount(table.speeds(), "speed", level))
            .orElse(table.speeds().get(NORMAL));
    point.multiply(StyleSpace.SPEED, speed);
    double mean = point.get(StyleSpace.LN_F0_MEAN);
    // a low voice two octaves down is still a voice
    double least = style.keepsSpeaker() ? -MOST_SHIFT : Math.log(40);
    double most = style.keepsSpeaker() ? MOST_SHIFT : Math.log(800);
    point.set(StyleSpace.LN_F0_MEAN, Math.max(least, Math.min(most, mean)));
    return point.vector();
  }

  private static double amount(Map<String, Double> table, String what, Style.Level level) {
    if (level instanceof Style.Amount amount) {
      return amount.value();
    }
    return find(table, what, ((Style.Label) level).name());
  }

  private static <T> T find(Map<String, T> table, String what, String label) {
    return find(table, what, label, table.keySet());
  }

  private static <T> T find(
      Map<String, T> table, String what, String label, Collection<String> known) {
    T found = table.get(label);
    if (found == null) {
      throw new IllegalArgumentException(
          "%s \"%s\" is not one of %s".formatted(what, label, String.join(", ", known)));
    }
    return found;
  }

  @Override
  public void close() {
    encoder.close();
  }
}
