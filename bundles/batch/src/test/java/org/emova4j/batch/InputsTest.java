package org.emova4j.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.emova4j.api.style.Style;
import org.emova4j.batch.Manifest.Form;
import org.emova4j.batch.Manifest.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputsTest {
  @TempDir Path folder;

  private static List<Row> read(String text, Form form) throws IOException {
    return Manifest.read(new BufferedReader(new StringReader(text)), form, "jobs");
  }

  @Test
  void readsRowsOfCsvTsvAndJsonLines() throws IOException {
    Row row =
        new Row(
            1,
            "a, b.wav",
            java.util.Optional.of("out.mp3"),
            Style.DEFAULT
                .withEmotion("sad")
                .withIntensity(0.5)
                .withPitch(new Style.Amount(-2))
                .withSpeed(new Style.Label("fast")));
    assertThat(
            read(
                """
                input,output,emotion,intensity,pitch,speed,speaker
                "a, b.wav",out.mp3,sad,0.5,-2,fast,
                """,
                Form.CSV))
        .containsExactly(row);
    assertThat(
            read(
                "input\toutput\temotion\tintensity\tpitch\tspeed\na, b.wav\tout.mp3\tsad\t.5\t-2\tfast\n",
                Form.TSV))
        .containsExactly(row);
    assertThat(
            read(
                """
                {"input":"a, b.wav","output":"out.mp3","emotion":"sad","intensity":0.5,"pitch":-2,"speed":"fast"}
                """,
                Form.JSONL))
        .containsExactly(row);
  }

  @Test
  void saysWhichRowIsWrongAndWhy() {
    assertThatThrownBy(() -> read("input,emotoin\na.wav,sad\n", Form.CSV))
        .hasMessageContaining("row 1")
        .hasMessageContaining("emotoin");
    assertThatThrownBy(() -> read("input,intensity\na.wav,1\nb.wav,7\n", Form.CSV))
        .hasMessageContaining("row 2")
        .hasMessageContaining("0..1");
    assertThatThrownBy(() -> read("output\na.wav\n", Form.CSV)).hasMessageContaining("no input");
    assertThatThrownBy(() -> read("{\"input\":\"a\"}\n{\"input\":", Form.JSONL))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("row 2");
  }

  @Test
  void findsMediaFilesInOrderAndReportsALoopOfLinks() throws IOException {
    Files.createDirectories(folder.resolve("b/c"));
    Files.createDirectories(folder.resolve(".hidden"));
    Files.createDirectories(folder.resolve("out"));
    for (String name :
        List.of(
            "z.WAV", "b/c/x.mp3", "b/a.txt", ".hidden/a.wav", ".a.wav", "out/z.wav", "a\n.ogg")) {
      Files.writeString(folder.resolve(name), "");
    }
    Files.createSymbolicLink(folder.resolve("b/loop"), folder);
    FolderInputs.Found found =
        new FolderInputs(List.of(), List.of()).find(folder, folder.resolve("out"));
    assertThat(found.files())
        .containsExactly(
            folder.resolve("a\n.ogg"), folder.resolve("b/c/x.mp3"), folder.resolve("z.WAV"));
    assertThat(found.passedOver()).isEqualTo(2);
    assertThat(found.problems())
        .singleElement()
        .satisfies(p -> assertThat(p.input()).isEqualTo(folder.resolve("b/loop")));

    assertThat(
            new FolderInputs(List.of("**"), List.of("b/**"))
                .find(folder, folder.resolve("out"))
                .files())
        .containsExactly(folder.resolve("a\n.ogg"), folder.resolve("z.WAV"));
  }
}
