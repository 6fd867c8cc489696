package org.emova4j.qwen.internal;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Random;
import org.emova4j.api.chat.Sampling;
import org.emova4j.api.speech.InferenceFailedException;

/**
 * Picks the next token: always the likeliest, or at random among those that make up a share of the
 * probability (nucleus sampling, arXiv 1904.09751). Confined to one thread.
 */
final class Sampler {
  /** Below it the reference takes the likeliest. */
  private static final double MIN_TEMPERATURE = 0.001;

  private final Sampling sampling;
  private final double repetitionPenalty;
  private final int[] allowed;
  private final Random random;
  private final BitSet seen = new BitSet();

  /**
   * @param repetitionPenalty 1 for none; more makes tokens that have occurred less likely (arXiv
   *     1909.05858)
   * @param allowed ids that may be picked, at least one; not copied
   */
  Sampler(Sampling sampling, double repetitionPenalty, int[] allowed) {
    if (allowed.length == 0) {
      throw new IllegalArgumentException("no token is allowed");
    }
    this.sampling = sampling;
    this.repetitionPenalty = repetitionPenalty;
    this.allowed = allowed;
    this.random =
        sampling.seed().isPresent() ? new Random(sampling.seed().getAsLong()) : new Random();
  }

  /** A token of the prompt; those that are picked count by themselves. */
  void see(int id) {
    seen.set(id);
  }

  /**
   * @param logits one for each row of the vocabulary; changed
   * @throws InferenceFailedException if no allowed token has a finite logit
   */
  int pick(float[] logits) throws InferenceFailedException {
    if (repetitionPenalty != 1) {
      for (int id = seen.nextSetBit(0);
          id >= 0 && id < logits.length;
          id = seen.nextSetBit(id + 1)) {
        double logit = logits[id];
        logits[id] = (float) (logit > 0 ? logit / repetitionPenalty : logit * repetitionPenalty);
      }
    }
    int best = best(logits);
    int picked = sampling.temperature() <= MIN_TEMPERATURE ? best : sample(logits, logits[best]);
    seen.set(picked);
    return picked;
  }

  private int best(float[] logits) throws InferenceFailedException {
    int best = -1;
    for (int id : allowed) {
      if (Float.isFinite(logits[id]) && (best < 0 || logits[id] > logits[best])) {
        best = id;
      }
    }
    if (best < 0) {
      throw new InferenceFailedException("the model's output is not finite", null);
    }
    return best;
  }

  private int sample(float[] logits, double max) {
    double[] weights = new double[allowed.length];
    double total = 0;
    for (int i = 0; i < allowed.length; i++) {
      float logit = logits[allowed[i]];
      weights[i] = Float.isFinite(logit) ? Math.exp((logit - max) / sampling.temperature()) : 0;
      total += weights[i];
    }
    if (sampling.topP() >= 1) {
      double left = random.nextDouble() * total;
      int last = 0;
      for (int i = 0; i < weights.length; i++) {
        if (weights[i] > 0) {
          last = i;
          left -= weights[i];
          if (left < 0) {
            break;
          }
        }
      }
      return allowed[last];
    }
    return nucleus(weights, total);
  }

  private int nucleus(double[] weights, double total) {
    // All below this bound together are at most what may be left out, so none of them is needed.
    double bound = (1 - sampling.topP()) * total / weights.length;
    Integer[] likely = new Integer[weights.length];
    int count = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] >= bound && weights[i] > 0) {
        likely[count++] = i;
      }
    }
    Arrays.sort(likely, 0, count, Comparator.comparingDouble(i -> -weights[i]));
    double kept = 0;
    int size = 0;
    while (size < count && kept < sampling.topP() * total) {
      kept += weights[likely[size++]];
    }
    double left = random.nextDouble() * kept;
    for (int i = 0; i < size; i++) {
      left -= weights[likely[i]];
      if (left < 0) {
        return allowed[likely[i]];
      }
    }
    return allowed[likely[size - 1]];
  }
}
