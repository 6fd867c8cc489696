package org.emova4j.vocoder.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Prosody;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.junit.jupiter.api.Test;

/** What every {@link Vocoder} does. */
public abstract class VocoderContract {
  /** The vocoder under test. */
  protected abstract Vocoder vocoder() throws Exception;

  /** A style of its space at normal speed. */
  protected abstract StyleVector style();

  private UnitSequence timed() throws Exception {
    return UnitSequence.ofTimed(vocoder().codebook(), new int[] {5, 900, 31}, new int[] {3, 1, 9});
  }

  @Test
  void timedUnitsLastAsLongAsTheySay() throws Exception {
    Audio sound = vocoder().vocode(timed(), style());
    assertThat(sound.sampleRate()).isEqualTo(vocoder().sampleRate());
    long nanos = timed().duration().orElseThrow().toNanos();
    assertThat(sound.length()).isEqualTo((int) (nanos * vocoder().sampleRate() / 1_000_000_000));
  }

  @Test
  void untimedUnitsGetTheirTiming() throws Exception {
    assertThat(vocoder().vocode(timed().untimed(), style()).length()).isPositive();
  }

  @Test
  void refusesNoUnits() throws Exception {
    Vocoder vocoder = vocoder();
    StyleVector style = style();
    for (UnitSequence nothing :
        List.of(UnitSequence.of(vocoder.codebook()), UnitSequence.ofFrames(vocoder.codebook()))) {
      assertThatThrownBy(() -> vocoder.vocode(nothing, style))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no units");
    }
  }

  @Test
  void theSameArgumentsGiveTheSameSound() throws Exception {
    Vocoder vocoder = vocoder();
    Audio expected = vocoder.vocode(timed(), style());
    UnitSequence units = timed();
    ExecutorService pool = Executors.newFixedThreadPool(3);
    try {
      List<Callable<Audio>> calls =
          IntStream.range(0, 6)
              .<Callable<Audio>>mapToObj(i -> () -> vocoder.vocode(units, style()))
              .toList();
      for (var result : pool.invokeAll(calls)) {
        assertThat(result.get().equals(expected)).isTrue();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void refusesAnotherCodebookNamingBoth() throws Exception {
    Codebook own = vocoder().codebook();
    UnitSequence units =
        UnitSequence.of(new Codebook("other-40ms-16", own.size(), own.unitDuration()), 1);
    assertThatThrownBy(() -> vocoder().vocode(units, style()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("other-40ms-16")
        .hasMessageContaining(own.id());
  }

  @Test
  void refusesAnotherStyleSpaceNamingBoth() throws Exception {
    UnitSequence units = timed();
    assertThatThrownBy(() -> vocoder().vocode(units, StyleVector.of("other-space", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("other-space")
        .hasMessageContaining(vocoder().styleSpace());
  }

  @Test
  void refusesProsodyForUnitsWithoutTiming() throws Exception {
    UnitSequence units = timed().untimed();
    Optional<Prosody> prosody = Optional.of(Prosody.of(100, new float[52], new float[52]));
    assertThatThrownBy(() -> vocoder().vocode(units, style(), prosody))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("timing");
  }

  @Test
  void everySampleIsWithinBounds() throws Exception {
    for (float sample : vocoder().vocode(timed(), style()).samples()) {
      assertThat(sample).isBetween(-1f, 1f);
    }
  }
}
