package org.emova4j.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
  @TempDir Path folder;

  @BeforeEach
  void recordings() throws IOException {
    for (String name : List.of("a.wav", "b.wav", "c.wav", "a.TextGrid")) {
      Files.writeString(folder.resolve(name), name);
    }
  }

  private Corpus read(String name, String... lines) throws IOException {
    Path manifest = folder.resolve(name);
    Files.write(manifest, List.of(lines));
    return Corpus.read(manifest, Corpus.Selection.ALL);
  }

  @Test
  void readsWhatIsKnownOfEachRecordingAndFindsItsAlignment() throws IOException {
    Corpus corpus =
        read(
            "corpus.tsv",
            "path\tseconds\ttranscript\tspeaker\tgender\temotion",
            "b.wav\t1\tSay \"ah\", please.\tx\tf\t",
            "a.wav\t2\tOh\ty\tm\tsad");
    assertThat(corpus.items()).extracting(Corpus.Item::name).containsExactly("a.wav", "b.wav");
    Corpus.Item a = corpus.items().get(0);
    assertThat(a.alignment()).contains(folder.resolve("a.TextGrid"));
    assertThat(a.emotion()).contains("sad");
    Corpus.Item b = corpus.items().get(1);
    assertThat(b.transcript()).contains("Say \"ah\", please.");
    assertThat(b.emotion()).isEmpty();
    assertThat(b.cluster()).isEqualTo("x");
  }

  @Test
  void readsQuotedCellsOfCommaSeparatedTables() throws IOException {
    Corpus corpus = read("corpus.csv", "path,transcript", "a.wav,\"Well, \"\"now\"\"\"");
    assertThat(corpus.items().get(0).transcript()).contains("Well, \"now\"");
  }

  @Test
  void isTheSameWhateverTheOrderOfItsLines() throws IOException {
    Corpus one = read("one.tsv", "path\tspeaker", "a.wav\tx", "b.wav\ty", "c.wav\tz");
    Corpus other = read("other.tsv", "speaker\tpath", "z\tc.wav", "x\ta.wav", "y\tb.wav");
    assertThat(one.items()).isEqualTo(other.items());
    assertThat(one.limited(2).items()).isEqualTo(other.limited(2).items()).hasSize(2);
    assertThat(one.limited(3).items()).containsAll(one.limited(2).items());
  }

  @Test
  void takesRowsWithCertainValues() throws IOException {
    Path manifest = folder.resolve("corpus.tsv");
    Files.writeString(manifest, "path\tsplit\na.wav\ttrain\nb.wav\tdev\n");
    Corpus corpus =
        Corpus.read(manifest, new Corpus.Selection(Map.of("split", "dev"), Optional.empty()));
    assertThat(corpus.items()).extracting(Corpus.Item::name).containsExactly("b.wav");
    assertThatThrownBy(
            () ->
                Corpus.read(manifest, new Corpus.Selection(Map.of("fold", "1"), Optional.empty())))
        .hasMessageContaining("no column \"fold\"");
  }

  @Test
  void saysInWhichLineWhatIsWrong() {
    assertThatThrownBy(() -> read("m.tsv", "path\tspeaker", "a.wav\tx", "b.wav"))
        .hasMessageContaining("m.tsv, line 3: 1 cells where the header has 2 columns");
    assertThatThrownBy(() -> read("m.tsv", "path", "a.wav", "", "gone.wav"))
        .hasMessageContaining("m.tsv, line 4: there is no file " + folder.resolve("gone.wav"));
    assertThatThrownBy(() -> read("m.tsv", "path", "a.wav", "b.wav", "a.wav"))
        .hasMessageContaining("m.tsv, line 4: a.wav is listed already, in line 2");
    assertThatThrownBy(() -> read("m.tsv", "file", "a.wav"))
        .hasMessageContaining("m.tsv, line 1: there is no column \"path\"; there are: file");
    assertThatThrownBy(() -> read("m.csv", "path,transcript", "a.wav,\"x", "b.wav,y"))
        .hasMessageContaining("m.csv, line ");
    assertThatThrownBy(() -> read("m.tsv", "path")).hasMessageContaining("has no rows");
    assertThatThrownBy(() -> read("m.tsv")).hasMessageContaining("is empty");
  }
}
