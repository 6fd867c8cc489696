package org.emova4j.vocoder.internal.uvits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Optional;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.NetworkParts;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;

/**
 * The network of EMOVA's unit-to-speech part (arXiv 2409.18042, section 3.1), a VITS (arXiv
 * 2106.06103) that reads units instead of phones and a style vector instead of a speaker. Letters:
 * T units, F frames, L latent channels. Safe for concurrent use.
 */
final class UvitsNetwork implements AutoCloseable {
  private record Parts(
      TextEncoder encoder, DurationPredictor durations, LatentFlow flow, Generator generator) {}

  private final NetworkScope scope;
  private final UvitsSettings settings;
  private final int units;
  private final NetworkParts<Parts> parts;

  /**
   * Reads and checks all weights, as {@link NetworkScope#parts} does.
   *
   * @param scope is closed with this, or as soon as a weight is missing or of the wrong shape
   */
  UvitsNetwork(NetworkScope scope, Ops ops, UvitsSettings settings) throws SpeechException {
    this.scope = scope;
    this.settings = settings;
    boolean complete = false;
    try {
      units = TextEncoder.units(scope);
      // inside a call, since weights are also computed here
      parts = scope.parts(() -> scope.call(manager -> read(new UvitsWeights(scope, ops))));
      complete = true;
    } finally {
      if (!complete) {
        scope.close();
      }
    }
  }

  private Parts read(UvitsWeights weights) throws ModelUnavailableException {
    return new Parts(
        new TextEncoder(weights, settings),
        new DurationPredictor(weights, settings),
        new LatentFlow(weights, settings),
        new Generator(weights, settings));
  }

  UvitsSettings settings() {
    return settings;
  }

  /** How many different units it knows. */
  int units() {
    return units;
  }

  /**
   * What is known of units before anything is drawn.
   *
   * @param means of shape [T, L]
   * @param logDeviations of shape [T, L]
   * @param logDurations in frames, of shape [T]; empty if they were not asked for
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and private to this bundle
  record Encoded(float[] means, float[] logDeviations, Optional<float[]> logDurations) {}

  /**
   * @param units at least one
   * @param style of shape [size], if there is one
   * @param durationNoise what durations are drawn with, of shape [2, T]; empty for no durations
   */
  Encoded encode(
      int[] units, Optional<float[]> style, Optional<float[][]> durationNoise, Trace trace)
      throws SpeechException {
    int latent = settings.latent();
    Parts p = parts.get();
    return scope.call(
        manager -> {
          NDArray x = p.encoder().encode(manager, units, trace);
          trace.at("enc_hidden", x::toFloatArray);
          float[] statistics = p.encoder().statistics(x).toFloatArray();
          float[] means = new float[units.length * latent];
          float[] deviations = new float[units.length * latent];
          for (int i = 0; i < units.length; i++) {
            System.arraycopy(statistics, 2 * i * latent, means, i * latent, latent);
            System.arraycopy(statistics, (2 * i + 1) * latent, deviations, i * latent, latent);
          }
          Optional<float[]> logDurations =
              durationNoise.map(
                  noise -> {
                    float[][] copy =
                        Arrays.stream(noise).map(float[]::clone).toArray(float[][]::new);
                    return p.durations().predict(x, row(manager, style), copy, trace);
                  });
          return new Encoded(means, deviations, logDurations);
        });
  }

  /**
   * What must go into {@link #sound} for some of its frames.
   *
   * @param drawn frames that must be drawn
   * @param plan of the generator
   */
  record Plan(Span drawn, Generator.Plan plan) {}

  /**
   * @param frames of the whole sound
   * @param from first frame whose samples are wanted
   * @param to behind the last one
   */
  Plan plan(int frames, int from, int to) throws SpeechException {
    Generator.Plan plan = parts.get().generator().plan(frames, from, to);
    return new Plan(plan.latent().widened(LatentFlow.CONTEXT, frames), plan);
  }

  /**
   * @param drawn the frames of the plan, of shape [F, L]
   * @param style of shape [size], if there is one
   * @return the samples of the plan, in (-1, 1)
   */
  float[] sound(float[] drawn, Plan plan, Optional<float[]> style, Trace trace)
      throws SpeechException {
    Parts p = parts.get();
    return scope.call(
        manager -> {
          Optional<NDArray> row = row(manager, style);
          NDArray x = manager.create(drawn, new Shape(1, plan.drawn().length(), settings.latent()));
          x = p.flow().apply(x, row, trace);
          Span latent = plan.plan().latent();
          x =
              Rows.moments(
                  x, latent.first() - plan.drawn().first(), latent.end() - plan.drawn().first());
          return p.generator().apply(x, plan.plan(), row, trace).toFloatArray();
        });
  }

  private static Optional<NDArray> row(NDManager manager, Optional<float[]> style) {
    return style.map(values -> manager.create(values, new Shape(1, values.length)));
  }

  @Override
  public void close() {
    scope.close();
  }
}
