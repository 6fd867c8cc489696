package org.emova4j.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches in which something goes wrong: each fault costs its file and gets its line. */
class BatchFaultTest {
  private static final Path SAMPLES = Path.of(System.getProperty("emova.samples"));
  private static final int ROOT = 0;

  @TempDir Path folder;
  private Path in;
  private Path out;
  private Path log;

  @BeforeEach
  void makeFolders() throws IOException {
    in = Files.createDirectory(folder.resolve("in"));
    out = folder.resolve("out");
    log = out.resolve(".emova-batch/results.jsonl");
  }

  private Path sample(String name) throws IOException {
    return Files.copy(SAMPLES.resolve("question.flac"), in.resolve(name));
  }

  /** Ten minutes: long enough to be met while it is decoded. */
  private Path longSample(String name) throws IOException {
    Path file = in.resolve(name);
    int samples = 16_000 * 600;
    try (RandomAccessFile wav = new RandomAccessFile(file.toFile(), "rw")) {
      wav.write(wavHeader(2 * samples));
      wav.setLength(44 + 2L * samples);
    }
    return file;
  }

  private static byte[] wavHeader(int bytes) {
    java.nio.ByteBuffer header =
        java.nio.ByteBuffer.allocate(44).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    header.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + bytes);
    header.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    header.putShort((short) 1).putShort((short) 1).putInt(16_000).putInt(32_000);
    header.putShort((short) 2).putShort((short) 16);
    header.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(bytes);
    return header.array();
  }

  /** The newest line of the log about an input whose URI ends so. */
  private String line(String input) throws IOException {
    return Files.readAllLines(log).stream()
        .filter(line -> line.contains(input + "\",\"") && !line.contains("\"BEGUN\""))
        .reduce((first, second) -> second)
        .orElseThrow(() -> new AssertionError("no line about " + input));
  }

  private static String shell(String script, Path... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    Arrays.stream(arguments).map(Path::toString).forEach(command::add);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? "" : said + " (code " + process.exitValue() + ")";
  }

  private static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(ROOT);
  }

  @Test
  void everyBrokenInputIsALineAndTheOthersAreConverted() throws Exception {
    sample("a-good.flac");
    sample("z-good.flac");
    Files.createFile(in.resolve("empty.wav"));
    Files.writeString(in.resolve("text.wav"), "no sound at all");
    byte[] whole = Files.readAllBytes(SAMPLES.resolve("question.flac"));
    Files.write(in.resolve("truncated.flac"), Arrays.copyOf(whole, whole.length / 2));
    try (RandomAccessFile huge = new RandomAccessFile(in.resolve("huge.wav").toFile(), "rw")) {
      huge.setLength(1L << 40); // a hole
    }
    longSample("long.wav");
    Files.createSymbolicLink(in.resolve("loop"), in);
    Files.createSymbolicLink(in.resolve("ring1.wav"), in.resolve("ring2.wav"));
    Files.createSymbolicLink(in.resolve("ring2.wav"), in.resolve("ring1.wav"));
    Files.createSymbolicLink(in.resolve("gone.wav"), in.resolve("nowhere.wav"));
    assertThat(
            shell("cp \"$1\" \"$2/$(printf 'two\\nlines.flac')\"", in.resolve("a-good.flac"), in))
        .isEmpty();
    assertThat(
            shell("cp \"$1\" \"$2/$(printf 'latin1-\\351.flac')\"", in.resolve("a-good.flac"), in))
        .isEmpty();

    Path page = folder.resolve("report.html");
    Path json = folder.resolve("report.json");
    EmovaProcess batch =
        EmovaProcess.run(
            folder,
            "batch",
            in,
            out,
            "--jobs",
            "2",
            "--max-duration",
            "300",
            "--format",
            "flac",
            "--report",
            page,
            "--report",
            json);

    assertThat(batch.process().exitValue()).isEqualTo(1);
    assertThat(batch.err()).contains("5 done", "8 failed");
    assertThat(line("/empty.wav")).contains("\"stage\":\"read\"", "empty.wav is empty");
    assertThat(line("/text.wav")).contains("\"stage\":\"read\"", "can't be read as audio");
    assertThat(line("/huge.wav")).contains("\"stage\":\"read\"", "1099511627776 bytes, the limit");
    assertThat(line("/long.wav")).contains("\"stage\":\"read\"", "limit of");
    assertThat(line("/gone.wav")).contains("\"stage\":\"read\"", "no such file");
    assertThat(line("/ring1.wav")).contains("\"stage\":\"read\"", "Too many levels");
    assertThat(Files.readString(log)).contains("\"stage\":\"plan\"", "is a link to a folder");
    assertThat(line("/truncated.flac")).contains("\"OK\"", "of them could be read");
    assertThat(line("/two%0Alines.flac")).contains("\"OK\"");
    assertThat(line("/latin1-%E9.flac")).contains("\"OK\"");
    assertThat(Files.readString(json)).contains("\"failed\" : 8", "\"withWarnings\" : 1");
    assertThat(Files.readString(page)).contains("two\\u000alines.flac", "Failed", "data:image/png");
    try (Stream<Path> results = Files.list(out)) {
      assertThat(results.filter(Files::isRegularFile)).hasSize(5);
    }
    assertThat(EmovaProcess.leftovers(folder)).isEmpty();
  }

  @Test
  void aVideoWithoutSoundSaysSo() throws Exception {
    Path shared = Path.of(System.getProperty("emova.shared", SAMPLES + "/../../shared"));
    Path video = shared.resolve("speech/formats/ok_other/optimized.mkv");
    assumeTrue(Files.exists(video), () -> video + " is not there");
    Files.copy(video, in.resolve("pictures.mkv"));
    sample("good.flac");
    EmovaProcess.run(folder, "batch", in, out, "--task", "transcode");
    assertThat(line("/pictures.mkv")).contains("\"stage\":\"read\"", "there is no audio stream");
    assertThat(line("/good.flac")).contains("\"OK\"");
  }

  @Test
  void aFileThatMayNotBeReadIsALine() throws Exception {
    Path secret = sample("secret.flac");
    sample("open.flac");
    Path shut = Files.createDirectory(in.resolve("shut"));
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
    Files.setPosixFilePermissions(shut, PosixFilePermissions.fromString("---------"));
    List<String> before = new ArrayList<>();
    if (isRoot()) { // whom permissions don't stop
      Path cache = Files.createDirectory(folder.resolve("cache"));
      Files.createDirectory(out);
      for (Path own : List.of(folder, cache, out)) {
        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwxrwx"));
      }
      before.addAll(
          List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "env"));
      before.add("EMOVA_CACHE=" + cache);
      before.add("HOME=" + cache);
      Path program = Path.of(System.getProperty("emova.distribution"), "bin/emova");
      String refused =
          shell("setpriv --reuid 65534 --regid 65534 --clear-groups test -x \"$1\"", program);
      assumeTrue(refused.isEmpty(), () -> "nobody can't run " + program + " " + refused);
    }
    EmovaProcess batch =
        EmovaProcess.start(folder, before, List.of("batch", in, out, "--task", "transcode"));
    assertThat(batch.await()).as(batch.err()).isEqualTo(1);
    assertThat(line("/secret.flac")).contains("\"stage\":\"read\"", "permission denied");
    assertThat(Files.readString(log)).contains("\"stage\":\"plan\"", "permission denied");
    assertThat(line("/open.flac")).contains("\"OK\"");
  }

  @Test
  void aFullDiskFailsWhatDoesNotFitAndTheSameCommandGoesOnLater() throws Exception {
    for (int i = 0; i < 30; i++) {
      sample("file%02d.flac".formatted(i));
    }
    Files.createDirectory(out);
    String refused = shell("mount -t tmpfs -o size=2m tmpfs \"$1\"", out);
    assumeTrue(refused.isEmpty(), () -> "no small file system can be mounted: " + refused);
    try {
      EmovaProcess batch =
          EmovaProcess.run(
              folder, "batch", in, out, "--task", "transcode", "--format", "wav", "--jobs", "2");
      assertThat(batch.process().exitValue()).isEqualTo(1);
      assertThat(batch.err()).contains(" failed; ");
      String text = Files.readString(log);
      assertThat(text).contains("\"stage\":\"write\"", "No space left on device");
      assertThat(text.lines().filter(l -> l.contains("\"FAILED\"")).count()).isGreaterThan(5);
      int made = EmovaProcess.results(out).size();
      assertThat(made).isBetween(5, 29);
      assertThat(EmovaProcess.leftovers(out)).isEmpty();

      assertThat(shell("mount -o remount,size=64m \"$1\"", out)).isEmpty();
      EmovaProcess again =
          EmovaProcess.run(
              folder, "batch", in, out, "--task", "transcode", "--format", "wav", "--jobs", "2");
      assertThat(again.process().exitValue()).as(again.err()).isZero();
      assertThat(again.err()).contains("%d unchanged".formatted(made));
      assertThat(EmovaProcess.results(out).values().stream().distinct()).hasSize(1);
      assertThat(EmovaProcess.results(out)).hasSize(30);
    } finally {
      assertThat(shell("umount \"$1\"", out)).isEmpty();
    }
  }

  @Test
  void aDecoderThatCrashesCostsOneFile() throws Exception {
    EmovaProcess batch = startIsolated();
    ProcessHandle helper = firstHelper(batch);
    EmovaProcess.signal("SEGV", helper.pid());
    assertThat(batch.await()).isEqualTo(1);
    assertThat(batch.err()).contains("2 done", "1 failed");
    assertThat(line("/a.flac")).contains("\"stage\":\"read\"", "its decoding process", "SIGSEGV");
    assertThat(line("/b.flac")).contains("\"OK\"");
    assertThat(line("/c.flac")).contains("\"OK\"");
  }

  @Test
  void aDecoderThatHangsIsEndedAfterItsTime() throws Exception {
    EmovaProcess batch = startIsolated("--timeout", "20");
    ProcessHandle helper = firstHelper(batch);
    EmovaProcess.signal("STOP", helper.pid());
    assertThat(batch.await()).isEqualTo(1);
    assertThat(batch.err()).contains("2 done", "1 failed");
    assertThat(line("/a.flac")).contains("\"stage\":\"timeout\"", "longer than 20 s");
    assertThat(line("/c.flac")).contains("\"OK\"");
    assertThat(helper.isAlive()).isFalse();
  }

  private EmovaProcess startIsolated(String... more) throws IOException {
    for (String name : List.of("a.flac", "b.flac", "c.flac")) {
      sample(name);
    }
    List<Object> arguments =
        new ArrayList<>(
            List.of("batch", in, out, "--task", "transcode", "--isolate", "--jobs", "1"));
    arguments.addAll(List.of(more));
    return EmovaProcess.start(folder, arguments.toArray());
  }

  /**
   * The decoding process, which is started for the first file: that one isn't read yet. Until it is
   * Java, a signal would meet the shell, or a fork that its parent still waits for.
   */
  private ProcessHandle firstHelper(EmovaProcess batch) throws Exception {
    EmovaProcess.awaitText(log, "\"BEGUN\"");
    Optional<ProcessHandle> helper = Optional.empty();
    while (helper.isEmpty() && batch.process().isAlive()) {
      helper =
          batch
              .process()
              .children()
              .filter(child -> child.info().command().filter(c -> c.endsWith("/java")).isPresent())
              .findFirst();
      Thread.sleep(5);
    }
    return helper.orElseThrow(() -> new AssertionError("there is no decoding process"));
  }
}
