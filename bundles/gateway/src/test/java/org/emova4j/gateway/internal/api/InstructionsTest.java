package org.emova4j.gateway.internal.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleCatalogue;
import org.junit.jupiter.api.Test;

class InstructionsTest {
  private static final StyleCatalogue CATALOGUE =
      new StyleCatalogue(
          List.of("female"),
          List.of("neutral", "happy", "sad"),
          List.of("low", "normal", "high"),
          List.of("slow", "normal", "fast"),
          true);

  private static Style of(String instructions) {
    return Instructions.apply(Style.DEFAULT, instructions, CATALOGUE);
  }

  @Test
  void findsLabelsAndWordsNearToThem() {
    assertThat(of("Speak slowly, in a sad and deep voice."))
        .isEqualTo(
            Style.DEFAULT
                .withEmotion("sad")
                .withPitch(new Style.Label("low"))
                .withSpeed(new Style.Label("slow")));
    assertThat(of("CHEERFUL and quick").emotion()).contains("happy");
  }

  @Test
  void passesOverWhatTheModuleDoesNotKnow() {
    assertThat(of("Sound furious, like a pirate.")).isEqualTo(Style.DEFAULT);
  }

  @Test
  void fieldsOfTheRequestWin() {
    Style sad = Style.DEFAULT.withEmotion("sad");

    assertThat(Instructions.apply(sad, "happy", CATALOGUE)).isEqualTo(sad);
  }
}
