package org.emova4j.tokenizer.internal.script;

import java.util.Arrays;
import java.util.List;
import org.emova4j.api.speech.InferenceFailedException;
import org.emova4j.engine.ScriptNetwork;
import org.emova4j.tokenizer.internal.script.ScriptConfig.Output;

/** From what a script returns to units; whatever doesn't fit the settings is refused. */
final class UnitDecoder {
  private static final double MARGIN = 1e-3; // by which bounds are wider than the levels

  private final ScriptConfig config;
  private final float[] centres; // (size, width)
  private final int size;
  private final int width; // numbers of a unit

  /**
   * @param centres of shape [units, width] for {@link Output#K_MEANS}, else unused
   */
  UnitDecoder(ScriptConfig config, float[] centres, int units) {
    this.config = config;
    this.centres = centres;
    size = config.output() == Output.K_MEANS ? units : config.size();
    width =
        switch (config.output()) {
          case IDS -> 1;
          case LOGITS -> size;
          case FSQ -> config.levels().size();
          case K_MEANS -> centres.length / units;
        };
  }

  int size() {
    return size;
  }

  int[] units(ScriptNetwork.Output output) throws InferenceFailedException {
    int count = count(output);
    if (config.output() == Output.IDS) {
      return ids(output.integers());
    }
    for (float value : output.floats()) {
      if (!Float.isFinite(value)) {
        throw new InferenceFailedException("the script returned " + value);
      }
    }
    int[] units = new int[count];
    float[] vector = new float[width];
    for (int u = 0; u < count; u++) {
      for (int d = 0; d < width; d++) {
        vector[d] = output.floats()[config.unitsLast() ? d * count + u : u * width + d];
      }
      units[u] =
          switch (config.output()) {
            case LOGITS -> largest(vector);
            case FSQ -> rounded(vector);
            default -> nearest(vector);
          };
    }
    return units;
  }

  /** Sizes of 1 in front are passed over. */
  private int count(ScriptNetwork.Output output) throws InferenceFailedException {
    boolean ids = config.output() == Output.IDS;
    int rank = ids ? 1 : 2;
    long[] shape = output.shape();
    int lead = shape.length - rank;
    boolean fits =
        lead >= 0
            && output.isInteger() == ids
            && Arrays.stream(shape, 0, lead).allMatch(n -> n == 1)
            && (ids || shape[config.unitsLast() ? lead : lead + 1] == width);
    if (!fits) {
      throw new InferenceFailedException(
          "the script returned %s, expected %s"
              .formatted(
                  output,
                  ids
                      ? "integers [1, units]"
                      : "floats "
                          + (config.unitsLast() ? "[1, %d, units]" : "[1, units, %d]")
                              .formatted(width)));
    }
    return (int) shape[ids || !config.unitsLast() ? lead : lead + 1];
  }

  private int[] ids(long[] integers) throws InferenceFailedException {
    int[] units = new int[integers.length];
    for (int u = 0; u < units.length; u++) {
      if (integers[u] < 0 || integers[u] >= size) {
        throw new InferenceFailedException(
            "the script returned unit %d at place %d, the codebook has 0 to %d"
                .formatted(integers[u], u, size - 1));
      }
      units[u] = (int) integers[u];
    }
    return units;
  }

  private static int largest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }

  /**
   * Finite scalar quantisation, arXiv 2309.15505, with the bounds of the PyTorch package
   * vector-quantize-pytorch; the first dimension is the lowest digit.
   */
  private int rounded(float[] z) {
    List<Integer> levels = config.levels();
    int unit = 0;
    for (int d = levels.size() - 1; d >= 0; d--) {
      int level = levels.get(d);
      double half = (level - 1) * (1 + MARGIN) / 2;
      double offset = level % 2 == 0 ? 0.5 : 0;
      double shift = 0.5 * Math.log((1 + offset / half) / (1 - offset / half));
      double bounded = Math.tanh(z[d] + shift) * half - offset;
      int digit = (int) Math.rint(bounded) + level / 2;
      unit = unit * level + Math.max(0, Math.min(level - 1, digit));
    }
    return unit;
  }

  private int nearest(float[] vector) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int c = 0; c < size; c++) {
      double distance = 0;
      for (int d = 0; d < width && distance < least; d++) {
        double difference = vector[d] - centres[c * width + d];
        distance += difference * difference;
      }
      if (distance < least) {
        least = distance;
        best = c;
      }
    }
    return best;
  }
}
