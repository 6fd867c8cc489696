package org.emova4j.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint of EMOVA's tokenizer becomes a model beside the lite set, by the command line. */
class ImportedModelsTest {
  private static final Path FIXTURES = Path.of("../tokenizer/src/test/resources/spiral");

  @TempDir Path folder;

  @Test
  void anImportedTokenizerGivesTheUnitsOfTheReference() throws Exception {
    Path checkpoint = FIXTURES.resolve("tiny_a");
    Path recording = FIXTURES.resolve("example_16k.wav");
    emova(
        "models",
        "import",
        checkpoint.resolve("weights.safetensors"),
        checkpoint.resolve("config.json"));
    int[] units = new TensorFile(checkpoint.resolve("expected_example.safetensors")).ints("units");
    assertThat(emova("tokenize", recording, "--tokenizer", "emova-s2u", "--unreduced").strip())
        .isEqualTo(
            Arrays.stream(units).mapToObj(Integer::toString).collect(Collectors.joining(" ")));
    // One that fits no vocoder is no concern of a conversion that doesn't name it.
    emova("convert", recording, folder.resolve("out.wav"));
  }

  /** What it prints, without a word on standard error but of what it does. */
  private String emova(Object... arguments) throws Exception {
    Object[] command = Arrays.copyOf(arguments, arguments.length + 2);
    command[arguments.length] = "--models-dir";
    command[arguments.length + 1] = folder.resolve("models");
    EmovaProcess process = EmovaProcess.run(folder, command);
    assertThat(process.await()).as(process.err()).isZero();
    assertThat(process.err()).doesNotContain("warning");
    return process.out();
  }
}
