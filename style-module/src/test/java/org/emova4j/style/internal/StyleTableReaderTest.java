package org.emova4j.style.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.style.StyleCatalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StyleTableReaderTest {
  @TempDir private Path folder;

  @Test
  void keepsTheOrderOfTheFile() throws Exception {
    StyleCatalogue catalogue = StyleTableReader.read(Fixtures.resource("/style.json")).catalogue();
    assertThat(catalogue.speakers()).containsExactly("female", "male", "same");
    assertThat(catalogue.emotions()).containsExactly("neutral", "happy", "sad");
    assertThat(catalogue.pitches()).containsExactly("low", "normal", "high");
    assertThat(catalogue.speeds()).containsExactly("slow", "normal", "fast");
    assertThat(catalogue.continuous()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "lite-1"      | "lite-2"      | space is "lite-2"
          5.3           | 53            | speakers.female.lnF0Mean is 53
          "male"        | "female"      | id "female"
          "male"        | "same"        | id "same"
          [8,           | [7,           | speakers.female.embedding is of length 7
          [8,           | [             | 63 values
          1.44          | "much"        | emotions.happy.pitchRange is "much"
          1.44          | 1e999         | emotions.happy.pitchRange
          "normal": 1.0 | "usual": 1.0  | speeds is no object with an entry "normal"
          "low": -4     | "low": -40    | pitches.low is -40
          "speakers"    | "talkers"     | speakers is no list
          "space"       | space         | not valid JSON
          """)
  void refusesWhatIsWrongAndSaysWhere(String from, String to, String message) throws Exception {
    String json = Files.readString(Fixtures.resource("/style.json"));
    assertThat(json).contains(from);
    int place = json.indexOf(from);
    String changed = json.substring(0, place) + to + json.substring(place + from.length());
    Path file = Files.writeString(folder.resolve("style.json"), changed);
    assertThatThrownBy(() -> StyleTableReader.read(file))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> StyleTableReader.read(folder.resolve("none.json")))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("none.json");
  }
}
