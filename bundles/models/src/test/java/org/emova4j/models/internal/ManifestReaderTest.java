package org.emova4j.models.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.speech.ModelUnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestReaderTest {
  private static final String VALID =
      """
      {
        "id": "lite", "version": "1.0.0", "description": "Small.", "licence": "CC-BY-4.0",
        "languages": ["en", "de-DE"],
        "dataSources": [{"name": "LibriSpeech", "licence": "CC-BY-4.0", "hours": 100}],
        "quality": {"wer": 0.1, "cells": 3},
        "components": [
          {"role": "vocoder", "architecture": "lite", "codebook": "lite-40ms-4096",
           "styleSpace": "lite-1", "sampleRate": 22050, "files": {"weights": "v.safetensors"}},
          {"role": "style", "architecture": "lite", "codebook": null, "styleSpace": "lite-1",
           "sampleRate": 16000, "files": {}}
        ],
        "files": [{"name": "v.safetensors", "size": 12,
          "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}],
        "somethingNew": {"deep": [1, 2]}
      }
      """;

  @TempDir private Path folder;

  @Test
  void readsEveryFieldAndPassesOverUnknownOnes() throws Exception {
    ModelManifest m = read(VALID);
    assertThat(m.name()).isEqualTo("lite:1.0.0");
    assertThat(m.description()).isEqualTo("Small.");
    assertThat(m.licence()).isEqualTo("CC-BY-4.0");
    assertThat(m.languages()).containsExactly("en", "de-DE");
    assertThat(m.dataSources())
        .containsExactly(new ModelManifest.DataSource("LibriSpeech", "CC-BY-4.0"));
    assertThat(m.quality()).isEqualTo(Map.of("wer", 0.1, "cells", 3.0));
    assertThat(m.component("vocoder"))
        .contains(
            new ModelManifest.Component(
                "vocoder",
                "lite",
                Optional.of("lite-40ms-4096"),
                Optional.of("lite-1"),
                22050,
                Map.of("weights", "v.safetensors")));
    assertThat(m.component("style").orElseThrow().codebook()).isEmpty();
    assertThat(m.files())
        .containsExactly(
            new ModelManifest.FileEntry(
                "v.safetensors",
                12,
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"id\": \"lite\",||field id is missing",
        "\"lite\"|\"Li te\"|id \"Li te\" does not match",
        "\"lite\"|\"../x\"|id \"../x\" does not match",
        "\"1.0.0\"|1|field version is not a string",
        "\"1.0.0\"|null|field version is missing",
        "[\"en\", \"de-DE\"]|\"en\"|field languages is not an array",
        "\"de-DE\"]|5]|field languages[1] is not a string",
        "\"name\": \"LibriSpeech\"|\"nam\": 1|field dataSources[0].name is missing",
        "0.1|\"low\"|field quality.wer is not a finite number",
        "0.1|1e999|field quality.wer is not a finite number",
        "\"role\": \"vocoder\"|\"role\": []|field components[0].role is not a string",
        "22050|0|field components[0].sampleRate is 0, must be from 1000 to 384000",
        "22050|4294989346|field components[0].sampleRate is 4294989346",
        "22050|22050.5|field components[0].sampleRate is not a whole number",
        "\"weights\": \"v.s|\"weights\": \"w.s|components[0].files.weights is \"w.safetensors\"",
        "\"size\": 12|\"size\": -1|size -1 of v.safetensors is negative",
        "\"size\": 12|\"size\": 12e400|files[0].size is not a whole number",
        "\"e3b0|\"E3B0|sha256",
        "\"files\": [{|\"files\": [7, {|field files[0] is not an object",
        "\"id\": \"lite\"|\"id\": \"lite\", \"id\": \"b\"|is not JSON: Duplicate",
        "[1, 2]|[1, 2}|is not JSON",
      })
  void namesTheFileAndTheFieldThatIsWrong(String from, String to, String reason) {
    assertThat(VALID).contains(from);
    String json = VALID.replace(from, to == null ? "" : to);
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageStartingWith("the archive: model.json")
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource({"[]", "7", "null", "''", "{}", "{}{}"})
  void refusesWhatIsNoManifest(String json) {
    assertThatThrownBy(() -> read(json)).isInstanceOf(ModelUnavailableException.class);
  }

  @Test
  void refusesDeepNesting() {
    assertThatThrownBy(() -> read("{\"a\":" + "[".repeat(100_000)))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("nesting");
  }

  private ModelManifest read(String json) throws IOException, ModelUnavailableException {
    return ManifestReader.read(
        Files.writeString(folder.resolve("model.json"), json), "the archive: model.json");
  }
}
