package org.emova4j.runtime.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class ConsoleLoggerTest {
  private final PrintStream original = System.err;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final Logger logger = LoggerFactory.getLogger("org.example.Part");

  @BeforeEach
  void listen() {
    System.setErr(new PrintStream(written, true, UTF_8));
  }

  @AfterEach
  void restore() {
    System.setErr(original);
    LogSettings.show(Level.WARN);
  }

  @Test
  void showsProblemsInOneLineWithTheirReason() {
    logger.info("quiet");
    logger.warn("model {} gives no style", "lite", new IllegalStateException("no table\nat x"));

    assertThat(written.toString(UTF_8))
        .isEqualTo("emova: warning: model lite gives no style: no table\n");
  }

  @Test
  void showsTheReasonOnceWhereTheMessageSaysIt() {
    logger.error("failed: no table", new IllegalStateException("no table"));

    assertThat(written.toString(UTF_8)).isEqualTo("emova: warning: failed: no table\n");
  }

  @Test
  void showsStackTracesOnlyWhenDebugging() {
    LogSettings.show(Level.DEBUG);

    logger.debug("step", new IllegalStateException("no table"));

    assertThat(written.toString(UTF_8))
        .startsWith("emova: Part: step\njava.lang.IllegalStateException: no table\n\tat ");
  }

  @Test
  void keepsLibrariesQuiet() {
    LogSettings.show(Level.INFO);
    LoggerFactory.getLogger("org.bytedeco.javacpp.Loader").warn("no version");
    LoggerFactory.getLogger("ai.djl.Engine").info("threads");
    logger.info("ready");

    assertThat(written.toString(UTF_8)).isEqualTo("emova: ready\n");
  }
}
