package org.emova4j.vocoder.internal.uvits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.nn.Linear;

/**
 * Draws how long each unit lasts: a flow of splines that turns noise into the logarithm of a
 * duration, and a second variable that is dropped (VITS, arXiv 2106.06103, section 2.2.2). Letters:
 * T units, C channels. Safe for concurrent use.
 */
final class DurationPredictor {
  /**
   * In the order of use. The checkpoint's flow 1 is left out in this direction, as in the
   * reference.
   */
  private static final int[] COUPLINGS = {7, 5, 3};

  private record Coupling(String trace, Linear in, DilatedStack stack, Linear parameters) {}

  private final int width;
  private final Linear in;
  private final Linear condition;
  private final DilatedStack stack;
  private final Linear out;
  private final List<Coupling> couplings;
  private final float[] shift; // of each variable
  private final float[] logScale;

  DurationPredictor(UvitsWeights weights, UvitsSettings settings) throws ModelUnavailableException {
    width = settings.hidden();
    in = weights.pointwise("dp.pre", width, width);
    condition = weights.pointwise("dp.cond", settings.style(), width);
    stack = DilatedStack.read(weights, "dp.convs", width);
    out = weights.pointwise("dp.proj", width, width);
    couplings =
        List.of(
            coupling(weights, COUPLINGS[0]),
            coupling(weights, COUPLINGS[1]),
            coupling(weights, COUPLINGS[2]));
    shift = weights.scope().values("dp.flows.0.m", 2, 1);
    logScale = weights.scope().values("dp.flows.0.logs", 2, 1);
  }

  private Coupling coupling(UvitsWeights weights, int index) throws ModelUnavailableException {
    String name = "dp.flows." + index;
    return new Coupling(
        "dp_after_convflow" + index,
        weights.pointwise(name + ".pre", 1, width),
        DilatedStack.read(weights, name + ".convs", width),
        weights.pointwise(name + ".proj", width, RationalQuadraticSpline.PARAMETERS));
  }

  /**
   * @param encoded (1, T, C) of the text encoder
   * @param style (1, size) if there is one
   * @param noise of both variables, of shape [2, T]; overwritten
   * @param trace sees {@code dp_cond_hidden} and the variables behind each spline
   * @return natural logarithm of each duration in frames, of shape [T]
   */
  float[] predict(NDArray encoded, Optional<NDArray> style, float[][] noise, Trace trace) {
    NDManager manager = encoded.getManager();
    NDArray x = in.apply(encoded);
    if (style.isPresent()) {
      x = x.add(condition.apply(style.get()));
    }
    x = out.apply(stack.apply(x));
    trace.at("dp_cond_hidden", x::toFloatArray);
    float[] first = noise[0];
    float[] second = noise[1];
    for (Coupling coupling : couplings) {
      float[] swapped = first;
      first = second;
      second = swapped;
      float[] result = second;
      float[] given = first;
      NDArray seen = x;
      try (NDManager inner = manager.newSubManager()) {
        NDArray h = inner.create(given, new Shape(1, given.length, 1));
        h = coupling.stack().apply(coupling.in().apply(h).add(seen));
        float[] parameters = coupling.parameters().apply(h).toFloatArray();
        float scale = (float) (1 / Math.sqrt(width));
        for (int i = 0; i < result.length; i++) {
          result[i] =
              RationalQuadraticSpline.inverse(
                  result[i], parameters, i * RationalQuadraticSpline.PARAMETERS, scale);
        }
      }
      trace.at(coupling.trace(), () -> rows(given, result));
    }
    // one more swap: the logarithms are the first variable of the affine step
    float[] logarithms = second;
    for (int i = 0; i < logarithms.length; i++) {
      logarithms[i] = (logarithms[i] - shift[0]) * (float) Math.exp(-logScale[0]);
    }
    return logarithms;
  }

  private static float[] rows(float[] a, float[] b) {
    float[] rows = new float[2 * a.length];
    for (int i = 0; i < a.length; i++) {
      rows[2 * i] = a[i];
      rows[2 * i + 1] = b[i];
    }
    return rows;
  }
}
