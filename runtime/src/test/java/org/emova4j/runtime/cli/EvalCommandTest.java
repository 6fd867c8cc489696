package org.emova4j.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvalCommandTest {
  @TempDir Path folder;
  private final FakeEnvironment environment = new FakeEnvironment();

  private void refused(int code, String message, String... arguments) {
    assertThat(environment.run(arguments)).as(environment.err()).isEqualTo(code);
    assertThat(environment.err()).contains(message);
    assertThat(environment.opened).isEmpty();
  }

  private String manifest(String text) throws IOException {
    Files.writeString(folder.resolve("a.wav"), "");
    Path manifest = folder.resolve("corpus.tsv");
    Files.writeString(manifest, text);
    return manifest.toString();
  }

  @Test
  void refusesWhatMakesNoSenseBeforeAnythingStarts() throws IOException {
    String data = manifest("path\na.wav\n");
    refused(2, "unknown section \"speeds\"", "eval", "--skip", "speeds");
    refused(2, "two or more different tokenizers", "eval", "--compare", "lite,lite");
    refused(2, "--tokenizer doesn't go with it", "eval", "--compare", "a,b", "--tokenizer", "c");
    refused(2, "jobs 0 is outside 1..1024", "eval", "--data", data, "--jobs", "0");
    refused(2, "resamples 5 is outside", "eval", "--data", data, "--resamples", "5");
    refused(2, "600 s is outside 1..120 s", "eval", "--data", data, "--max-duration", "600");
    refused(
        2,
        "nothing to measure",
        "eval",
        "--data",
        data,
        "--skip",
        "tokenizer,resynthesis,style,speed");
    refused(1, "no such file", "eval", "--data", folder.resolve("none.tsv").toString());
  }

  @Test
  void saysInWhichLineAManifestIsWrong() throws IOException {
    String data = manifest("path\tspeaker\na.wav\tx\nb.wav\ty\n");
    refused(1, "corpus.tsv, line 3: there is no file", "eval", "--data", data);
    refused(
        1,
        "no row has {speaker=z}",
        "eval",
        "--data",
        manifest("path\tspeaker\na.wav\tx\n"),
        "--where",
        "speaker=z");
  }

  @Test
  void comparesTwoOrMoreTokenizersOfAFolder() {
    String here = folder.toString();
    refused(2, "two or more different ones", "compare", "--tokenizers", "lite", here);
    refused(2, "doesn't end in .png", "compare", "--tokenizers", "a,b", "--picture", "x.svg", here);
    refused(1, "holds no recordings", "compare", "--tokenizers", "a,b", here);
    refused(1, "no such folder", "compare", "--tokenizers", "a,b", here + "/none");
  }

  @Test
  void repeatsTheCommandSoThatItCanBeGivenAgain() {
    assertThat(
            EvalRun.commandLine(List.of("eval", "--recogniser", "my-asr '{file}'", "--jobs", "2")))
        .isEqualTo("emova eval --recogniser 'my-asr '\\''{file}'\\''' --jobs 2");
  }
}
