package org.emova4j.facade;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.model.ModelRepository;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.style.Style;
import org.emova4j.api.unit.UnitSequence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the jars of the class path alone: no distribution is named. */
class EmovaTest {
  private static final Path QUESTION =
      Path.of(System.getProperty("emova.samples")).resolve("question.flac");

  @TempDir Path folder;

  @Test
  void convertsTokenizesAndSynthesizes() throws Exception {
    Path mp3 = folder.resolve("out.mp3");
    try (Emova emova = Emova.open()) {
      emova.convert(QUESTION, mp3, Style.DEFAULT.withSpeaker("female").withEmotion("happy"));
      UnitSequence units = emova.tokenize(QUESTION);
      Audio said = emova.synthesize(units, Style.DEFAULT.withSpeaker("male"));
      Audio read = emova.read(QUESTION, 44_100);

      assertThat(Files.size(mp3)).isGreaterThan(10_000);
      assertThat(units.codebook().id()).isEqualTo("lite-40ms-4096");
      assertThat(said.duration().toMillis()).isBetween(3_200L, 3_700L);
      assertThat(emova.tokenize(read).duration()).isEqualTo(units.duration());
      assertThat(emova.convert(read, Style.DEFAULT).sampleRate()).isEqualTo(16_000);
      assertThat(emova.styles().speakers()).contains("female", "male");
      assertThatThrownBy(() -> emova.write(said, folder.resolve("said")))
          .hasMessageContaining("no extension of a format");
    }
  }

  @Test
  void instancesShareTheFrameworkUntilTheLastIsClosed() throws Exception {
    Emova first = Emova.open();
    Emova second = Emova.open();
    UnitSequence units = first.tokenize(QUESTION);
    first.close();
    first.close();

    assertThat(second.tokenize(QUESTION)).isEqualTo(units);
    assertThatThrownBy(() -> first.tokenize(QUESTION))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this Emova is closed");
    SpeechTokenizer tokenizer = second.service(SpeechTokenizer.class);
    Audio silence = Audio.of(new float[16_000], 16_000);
    tokenizer.tokenize(silence);
    second.close();
    assertThatThrownBy(() -> tokenizer.tokenize(silence)).isNotNull(); // its network is freed
    try (Emova again = Emova.open()) {
      assertThat(again.tokenize(QUESTION)).isEqualTo(units);
    }
  }

  @Test
  void otherOptionsAreRefusedWhileItIsOpenAndTakenAfterwards() throws Exception {
    EmovaOptions other = EmovaOptions.DEFAULT.withModels(folder).withThreads(1);
    try (Emova emova = Emova.open()) {
      assertThatThrownBy(() -> Emova.open(other))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("close it before opening it with");
      assertThat(emova.tokenize(QUESTION).length()).isPositive();
    }
    try (Emova emova = Emova.open(other)) {
      List<String> models =
          emova.service(ModelRepository.class).list().stream().map(m -> m.manifest().id()).toList();
      assertThat(models).containsExactly("lite");
    }
    assertThatThrownBy(() -> Emova.open(EmovaOptions.DEFAULT.withHome(folder)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("can't take another");
  }

  /** Opens in a process of its own, and leaves it open. */
  static final class Forgetful {
    public static void main(String[] arguments) throws Exception {
      System.out.println(Emova.open().tokenize(Path.of(arguments[0])).length());
    }
  }

  @Test
  void doesNotKeepAProcessAlive() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Demova.cache=" + System.getProperty("emova.cache"),
                "-cp",
                System.getProperty("java.class.path"),
                Forgetful.class.getName(),
                QUESTION.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(new String(process.getInputStream().readAllBytes(), UTF_8).strip())
          .matches("\\d+");
    } finally {
      process.destroyForcibly();
    }
  }
}
