package org.emova4j.models.internal.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.model.ModelImporter.Request;
import org.emova4j.models.internal.checkpoint.TorchZip;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imports in a process of its own, whose memory it measures. */
class ImportMemoryTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int WIDTH = 4096;
  private static final long LARGEST = 4L * WIDTH * WIDTH;

  @TempDir private Path folder;

  @Test
  void takesLessThanTwiceTheLargestTensor() throws Exception {
    assumeThat(STATUS).as("a system that tells the memory of a process").exists();
    Path small = release("small", 8);
    Path large = release("large", WIDTH);
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + LARGEST / 2,
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ImportMemoryTest.class.getName(),
                small.toString(),
                large.toString(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();

    assertThat(process.waitFor()).as(Files.readString(output)).isZero();

    List<String> lines = Files.readAllLines(output);
    long baseline = Long.parseLong(lines.get(lines.size() - 2));
    long peak = Long.parseLong(lines.get(lines.size() - 1));
    assertThat(peak - baseline).isLessThan(2 * LARGEST);
    assertThat(folder.resolve("emova-s2u-1.0.0.tar.gz")).exists();
  }

  /** Two convolutions; the second has the largest tensor. */
  private Path release(String name, int width) throws IOException {
    Path release = Files.createDirectory(folder.resolve(name));
    Files.writeString(
        release.resolve("hparams.json"),
        """
        {"encoder": {
           "preprocessor": {"sample_rate": 16000, "window_size": 0.02, "features": 3},
           "feature_encoder": {"feat_in": 3, "conv_transformer_blocks": [{"conv_layers": [
             {"filters": %1$d, "kernel_size": [1]}, {"filters": %1$d, "kernel_size": [1]}]}]}},
         "quantizer": {"levels": [4, 4]}}
        """
            .formatted(width));
    Map<String, Object> tensors = new LinkedHashMap<>();
    int in = 3;
    for (int i = 0; i < 2; i++) {
      String block = "encoder.feature_encoder.block_modules." + i;
      tensors.put(block + ".conv.conv.weight", zeros(width, in, 1));
      for (String vector : List.of(".conv.conv.bias", ".norm.weight", ".norm.bias")) {
        tensors.put(block + vector, zeros(width));
      }
      in = width;
    }
    tensors.put("pre_quant.weight", zeros(2, width));
    tensors.put("pre_quant.bias", zeros(2));
    TorchZip.write(release.resolve("model.ckpt"), Map.of("state_dict", tensors));
    return release;
  }

  private static TorchZip.Tensor zeros(long... shape) {
    long bytes = Float.BYTES;
    for (long size : shape) {
      bytes *= size;
    }
    return new TorchZip.Tensor("FloatStorage", shape, new byte[(int) bytes]);
  }

  /** Imports the first, says the peak of its memory in bytes, and the same for the second. */
  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 2; i++) {
      Request request =
          new Request(
              List.of(Path.of(arguments[i])),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty());
      new CheckpointImporter().importModels(request, Path.of(arguments[2]));
      String peak =
          Files.readAllLines(STATUS).stream()
              .filter(line -> line.startsWith("VmHWM:"))
              .findFirst()
              .orElseThrow();
      System.out.println(Long.parseLong(peak.replaceAll("\\D", "")) * 1024);
    }
  }
}
