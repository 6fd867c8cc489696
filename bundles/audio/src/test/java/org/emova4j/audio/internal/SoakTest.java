package org.emova4j.audio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Native memory stays flat over thousands of conversions of files of all kinds, broken ones among
 * them. Not in the usual run: {@code mvn test -Dtest=SoakTest -Demova.soak=5000
 * -DargLine=-Xmx128m}. Linux only, for it reads {@code /proc}.
 */
@EnabledIfSystemProperty(named = "emova.soak", matches = "\\d+")
class SoakTest {
  private static final List<AudioFormat> FORMATS = List.of(AudioFormat.values());
  private static final long MAX_GROWTH = 24L << 20;
  private static final int LARGEST_FILE = 120_000;

  private final FfmpegAudioReader reader = new FfmpegAudioReader(Duration.ofSeconds(10));
  private final FfmpegAudioWriter writer = new FfmpegAudioWriter();
  @TempDir Path folder;

  @Test
  void keepsNativeMemoryFlat() throws Exception {
    int conversions = Integer.getInteger("emova.soak");
    List<Path> files = inputs();
    long settled = 0;
    int refused = 0;
    long start = System.nanoTime();
    for (int i = 1; i <= conversions; i++) {
      try {
        convert(files.get(i % files.size()), i);
      } catch (UnsupportedAudioException e) {
        refused++;
      }
      if (i % Math.max(1, conversions / 10) == 0) {
        System.gc();
        long resident = resident();
        System.out.printf(
            "soak %5d: resident %.1f MiB, heap committed %.1f MiB, %d refused, %.0f s%n",
            i,
            resident / 1048576.0,
            ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted() / 1048576.0,
            refused,
            (System.nanoTime() - start) / 1e9);
        if (i <= conversions / 2) {
          settled = Math.max(settled, resident);
        } else {
          assertThat(resident).as("after %d", i).isLessThan(settled + MAX_GROWTH);
        }
      }
    }
  }

  private void convert(Path file, int i) throws IOException, UnsupportedAudioException {
    int[] rates = {16_000, 22_050, 24_000};
    Audio audio = reader.decode(file, DecodeOptions.atRate(rates[i % rates.length]));
    AudioFormat format = FORMATS.get(i % FORMATS.size());
    EncodeOptions options =
        new EncodeOptions(format, OptionalInt.empty(), OptionalInt.empty(), 1 + i % 2);
    if (i % 3 == 0) {
      writer.encode(audio, new ByteArrayOutputStream(), options);
    } else {
      writer.encode(audio, folder.resolve("out"), options);
    }
  }

  private List<Path> inputs() throws Exception {
    List<Path> files = new ArrayList<>();
    for (AudioFormat format : AudioFormat.values()) {
      Path file = folder.resolve("in." + format.id());
      writer.encode(Signals.sine(440, 0.5, 40_000, 22_050), file, EncodeOptions.of(format));
      files.add(file);
    }
    Path foreign = Path.of(System.getProperty("emova.shared", "/nowhere"), "speech", "formats");
    if (Files.isDirectory(foreign)) {
      try (Stream<Path> found = Files.walk(foreign)) {
        for (Path file : found.filter(Files::isRegularFile).sorted().toList()) {
          if (Files.size(file) <= LARGEST_FILE) {
            files.add(file);
          }
        }
      }
    }
    return files;
  }

  private static long resident() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IOException("no VmRSS");
  }
}
