package org.emova4j.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped models on some of the shipped sample corpus, through the commands that ship. */
class EvaluationTest {
  private static final Path HOME = Path.of(System.getProperty("emova.distribution"));
  private static final List<String> SMALL =
      List.of("--limit", "4", "--style-items", "1", "--resamples", "100");

  @TempDir Path folder;

  private String emova(int code, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(HOME.resolve("bin/emova").toString()));
    command.addAll(arguments);
    Path errors = folder.resolve("errors");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said + Files.readString(errors)).isEqualTo(code);
    return said;
  }

  private List<String> eval(String report, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("eval", "--skip", "speed"));
    arguments.addAll(List.of("--report", folder.resolve(report).toString()));
    arguments.addAll(SMALL);
    arguments.addAll(List.of(more));
    emova(0, arguments);
    return Files.readAllLines(folder.resolve(report).resolve("figures.csv"));
  }

  @Test
  void measuresTheShippedSetTwiceWithTheSameResult() throws Exception {
    List<String> once = eval("once", "--jobs", "1");
    assertThat(once).anyMatch(line -> line.contains(",pnmi,"));
    assertThat(once).anyMatch(line -> line.contains(",stoi,"));
    assertThat(once).anyMatch(line -> line.contains(",unit_edit_distance_opus,"));
    assertThat(once).anyMatch(line -> line.contains(",monotonicity_emotion_sad,"));
    assertThat(eval("twice", "--jobs", "2")).isEqualTo(once);
    assertThat(Files.readString(folder.resolve("once/index.html")))
        .contains("F0 by pitch", "Phones of units", "data:image/png")
        .doesNotContain("src=\"http");
  }

  @Test
  void findsNoDifferenceBetweenATokenizerAndItself() throws Exception {
    String model = "lite:" + model();
    List<String> arguments =
        new ArrayList<>(List.of("compare", "--no-speed", "--resamples", "100"));
    arguments.addAll(List.of("--tokenizers", "lite," + model, "--limit", "3"));
    arguments.addAll(List.of("--picture", folder.resolve("units.png").toString()));
    arguments.add(HOME.resolve("samples").toString());
    String table = emova(0, arguments);
    assertThat(table).contains("frames with the same unit", "100 %", "noise");
    assertThat(table).doesNotContain("better", "worse", "different");
    assertThat(folder.resolve("units.png")).isNotEmptyFile();
  }

  private static String model() throws Exception {
    try (var models = Files.list(HOME.resolve("models"))) {
      return models
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith("lite-"))
          .findFirst()
          .orElseThrow()
          .substring("lite-".length());
    }
  }
}
