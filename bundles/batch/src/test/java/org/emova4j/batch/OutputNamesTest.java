package org.emova4j.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutputNamesTest {
  private static final Path ROOT = Path.of("/out put");
  private static final Path BASE = Path.of("/in");
  private static final Map<String, String> FIELDS = Map.of("ext", "opus", "emotion", "sad");

  private static Path of(String template, Path input) {
    return new OutputNames(template).of(ROOT, BASE, input, FIELDS);
  }

  @Test
  void mirrorsTheTree() {
    assertThat(of(OutputNames.DEFAULT, Path.of("/in/a/b c/x.y.wav")))
        .isEqualTo(Path.of("/out put/a/b c/x.y.opus"));
    assertThat(of(OutputNames.DEFAULT, Path.of("/in/x"))).isEqualTo(Path.of("/out put/x.opus"));
  }

  @Test
  void fillsFieldsIn() {
    assertThat(of("{emotion}/{file}-{speaker}.{ext}", Path.of("/in/a/x.wav")))
        .isEqualTo(Path.of("/out put/sad/x.wav-default.opus"));
  }

  @Test
  void keepsBytesThatAreNoText() {
    Path odd = Path.of(URI.create("file:///in/a%FF%0Ab.wav"));
    assertThat(of(OutputNames.DEFAULT, odd).toUri().getRawPath())
        .isEqualTo("/out%20put/a%FF%0Ab.opus");
  }

  @Test
  void refusesToLeaveTheFolder() {
    assertThatThrownBy(() -> of("../{name}", Path.of("/in/x.wav")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("outside of /out put");
  }

  @Test
  void refusesUnknownFieldsAndOneNameForAll() {
    assertThatThrownBy(() -> new OutputNames("{nam}.wav")).hasMessageContaining("{nam}");
    assertThatThrownBy(() -> new OutputNames("out.wav")).hasMessageContaining("{name}");
  }
}
