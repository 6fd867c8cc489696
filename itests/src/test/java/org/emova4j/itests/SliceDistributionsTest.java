package org.emova4j.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each slice's distribution, alone: its command does the job that it is named after. */
class SliceDistributionsTest {
  private static final Path DISTRIBUTIONS =
      Path.of(System.getProperty("emova.distribution")).resolveSibling("distributions");
  private static final Path QUESTION =
      Path.of(System.getProperty("emova.samples")).resolve("question.flac");

  @TempDir static Path folder;
  private static Path wav;
  private static String units;

  /**
   * @param out what it wrote to standard output
   * @param err what it wrote to standard error
   */
  private record Outcome(int code, String out, String err) {}

  private static Outcome emova(String slice, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(DISTRIBUTIONS.resolve("emova-" + slice).resolve("bin/emova").toString());
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("PYTORCH_LIBRARY_PATH"); // its own natives
    builder.environment().put("EMOVA_HOME", folder.resolve("home").toString());
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    process.getOutputStream().close();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private static String succeeds(String slice, String... arguments) throws Exception {
    Outcome outcome = emova(slice, arguments);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    return outcome.out();
  }

  private static List<String> bundles(String slice) throws IOException {
    try (Stream<Path> jars = Files.list(DISTRIBUTIONS.resolve("emova-" + slice + "/bundles"))) {
      return jars.map(jar -> jar.getFileName().toString()).toList();
    }
  }

  @BeforeAll
  static void tokenizeWithEverything() throws Exception {
    wav = folder.resolve("question.wav");
    succeeds("all", "convert", QUESTION.toString(), wav.toString(), "--speaker", "same");
    units = succeeds("all", "tokenize", wav.toString());
  }

  @Test
  void tokenizerTurnsWavIntoTheSameUnitsWithoutFfmpeg() throws Exception {
    assertThat(succeeds("tokenizer", "tokenize", wav.toString())).isEqualTo(units);
    assertThat(units.split(" ")).hasSizeGreaterThan(20);
    assertThat(bundles("tokenizer"))
        .anyMatch(jar -> jar.startsWith("org.emova4j.tokenizer-"))
        .noneMatch(jar -> jar.matches("org\\.emova4j\\.(audio|vocoder|style|pipeline|llm)-.*"));
  }

  @Test
  void synthesisSpeaksUnitsInAStyleWithoutATokenizer() throws Exception {
    Path file = Files.writeString(folder.resolve("units.txt"), units);
    Path spoken = folder.resolve("spoken.wav");

    succeeds("synthesis", "synthesize", file.toString(), spoken.toString(), "--speaker", "female");

    assertThat(Files.size(spoken)).isCloseTo(Files.size(wav), withinPercent(10));
    assertThat(bundles("synthesis"))
        .anyMatch(jar -> jar.startsWith("org.emova4j.vocoder-"))
        .noneMatch(jar -> jar.matches("org\\.emova4j\\.(tokenizer|audio|pipeline|llm)-.*"));
    assertThat(succeeds("synthesis", "styles")).contains("speakers  female, male");
  }

  private static org.assertj.core.data.Percentage withinPercent(double percent) {
    return org.assertj.core.data.Percentage.withPercentage(percent);
  }

  @Test
  void converterReadsAndWritesCompressedFiles() throws Exception {
    Path mp3 = folder.resolve("question.mp3");

    succeeds("converter", "convert", QUESTION.toString(), mp3.toString(), "--emotion", "happy");

    assertThat(succeeds("converter", "probe", "--json", mp3.toString()))
        .contains("\"codec\":\"mp3");
    assertThat(bundles("converter"))
        .noneMatch(jar -> jar.matches("org\\.emova4j\\.(llm|shell)-.*"));
  }

  @Test
  void dialogueSpeaksWhatAServerAnswers() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String tokens = succeeds("all", "tokenize", wav.toString(), "--format", "tokens").strip();
    server.createContext(
        "/v1/chat/completions",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream body = exchange.getResponseBody()) {
            String event = "{\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}".formatted(tokens);
            body.write("data: %s\n\ndata: [DONE]\n\n".formatted(event).getBytes(UTF_8));
          }
        });
    server.start();
    try {
      Path said = folder.resolve("said.wav");
      succeeds(
          "dialogue",
          "say",
          "Hello",
          "--out",
          said.toString(),
          "--llm",
          "http://127.0.0.1:%d/v1".formatted(server.getAddress().getPort()),
          "--model",
          "emova",
          "--codebook",
          "lite-40ms-4096");
      assertThat(Files.size(said)).isGreaterThan(50_000);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void allHasTheShell() throws Exception {
    assertThat(succeeds("all", "bundles")).contains("org.emova4j.shell");
    assertThat(emova("all", "shell").code()).isZero(); // its input ends at once
  }

  @Test
  void doctorFindsEachWhole() throws Exception {
    for (String slice : List.of("tokenizer", "synthesis", "converter", "dialogue", "serve")) {
      assertThat(succeeds(slice, "doctor")).doesNotContain("problem").contains("lite:");
    }
  }

  @Test
  void whatIsNotThereIsSaid() throws Exception {
    Outcome outcome = emova("tokenizer", "convert", wav.toString(), folder + "/never.wav");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .contains("this distribution has no slice \"converter\"; it has: models, tokenizer");
  }
}
