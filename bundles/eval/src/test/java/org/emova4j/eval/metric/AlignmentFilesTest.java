package org.emova4j.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * On TextGrids that Praat 6.3.07 wrote ({@code textgrid.praat}), and on what may be wrong with
 * files.
 */
class AlignmentFilesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"long.TextGrid", "short.TextGrid", "utf16.TextGrid"})
  void readsWhatPraatWrites(String name) throws Exception {
    List<Tier> tiers = TextGrids.read(Path.of(getClass().getResource(name).toURI()));
    assertThat(tiers)
        .containsExactly(
            new Tier(
                "words",
                List.of(
                    new Segment(0, 0.25, ""),
                    new Segment(0.25, 1.125, "say \"no\""),
                    new Segment(1.125, 1.5, ""))),
            new Tier(
                "phones",
                List.of(
                    new Segment(0, 0.25, ""),
                    new Segment(0.25, 0.6, "n"),
                    new Segment(0.6, 1.125, "oʊ"),
                    new Segment(1.125, 1.5, ""))));
  }

  @Test
  void labelsFramesByTheirMiddle() {
    Tier tier = new Tier("t", List.of(new Segment(0.02, 0.05, "a"), new Segment(0.05, 0.09, "b")));
    assertThat(tier.labels(6, 0.02)).containsExactly("", "a", "b", "b", "", "");
    assertThat(tier.at(0.05)).contains(new Segment(0.05, 0.09, "b"));
    assertThat(tier.at(0.09)).isEmpty();
  }

  @Test
  void takesWordsAmongNumbersForComment() throws Exception {
    String text =
        """
        "ooTextFile" "TextGrid" from 0 to 2 tiers? <exists> number 1 ! 17 comments "here"
        "IntervalTier" named "p" from 0 to 2 with 2 intervals: 0 1 "a
        b" and 1 2e0 ""
        """;
    assertThat(TextGrids.parse("x", text))
        .containsExactly(new Tier("p", List.of(new Segment(0, 1, "a\nb"), new Segment(1, 2, ""))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "ooTextFile" "Pitch" 0 1                                        | x, line 1: this is no TextGrid
          RIFF                                                            | x, line 1: the file ends before the file type
          "ooTextFile" "TextGrid" 0 1 <exists> 1 "IntervalTier" "p" 0 1 2 0 | the file ends before an interval's end
          "ooTextFile" "TextGrid" 0 1 <exists> 1 "IntervalTier" "p" 0 1 1 0 "a" | an interval's end should be a number, not "a"
          "ooTextFile" "TextGrid" 0 1 <exists> 1 "IntervalTier" "p" 0 1 1 1 0 "a" | segment "a" from 1.0 to 0.0 s
          "ooTextFile" "TextGrid" 0 1 <exists> 1 "IntervalTier" "p" 0 1 2 0 1 "a" .5 2 "b" | begins before
          "ooTextFile" "TextGrid" 0 1 <exists> 1 "OtherTier" "p" 0 1 0    | a tier of class "OtherTier"
          "ooTextFile" "TextGrid" 0 1 <exists> 99999999999                | the number of tiers is 9.9999999999E10
          "ooTextFile" "TextGrid" 0 1 <exists> 1.5                        | the number of tiers is 1.5
          "ooTextFile" "TextGrid                                          | a string without end
          """)
  void saysWhatIsWrongWithATextGrid(String text, String message) {
    assertThatThrownBy(() -> TextGrids.parse("x", text))
        .isInstanceOf(AlignmentFormatException.class)
        .hasMessageContaining(message);
  }

  @Test
  void namesTheLine() {
    String text = "\"ooTextFile\"\n\"TextGrid\"\n0\n1\n<exists>\nmany\n\"oops\"\n";
    assertThatThrownBy(() -> TextGrids.parse("a.TextGrid", text))
        .hasMessage("a.TextGrid, line 7: the number of tiers should be a number, not \"oops\"");
  }

  @Test
  void refusesOtherEncodings() throws Exception {
    Path file = folder.resolve("latin.TextGrid");
    Files.write(file, "\"ooTextFile\" \"é\"".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> TextGrids.read(file))
        .isInstanceOf(AlignmentFormatException.class)
        .hasMessageContaining("is not in UTF-8");
  }

  @Test
  void readsCtm() throws Exception {
    Path file = folder.resolve("a.ctm");
    Files.writeString(
        file,
        """
        ;; a comment
        rec1 1 0.10 0.20 HH 0.9
        rec2 A 0 1.5 sil

        rec1 1 0.00 0.10 sil
        rec1 1 0.2999 0.20 AH0
        rec1 1 0.50 0.00 nothing
        """);
    Map<String, Tier> tiers = CtmFiles.read(file);
    assertThat(tiers.keySet()).containsExactly("rec1", "rec2");
    assertThat(tiers.get("rec2")).isEqualTo(new Tier("A", List.of(new Segment(0, 1.5, "sil"))));
    assertThat(tiers.get("rec1").segments())
        .extracting(Segment::label)
        .containsExactly("sil", "HH", "AH0");
    assertThat(tiers.get("rec1").labels(5, 0.1)).containsExactly("sil", "HH", "HH", "AH0", "AH0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rec 1 0.1 0.2        | x, line 1: 4 fields instead of recording, channel, start, duration, label
          rec 1 0.1 nan a      | x, line 1: duration "nan" is no number
          rec 1 -0.1 0.2 a     | x, line 1: start -0.1 is not 0 or more
          rec 1 0.1 Infinity a | x, line 1: duration Infinity is not 0 or more
          """)
  void saysWhatIsWrongWithACtm(String text, String message) {
    assertThatThrownBy(() -> CtmFiles.parse("x", text))
        .isInstanceOf(AlignmentFormatException.class)
        .hasMessage(message);
  }

  @Test
  void refusesChannelsAndOverlapsInACtm() {
    assertThatThrownBy(() -> CtmFiles.parse("x", "r 1 0 1 a\nr 2 1 1 b\n"))
        .hasMessage("x, line 2: recording r has channels 1 and 2");
    assertThatThrownBy(() -> CtmFiles.parse("x", "r 1 0 1 a\nr 1 0.5 1 b\n"))
        .hasMessageContaining("x, recording r")
        .hasMessageContaining("begins before");
  }
}
