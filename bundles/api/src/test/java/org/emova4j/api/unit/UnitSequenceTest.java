package org.emova4j.api.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnitSequenceTest {
  private static final Codebook C = new Codebook("c", 16, Duration.ofMillis(40));

  @Test
  void framesBecomeUnitsWithRunLengths() {
    UnitSequence units = UnitSequence.ofFrames(C, 3, 3, 3, 1, 3);

    assertThat(units.ids()).containsExactly(3, 1, 3);
    assertThat(units.runLengths().orElseThrow()).containsExactly(3, 1, 1);
    assertThat(units.frameIds()).containsExactly(3, 3, 3, 1, 3);
    assertThat(units.duration()).contains(Duration.ofMillis(5 * 40));
  }

  @Test
  void reducingMergesRepeatsAndAddsTheirRunLengths() {
    UnitSequence timed =
        UnitSequence.ofTimed(C, new int[] {5, 5, 2}, new int[] {2, 3, 1}).reduced();
    assertThat(timed).isEqualTo(UnitSequence.ofTimed(C, new int[] {5, 2}, new int[] {5, 1}));

    assertThat(UnitSequence.of(C, 5, 5, 2, 5).reduced()).isEqualTo(UnitSequence.of(C, 5, 2, 5));
  }

  @Test
  void reducingKeepsARunThatWouldPassTheLimitInPieces() {
    int limit = UnitSequence.MAX_RUN_LENGTH;
    UnitSequence units =
        UnitSequence.ofTimed(C, new int[] {5, 5, 5}, new int[] {limit, 1, 2}).reduced();

    assertThat(units.runLengths().orElseThrow()).containsExactly(limit, 3);
    assertThat(units.ids()).containsExactly(5, 5);
  }

  @Test
  void textFormRoundTrips() {
    UnitSequence units = UnitSequence.of(C, 12, 7, 0);

    assertThat(units.toText()).isEqualTo("<|speech_12|><|speech_7|><|speech_0|>");
    assertThat(UnitSequence.parse(C, units.toText())).isEqualTo(units);
    assertThat(UnitSequence.parse(C, " <|speech_1|>\n<|speech_2|> ").ids()).containsExactly(1, 2);
    assertThat(UnitSequence.parse(C, "").length()).isZero();
  }

  @Test
  void strictParsingSaysWhereTheTextDeparts() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UnitSequence.parse(C, "<|speech_1|>, <|speech_2|>"))
        .withMessageContaining("character 12");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UnitSequence.parse(C, "<|speech_16|>"))
        .withMessage("unit 16 at index 0 is outside codebook c of size 16");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UnitSequence.parse(C, "<|speech_99999999999999|>"));
  }

  @Test
  void lenientParsingTakesWhatItFinds() {
    String answer =
        "{\"units\": \"<|speech_3|> and <|speech_16|><|speech_99999999999|><|speech_4|><|spee";

    assertThat(UnitSequence.parseLenient(C, answer).ids()).containsExactly(3, 4);
  }

  @Test
  void refusesWhatTheCodebookDoesNotHold() {
    assertThatIllegalArgumentException().isThrownBy(() -> UnitSequence.of(C, 1, -1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UnitSequence.ofTimed(C, new int[] {1}, new int[] {0}))
        .withMessageContaining("run length 0 at index 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UnitSequence.ofTimed(C, new int[] {1}, new int[] {}))
        .withMessage("0 run lengths for 1 units");
  }

  @Test
  void untimedUnitsHaveNoFrames() {
    assertThat(UnitSequence.of(C, 1).duration()).isEmpty();
    assertThatIllegalStateException().isThrownBy(() -> UnitSequence.of(C, 1).frameIds());
  }

  @Test
  void doesNotShareItsArrays() {
    int[] ids = {1, 2};
    UnitSequence units = UnitSequence.of(C, ids);
    ids[0] = 9;
    units.ids()[1] = 9;

    assertThat(units.ids()).containsExactly(1, 2);
  }
}
