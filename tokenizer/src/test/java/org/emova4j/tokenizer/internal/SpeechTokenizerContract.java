package org.emova4j.tokenizer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.unit.UnitSequence;
import org.junit.jupiter.api.Test;

/** What every {@link SpeechTokenizer} does. */
public abstract class SpeechTokenizerContract {
  /** The tokenizer under test. */
  protected abstract SpeechTokenizer tokenizer() throws Exception;

  /** Some speech at its rate, at least a second. */
  protected abstract Audio speech();

  @Test
  void unitsCoverTheRecording() throws Exception {
    SpeechTokenizer tokenizer = tokenizer();
    double unit = tokenizer.codebook().unitDuration().toNanos() / 1e9;
    for (int length : new int[] {1, 639, 640, 641, speech().length()}) {
      UnitSequence units = tokenizer.tokenize(speech().slice(0, length));
      assertThat(units.frameIds()).hasSize((int) Math.ceil(length / unit / tokenizer.sampleRate()));
      assertThat(units.codebook()).isEqualTo(tokenizer.codebook());
    }
  }

  @Test
  void nothingGivesNoUnits() throws Exception {
    Audio nothing = Audio.of(new float[0], tokenizer().sampleRate());
    UnitSequence units = tokenizer().tokenize(nothing);
    assertThat(units.length()).isZero();
    assertThat(units.isTimed()).isTrue();
  }

  @Test
  void silenceGivesUnits() throws Exception {
    Audio silence = Audio.of(new float[16_000], tokenizer().sampleRate());
    assertThat(tokenizer().tokenize(silence).length()).isPositive();
  }

  @Test
  void refusesAnotherRate() {
    Audio other = Audio.of(new float[100], 22_050);
    assertThatThrownBy(() -> tokenizer().tokenize(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("22050");
  }

  @Test
  void manyThreadsGetTheSame() throws Exception {
    SpeechTokenizer tokenizer = tokenizer();
    Audio speech = speech();
    UnitSequence expected = tokenizer.tokenize(speech);
    ExecutorService pool = Executors.newFixedThreadPool(3);
    try {
      List<java.util.concurrent.Callable<UnitSequence>> calls =
          IntStream.range(0, 6)
              .<java.util.concurrent.Callable<UnitSequence>>mapToObj(
                  i -> () -> tokenizer.tokenize(speech))
              .toList();
      for (var result : pool.invokeAll(calls)) {
        assertThat(result.get()).isEqualTo(expected);
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
