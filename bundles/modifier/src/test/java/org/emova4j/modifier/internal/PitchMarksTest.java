package org.emova4j.modifier.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.emova4j.api.audio.Audio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PitchMarksTest {
  @ParameterizedTest
  @ValueSource(doubles = {77.7, 143.9, 251.3, 402.1})
  void liesOnePeriodApart(double f0) {
    Audio vowel = Signals.vowel(f0, 1, 16_000);
    PitchMarks marks = PitchMarks.find(vowel.samples(), Signals.f0(vowel), 1);

    assertThat(marks.count()).isBetween((int) (0.93 * f0), (int) (1.05 * f0));
    for (int i = 10; i < marks.count() - 10; i++) {
      assertThat(marks.behind(i)).isCloseTo(16_000 / f0, within(0.15));
      assertThat(marks.together(i, i + 1)).isTrue();
    }
  }

  @Test
  void countsInSamplesOfTheRecording() {
    Audio vowel = Signals.vowel(120, 1, 48_000);
    PitchMarks marks = PitchMarks.find(SpeechBand.of(vowel), Signals.f0(vowel), 3);

    assertThat(marks.behind(50)).isCloseTo(400, within(0.5));
    int loudest = 0;
    int from = (int) marks.place(50) - 200;
    for (int i = 0; i < 400; i++) {
      loudest =
          Math.abs(vowel.buffer().get(from + i)) > Math.abs(vowel.buffer().get(from + loudest))
              ? i
              : loudest;
    }
    assertThat(loudest).isCloseTo(200, within(6));
  }

  @Test
  void findsTheNearestWithinHalfAPeriodOnly() {
    Audio vowel = Signals.vowel(160, 1, 16_000);
    PitchMarks marks = PitchMarks.find(vowel.samples(), Signals.f0(vowel), 1);

    assertThat(marks.nearest(marks.place(7))).isEqualTo(7);
    assertThat(marks.nearest(marks.place(7) + 49)).isEqualTo(7);
    assertThat(marks.nearest(marks.place(7) + 51)).isEqualTo(8);
    assertThat(marks.nearest(marks.place(0) - 60)).isEqualTo(-1);
    assertThat(marks.firstBehind(marks.place(7))).isEqualTo(8);
    assertThat(marks.firstBehind(1e9)).isEqualTo(marks.count());
  }

  @Test
  void silenceHasNone() {
    PitchMarks none = PitchMarks.find(new float[16_000], new float[101], 1);
    assertThat(none.count()).isZero();
    assertThat(none.nearest(5)).isEqualTo(-1);
    assertThat(none.firstBehind(5)).isZero();
  }
}
