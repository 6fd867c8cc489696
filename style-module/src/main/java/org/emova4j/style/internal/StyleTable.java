package org.emova4j.style.internal;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleCatalogue;

/**
 * What a model knows by label. All maps keep the order of the file; the first speaker is the
 * default.
 *
 * @param speakers at least one
 * @param emotions with one named neutral that changes nothing
 * @param pitches shifts in semitones
 * @param speeds ratios
 */
record StyleTable(
    Map<String, Speaker> speakers,
    Map<String, Emotion> emotions,
    Map<String, Double> pitches,
    Map<String, Double> speeds) {
  /**
   * A voice.
   *
   * @param embedding of shape [64], of length 8
   * @param lnF0Mean mean of ln F0, F0 in hertz
   * @param lnF0Deviation standard deviation of ln F0
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and private to this bundle
  record Speaker(float[] embedding, double lnF0Mean, double lnF0Deviation) {}

  /**
   * What an emotion at full intensity changes against neutral speech.
   *
   * @param pitch semitones
   * @param range factor of deviations of F0
   * @param speed ratio
   * @param energy decibels
   * @param tilt decibels an octave
   * @param breathiness decibels
   * @param jitter fraction of the period
   * @param finalRise semitones
   * @param contrast factor of deviations of the energy
   */
  record Emotion(
      double pitch,
      double range,
      double speed,
      double energy,
      double tilt,
      double breathiness,
      double jitter,
      double finalRise,
      double contrast) {
    /** Weaker or as it is: amounts in proportion to the intensity, factors by its power. */
    void apply(StyleSpace style, double intensity) {
      style.add(StyleSpace.LN_F0_MEAN, intensity * pitch * Math.log(2) / 12);
      style.multiply(StyleSpace.F0_RANGE, Math.pow(range, intensity));
      style.multiply(StyleSpace.SPEED, Math.pow(speed, intensity));
      style.add(StyleSpace.ENERGY, intensity * energy);
      style.add(StyleSpace.TILT, intensity * tilt);
      style.add(StyleSpace.BREATHINESS, intensity * breathiness);
      // less jitter than the voice has can't be made
      style.add(StyleSpace.JITTER, Math.max(0, intensity * jitter));
      style.add(StyleSpace.FINAL_RISE, intensity * finalRise);
      style.multiply(StyleSpace.ENERGY_CONTRAST, Math.pow(contrast, intensity));
    }
  }

  /** The voices, and at the end the one that is none: the recording's own. */
  List<String> speakerLabels() {
    return Stream.concat(speakers.keySet().stream(), Stream.of(Style.SAME_SPEAKER)).toList();
  }

  StyleCatalogue catalogue() {
    return new StyleCatalogue(
        speakerLabels(),
        emotions.keySet().stream().toList(),
        pitches.keySet().stream().toList(),
        speeds.keySet().stream().toList(),
        true);
  }
}
