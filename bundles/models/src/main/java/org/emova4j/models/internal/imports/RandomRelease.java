package org.emova4j.models.internal.imports;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.models.internal.checkpoint.Checkpoint;
import org.emova4j.models.internal.checkpoint.ElementType;

/**
 * The files of a release, of full size, with random weights that keep every layer's numbers about
 * as large as its inputs: what comes out is noise, but as much of it as speech would be.
 */
final class RandomRelease {
  private static final int CHUNK = 1 << 16;
  private static final int OFFICIAL_UNITS = 4096;

  // logw = (z - m) exp(-logs) with z of a normal distribution: four to five frames a unit.
  private static final float DURATION_SHIFT = -7;
  private static final float DURATION_SCALE = (float) Math.log(5);

  private final Architecture architecture;
  private final SplittableRandom random;

  RandomRelease(Architecture architecture, long seed) {
    this.architecture = architecture;
    this.random = new SplittableRandom(seed);
  }

  void write(Path folder) throws IOException, ModelUnavailableException {
    Layout layout = architecture.layout(Configurations.official(architecture));
    List<Layout.Tensor> all = new ArrayList<>(layout.needed());
    layout.groups().stream()
        .filter(g -> g.tensors().stream().noneMatch(t -> t.name().contains("featurizer")))
        .forEach(g -> all.addAll(g.tensors()));
    List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
    for (Layout.Tensor tensor : all) {
      long[] shape = tensor.shape().clone();
      if (shape[0] == -1) {
        shape[0] = OFFICIAL_UNITS + Uvits.SYMBOLS;
      }
      tensors.add(
          new SafetensorsWriter.Tensor(
              tensor.name(), ElementType.F32, shape, sink -> fill(tensor.name(), shape, sink)));
    }
    SafetensorsWriter.write(folder.resolve("random.safetensors"), tensors);
    if (architecture instanceof Uvits) {
      int dimensions = Configurations.official(architecture).count("model.gin_channels");
      writeCentroids(folder, dimensions);
    }
  }

  private void fill(String name, long[] shape, Checkpoint.Sink sink)
      throws IOException, ModelUnavailableException {
    long length = 1;
    for (long size : shape) {
      length *= size;
    }
    double centre = centre(name, shape);
    double reach = reach(name, shape, length);
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long i = 0; i < length; i++) {
      chunk.putFloat((float) (centre + reach * (2 * random.nextDouble() - 1)));
      if (!chunk.hasRemaining() || i + 1 == length) {
        sink.accept(chunk.flip());
        chunk.clear();
      }
    }
  }

  private static double centre(String name, long[] shape) {
    if (name.equals("dp.flows.0.m")) {
      return DURATION_SHIFT;
    } else if (name.equals("dp.flows.0.logs")) {
      return DURATION_SCALE;
    } else if (name.endsWith("weight_g")) {
      // The length of what it scales, so that its v is the weight: it has v's first or last axis.
      return gain(name, shape);
    }
    boolean scale = name.endsWith(".gamma") || name.matches(".*(layer_norm|\\.norm)\\.weight");
    return scale ? 1 : 0;
  }

  private static double gain(String name, long[] shape) {
    return name.contains("pos_conv") ? Math.sqrt((double) shape[2]) / 4 : 1;
  }

  /** Half the width of a uniform distribution. */
  private static double reach(String name, long[] shape, long length) {
    boolean matrix =
        shape.length > 1 && !name.endsWith("weight_g") && !name.startsWith("dp.flows.0");
    if (!matrix) {
      return name.endsWith(".bias") ? 0.02 : 0;
    }
    return Math.sqrt(3.0 * shape[0] / length); // variance 1 / inputs
  }

  void writeCentroids(Path folder, int dimensions) throws IOException {
    for (String gender : List.of("female", "male")) {
      for (String emotion :
          List.of("angry", "disgusted", "fearful", "happy", "neutral", "sad", "surprised")) {
        for (String speed : List.of("fast", "normal", "slow")) {
          for (String pitch : List.of("high", "low", "normal")) {
            String name =
                "gender-%s_emotion-%s_speed-%s_pitch-%s_centroid_style_embedding.npy"
                    .formatted(gender, emotion, speed, pitch);
            Files.write(folder.resolve(name), numpy(dimensions));
          }
        }
      }
    }
  }

  /** A vector of length one. */
  private byte[] numpy(int dimensions) {
    double[] values = new double[dimensions];
    double squares = 0;
    for (int i = 0; i < dimensions; i++) {
      values[i] = 2 * random.nextDouble() - 1;
      squares += values[i] * values[i];
    }
    String text =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d,), }".formatted(dimensions);
    byte[] header =
        (text + " ".repeat(117 - text.length()) + "\n")
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    ByteBuffer file =
        ByteBuffer.allocate(10 + header.length + dimensions * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    file.putShort((short) header.length).put(header);
    for (double value : values) {
      file.putFloat((float) (value / Math.sqrt(squares)));
    }
    return file.array();
  }
}
