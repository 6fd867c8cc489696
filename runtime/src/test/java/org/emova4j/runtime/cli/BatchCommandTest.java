package org.emova4j.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioInfo;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.LoudnessMeter;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.StyleCatalogue;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.runtime.Json;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokenizing batches over services that the test plays. */
class BatchCommandTest {
  private static final Codebook CODEBOOK = new Codebook("test", 16, Duration.ofMillis(40));

  @TempDir Path folder;
  private Path in;
  private Path out;
  private final FakeEnvironment environment = new FakeEnvironment();

  @BeforeEach
  void makeServices() throws Exception {
    in = Files.createDirectories(folder.resolve("in/sub")).getParent();
    out = folder.resolve("out");
    for (String name : List.of("a.wav", "bad.wav", "sub/a.wav", "sub/b <i>.wav")) {
      Files.writeString(in.resolve(name), "sound of " + name);
    }
    AudioReader reader = mock(AudioReader.class);
    Audio sound = Audio.of(new float[16_000], 16_000);
    when(reader.decode(any(Path.class), any(), any())).thenReturn(List.of(sound));
    when(reader.decode(any(Path.class), any(DecodeOptions.class))).thenReturn(sound);
    when(reader.decode(
            argThat((Path path) -> path != null && path.endsWith("bad.wav")), any(), any()))
        .thenThrow(new UnsupportedAudioException("bad.wav is no sound"));
    when(reader.probe(any(Path.class)))
        .thenReturn(new AudioInfo("wav", "pcm", 1, 16_000, Optional.empty(), OptionalLong.empty()));
    SpeechTokenizer tokenizer = mock(SpeechTokenizer.class);
    when(tokenizer.sampleRate()).thenReturn(16_000);
    when(tokenizer.tokenize(any()))
        .thenReturn(UnitSequence.ofTimed(CODEBOOK, new int[] {1, 2}, new int[] {3, 4}));
    environment
        .with(AudioReader.class, reader)
        .with(LoudnessMeter.class, sides -> OptionalDouble.of(-20))
        .with(SpeechTokenizer.class, tokenizer);
  }

  private int run(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("batch", in.toString(), out.toString(), "--task", "tokenize"));
    arguments.addAll(List.of(more));
    return environment.run(arguments.toArray(String[]::new));
  }

  @Test
  void shardsAreInOrderAndLinesNamedByTheirPath() throws Exception {
    assertThat(run("--shard-size", "2", "--jobs", "3")).isEqualTo(1);
    List<String> first = Files.readAllLines(out.resolve("units-00000.jsonl"));
    List<String> second = Files.readAllLines(out.resolve("units-00001.jsonl"));
    assertThat(first).hasSize(1);
    assertThat(Json.parseObject(first.get(0))).containsEntry("id", "a.wav");
    assertThat(second).hasSize(2);
    assertThat(Json.parseObject(second.get(0))).containsEntry("id", "sub/a.wav");
    assertThat(Json.parseObject(second.get(1))).containsEntry("id", "sub/b <i>.wav");
    Map<String, Object> index = Json.parseObject(Files.readString(out.resolve("units-index.json")));
    assertThat(index).containsKey("shards");
    assertThat(environment.err()).contains("3 done, 1 failed; ");
  }

  @Test
  void aCorpusIsNamedByItsFilesToo() throws Exception {
    assertThat(run("--preset", "llm-corpus", "--shard-size", "10")).isEqualTo(1);
    List<String> lines = Files.readAllLines(out.resolve("units-00000.jsonl"));
    assertThat(lines).hasSize(3);
    assertThat(Json.parseObject(lines.get(0))).containsEntry("id", "a.wav");
  }

  @Test
  void withoutShardsAFileIsAFile() throws Exception {
    assertThat(run()).isEqualTo(1);
    assertThat(out.resolve("sub/a.json")).content().contains("\"units\":[1,2]");
    assertThat(run()).isEqualTo(1);
    assertThat(environment.err()).contains("0 done, 3 unchanged, 1 failed; ");
  }

  @Test
  void reportsAreWrittenInBothForms() throws Exception {
    Path page = folder.resolve("report.HTML");
    Path json = folder.resolve("report.json");
    assertThat(run("--report", page.toString(), "--report", json.toString())).isEqualTo(1);
    assertThat(page).content().contains("bad.wav is no sound", "b &lt;i&gt;.wav");
    assertThat(json).content().contains("\"ok\" : 3", "bad.wav is no sound");
  }

  @Test
  void progressAsJsonIsALineAnItem() {
    assertThat(run("--progress", "json")).isEqualTo(1);
    assertThat(environment.out().lines()).hasSize(4).allMatch(line -> line.startsWith("{"));
  }

  @Test
  void whatCannotWorkIsSaidBeforeTheWork() {
    assertThat(run("--report", "report.txt")).isEqualTo(2);
    assertThat(environment.err()).contains("--report report.txt ends neither in .html nor");
    assertThat(run("--report", folder.resolve("no/report.html").toString())).isEqualTo(1);
    assertThat(environment.err()).contains("can't be written there");
    assertThat(run("--shard-size", "many")).isEqualTo(2);
    assertThat(run("--shard-gzip")).isEqualTo(2);
    assertThat(run("--report-pictures", "-1")).isEqualTo(2);
    assertThat(environment.run("batch", in.toString(), out.toString(), "--shard-size", "5"))
        .isEqualTo(2);
    assertThat(environment.opened).isEmpty();
    assertThat(out).doesNotExist();
  }

  @Test
  void aLabelThatNoneKnowsIsRefusedBeforeTheFirstFile() throws Exception {
    StyleCatalogue catalogue =
        new StyleCatalogue(
            List.of("female"), List.of("neutral", "sad"), List.of(), List.of(), true, true);
    SpeechConverter converter = mock(SpeechConverter.class);
    when(converter.catalogue(any())).thenReturn(catalogue);
    Vocoder vocoder = mock(Vocoder.class);
    when(vocoder.styleSpace()).thenReturn("space");
    StyleModule styles = mock(StyleModule.class);
    when(styles.catalogue()).thenReturn(catalogue);
    environment
        .with(SpeechConverter.class, converter)
        .with(Vocoder.class, vocoder)
        .with(StyleModule.class, styles);
    for (String task : List.of("convert", "synthesize")) {
      String[] command = {
        "batch", in.toString(), out.toString(), "--task", task, "--emotion", "calm"
      };
      assertThat(environment.run(command)).as(task).isEqualTo(2);
      assertThat(environment.err()).contains("unknown emotion \"calm\"; known: neutral, sad");
    }
    assertThat(out.resolve("a.wav")).doesNotExist();
  }

  @Test
  void aPartThatCannotRunIsNamedOnceAndNotForEachFile() throws Exception {
    SpeechTokenizer broken = mock(SpeechTokenizer.class);
    when(broken.sampleRate()).thenReturn(16_000);
    when(broken.tokenize(any())).thenThrow(new ModelUnavailableException("w has no tensor x"));
    environment.with(SpeechTokenizer.class, broken);
    assertThat(run()).isEqualTo(1);
    assertThat(environment.err().lines()).containsExactly("emova: w has no tensor x");
    assertThat(out.resolve("a.json")).doesNotExist();
  }
}
