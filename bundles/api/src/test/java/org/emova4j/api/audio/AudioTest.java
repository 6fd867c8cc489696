package org.emova4j.api.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AudioTest {
  @Test
  void copiesWhatItIsGivenAndWhatItGives() {
    float[] samples = {0.1f, 0.2f};
    Audio audio = Audio.of(samples, 16_000);
    samples[0] = 9;
    audio.samples()[1] = 9;

    assertThat(audio.samples()).containsExactly(0.1f, 0.2f);
    assertThat(audio.buffer().isReadOnly()).isTrue();
  }

  @Test
  void knowsItsDuration() {
    assertThat(Audio.of(new float[24_000], 16_000).duration()).isEqualTo(Duration.ofMillis(1_500));
  }

  @Test
  void slicesByIndex() {
    Audio audio = Audio.of(new float[] {0, 1, 2, 3}, 8_000);

    assertThat(audio.slice(1, 3)).isEqualTo(Audio.of(new float[] {1, 2}, 8_000));
    assertThatThrownBy(() -> audio.slice(3, 5)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void refusesSamplesThatAreNotFiniteAndOddRates() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Audio.of(new float[] {0, Float.NaN}, 16_000))
        .withMessage("sample 1 is NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Audio.of(new float[1], 999))
        .withMessage("sampleRate 999 is outside 1000..768000 Hz");
  }

  @Test
  void formatsAreFoundByIdAndByFileName() {
    assertThat(AudioFormat.ofFileName("a.b/Question.FLAC")).contains(AudioFormat.FLAC);
    assertThat(AudioFormat.ofFileName("x.ogg")).contains(AudioFormat.OPUS);
    assertThat(AudioFormat.ofFileName("flac")).contains(AudioFormat.FLAC);
    assertThat(AudioFormat.ofFileName("x.txt")).isEmpty();
    assertThat(AudioFormat.ofId("WAV24")).contains(AudioFormat.WAV24);
    assertThat(AudioFormat.ofId("ogg")).isEmpty();
  }
}
