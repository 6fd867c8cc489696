package org.emova4j.gateway.internal.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormReaderTest {
  private static final String TYPE = "multipart/form-data; boundary=\"b\"";

  @TempDir Path folder;

  private Form read(String body) throws IOException {
    return new FormReader(folder).read(new ByteArrayInputStream(body.getBytes(ISO_8859_1)), TYPE);
  }

  private static String part(String disposition, String content) {
    return "--b\r\nContent-Disposition: %s\r\n\r\n%s\r\n".formatted(disposition, content);
  }

  private long filesLeft() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  @Test
  void keepsFieldsAndFilesUntilItIsClosed() throws Exception {
    String body =
        part("form-data; name=\"emotion\"", " sad ")
            + part("form-data; name=\"file\"; filename=\"../../a b.wav\"", "RIFF\0\r\n--x")
            + "--b--\r\n";
    try (Form form = read(body)) {
      assertThat(form.field("emotion")).contains("sad");
      assertThat(form.requireFile("file").name()).isEqualTo(".._.._a b.wav");
      assertThat(form.requireFile("file").path()).hasParent(folder).hasContent("RIFF\0\r\n--x");
    }
    assertThat(filesLeft()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nothing of the kind",
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nunfinished",
        "--b\r\n\r\nno disposition\r\n--b--\r\n",
        "--b\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--b--\r\n",
        "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n\r\n--b--\r\n"
      })
  void leavesNothingOfWhatIsMalformed(String body) throws Exception {
    if (body.isEmpty() || body.startsWith("nothing")) {
      assertThatThrownBy(() -> read(body).requireFile("file")).isInstanceOf(ApiException.class);
    } else {
      assertThatThrownBy(() -> read(body)).isInstanceOf(ApiException.class);
    }
    assertThat(filesLeft()).isZero();
  }

  @Test
  void refusesANameThatIsThereTwice() throws Exception {
    String twice = part("form-data; name=\"file\"; filename=\"a\"", "x");

    assertThatThrownBy(() -> read(twice + twice + "--b--\r\n"))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("twice");
    assertThat(filesLeft()).isZero();
  }

  @Test
  void refusesMorePartsAndLongerFieldsThanAnybodyNeeds() throws Exception {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      many.append(part("form-data; name=\"f%d\"".formatted(i), "x"));
    }
    assertThatThrownBy(() -> read(many + "--b--\r\n")).hasMessageContaining("50 parts");
    assertThatThrownBy(() -> read(part("form-data; name=\"f\"", "x".repeat(2 << 20)) + "--b--\r\n"))
        .hasMessageContaining("longer than");
  }

  @Test
  void aBodyOverItsLimitLeavesNoFile() throws Exception {
    String body = part("form-data; name=\"file\"; filename=\"a\"", "x".repeat(100_000));
    BoundedInput bounded =
        new BoundedInput(
            new ByteArrayInputStream(body.getBytes(ISO_8859_1)), 50_000, Duration.ofSeconds(10));

    assertThatThrownBy(() -> new FormReader(folder).read(bounded, TYPE))
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.status()).isEqualTo(413));
    assertThat(filesLeft()).isZero();
  }
}
