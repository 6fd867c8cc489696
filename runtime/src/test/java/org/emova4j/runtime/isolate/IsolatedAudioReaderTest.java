package org.emova4j.runtime.isolate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioInfo;
import org.emova4j.api.audio.ChannelPolicy;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With processes of this Java, in which {@link FakeHelper} decodes. */
class IsolatedAudioReaderTest {
  private static final DecodeOptions OPTIONS = DecodeOptions.atRate(16_000);

  @TempDir Path folder;
  private final List<Process> started = new ArrayList<>();
  private IsolatedAudioReader reader;

  @BeforeEach
  void open() {
    reader = new IsolatedAudioReader(this::start, folder);
  }

  @AfterEach
  void close() throws Exception {
    reader.close();
    for (Process process : started) {
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  private synchronized Process start(Path directory) throws java.io.IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-XX:ErrorFile=decoder-crash-%p.log",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:+DisplayVMOutputToStderr",
                "-cp",
                System.getProperty("java.class.path"),
                FakeHelper.class.getName())
            .directory(directory.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    started.add(process);
    return process;
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  @Test
  void oneProcessDecodesFileAfterFile() throws Exception {
    Audio audio = reader.decode(file("a"), OPTIONS);
    assertThat(audio.length()).isEqualTo(100_000);
    assertThat(audio.samples()[99_999]).isEqualTo(0.999f);
    assertThat(audio.sampleRate()).isEqualTo(16_000);
    AudioInfo info = reader.probe(file("odd \u00e9 name"));
    assertThat(info.container()).isEqualTo("served 1");
    assertThat(info.duration()).contains(Duration.ofMillis(1_500));
    assertThat(info.bitRate()).isEmpty();
    assertThatThrownBy(() -> reader.decode(file("refused"), OPTIONS))
        .isInstanceOf(UnsupportedAudioException.class)
        .hasMessageEndingWith("refused is no sound");
    assertThatThrownBy(() -> reader.probe(file("bug"))).hasMessage("a bug");
    assertThat(started).hasSize(1);
  }

  @Test
  void bothSidesComeApartAndNoMoreThanWereAskedFor() throws Exception {
    List<Audio> sides = reader.decode(file("a"), ChannelPolicy.BOTH, OPTIONS);
    assertThat(sides).hasSize(2);
    assertThat(sides.get(0).samples()[999]).isEqualTo(0.999f);
    assertThat(sides.get(1).samples()[999]).isEqualTo(-0.999f);
    assertThat(sides.get(1).sampleRate()).isEqualTo(16_000);
    assertThat(reader.decode(file("a"), ChannelPolicy.RIGHT, OPTIONS)).hasSize(1);
    assertThatThrownBy(() -> reader.decode(file("generous"), ChannelPolicy.LEFT, OPTIONS))
        .isInstanceOf(UnsupportedAudioException.class)
        .hasRootCauseMessage("2 sounds were announced, 1 are the most");
  }

  @Test
  void aCrashCostsOneFileAndSaysSo() throws Exception {
    reader.decode(file("a"), OPTIONS);
    assertThatThrownBy(() -> reader.decode(file("crash"), OPTIONS))
        .isInstanceOf(UnsupportedAudioException.class)
        .hasMessageContaining("crash can't be read as audio: its decoding process crashed with")
        .hasMessageContaining("SIGSEGV");
    assertThat(reader.decode(file("b"), OPTIONS).length()).isEqualTo(100_000);
    assertThat(started).hasSize(2);
    Path report = folder.resolve("decoder-crash-%d.log".formatted(started.get(0).pid()));
    assertThat(report).exists();
  }

  @Test
  void aProcessThatExitsOrTalksNonsenseCostsOneFile() throws Exception {
    assertThatThrownBy(() -> reader.decode(file("exit"), OPTIONS))
        .hasMessageContaining("ended with code 3");
    assertThatThrownBy(() -> reader.decode(file("noise"), OPTIONS))
        .hasMessageContaining("sent something else than an answer");
    assertThat(reader.decode(file("b"), OPTIONS).length()).isEqualTo(100_000);
  }

  @Test
  void moreSoundThanAllowedIsNotTakenIn() {
    DecodeOptions second = new DecodeOptions(16_000, Duration.ofSeconds(1), 1 << 20);
    assertThatThrownBy(() -> reader.decode(file("long"), second))
        .isInstanceOf(UnsupportedAudioException.class)
        .hasRootCauseMessage("48000 samples were announced, 32000 are the most");
  }

  @Test
  void aHangEndsWithItsCallersPatience() throws Exception {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                reader.decode(file("hang"), OPTIONS);
              } catch (UnsupportedAudioException e) {
                thrown.set(Thread.currentThread().isInterrupted() ? e : null);
              }
            });
    caller.start();
    while (started.isEmpty()) {
      Thread.sleep(10);
    }
    caller.interrupt();
    caller.join(20_000);
    assertThat(thrown.get()).hasMessageContaining("given up");
    assertThat(started.get(0).waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(reader.decode(file("b"), OPTIONS).length()).isEqualTo(100_000);
  }

  @Test
  void asManyProcessesAsCallersAndNoMore() throws Exception {
    List<Thread> callers =
        IntStream.range(0, 3)
            .mapToObj(
                caller ->
                    new Thread(
                        () -> {
                          for (int i = 0; i < 20; i++) {
                            try {
                              reader.decode(file("f" + i), OPTIONS);
                            } catch (UnsupportedAudioException e) {
                              throw new AssertionError(e);
                            }
                          }
                        }))
            .toList();
    callers.forEach(Thread::start);
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(started).hasSizeBetween(1, 3).allMatch(Process::isAlive);
  }

  @Test
  void aProcessWhoseBatchIsGoneEndsEvenWhileItHangs() throws Exception {
    Process orphan = start(folder);
    DecodeProtocol.write(
        new java.io.DataOutputStream(orphan.getOutputStream()),
        new DecodeProtocol.Request(
            file("hang"),
            java.util.Optional.of(new DecodeProtocol.Decoding(ChannelPolicy.MIX, OPTIONS))));
    orphan.getOutputStream().close();
    assertThat(orphan.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.exists(folder.resolve("decoder.log"))).isFalse();
  }
}
