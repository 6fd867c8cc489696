package org.emova4j.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.Stream;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class UnitFormTest {
  private static final Codebook CODEBOOK = new Codebook("c", 100, Duration.ofMillis(40));

  static Stream<UnitForm> forms() {
    return Stream.of(UnitForm.values());
  }

  @ParameterizedTest
  @MethodSource("forms")
  void readsWhatItWrites(UnitForm form) throws Exception {
    UnitSequence timed = UnitSequence.ofTimed(CODEBOOK, new int[] {0, 99, 5}, new int[] {1, 20, 3});
    UnitSequence expected = form == UnitForm.TOKENS ? timed.untimed() : timed;

    assertThat(UnitForm.parse(form.write(timed), CODEBOOK)).isEqualTo(expected);
    assertThat(UnitForm.parse(form.write(timed.untimed()), CODEBOOK)).isEqualTo(timed.untimed());
  }

  @Test
  void writesTimingBesideIds() {
    UnitSequence units = UnitSequence.ofTimed(CODEBOOK, new int[] {12, 7}, new int[] {3, 1});

    assertThat(UnitForm.TEXT.write(units)).isEqualTo("12*3 7*1\n");
    assertThat(UnitForm.JSON.write(units))
        .isEqualTo(
            "{\"codebook\":\"c\",\"codebookSize\":100,\"unitMillis\":40,"
                + "\"units\":[12,7],\"runLengths\":[3,1]}\n");
    assertThat(UnitForm.TOKENS.write(units)).isEqualTo("<|speech_12|><|speech_7|>\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "1 2 x;\"x\" at index 2 is neither id nor id*run",
        "1 100;unit 100 at index 1 is outside codebook c of size 100",
        "1*0;run length 0 at index 0 is outside 1..100000",
        "-1;\"-1\" at index 0 is neither",
        "99999999999;is neither id nor id*run",
        "<|speech_1|;no <|speech_N|> at character 0",
        "{\"units\":[1.5]};\"1.5\" at index 0 of \"units\" is no unit",
        "{\"units\":7};there is no list \"units\"",
        "{\"units\":[1],\"runLengths\":[1,2]};2 run lengths for 1 units",
        "{\"units\":[1],\"unitMillis\":20};last 20 ms each",
        "{\"units\":[1;these are no units",
        "{\"units\":[99999999999]};is no unit",
      })
  void saysWhatIsWrongAndWhere(String text, String message) {
    assertThatThrownBy(() -> UnitForm.parse(text, CODEBOOK))
        .isInstanceOf(FailedException.class)
        .hasMessageContaining(message);
  }
}
