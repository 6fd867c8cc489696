package org.emova4j.api.style;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.emova4j.api.style.Style.Amount;
import org.emova4j.api.style.Style.Label;
import org.emova4j.api.style.Style.Level;
import org.junit.jupiter.api.Test;

class StyleTest {
  @Test
  void levelsAreNumbersOrLabels() {
    assertThat(Level.parse("-2.5")).isEqualTo(new Amount(-2.5));
    assertThat(Level.parse("high")).isEqualTo(new Label("high"));
    assertThatIllegalArgumentException().isThrownBy(() -> Level.parse("NaN"));
  }

  @Test
  void amountsHaveLimits() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Style.DEFAULT.withPitch(new Amount(25)))
        .withMessage("pitch 25.0 is outside -24.0..24.0 semitones");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Style.DEFAULT.withSpeed(new Amount(0.1)))
        .withMessage("speed 0.1 is outside 0.25..4.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Style.DEFAULT.withIntensity(1.01))
        .withMessage("intensity 1.01 is outside 0..1");
    assertThatIllegalArgumentException().isThrownBy(() -> Style.DEFAULT.withIntensity(Double.NaN));
  }

  @Test
  void prosodyChecksItsFrames() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Prosody.of(100, new float[] {-1}, new float[1]))
        .withMessage("F0 -1.0 at frame 0 is outside 0..10000 Hz");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Prosody.of(100, new float[2], new float[1]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Prosody.of(0, new float[1], new float[1]));
  }

  @Test
  void vectorsAreEqualByContentAndSpace() {
    assertThat(StyleVector.of("a", 1, 2)).isEqualTo(StyleVector.of("a", 1, 2));
    assertThat(StyleVector.of("a", 1, 2)).isNotEqualTo(StyleVector.of("b", 1, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StyleVector.of("a", Float.POSITIVE_INFINITY));
  }
}
