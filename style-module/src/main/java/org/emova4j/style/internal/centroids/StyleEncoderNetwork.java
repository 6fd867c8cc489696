package org.emova4j.style.internal.centroids;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.Supplier;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;
import org.emova4j.engine.nn.Conv1d;
import org.emova4j.engine.nn.Linear;

/**
 * The style of a recording as EMOVA's vocoder reads it: magnitudes of a short-time spectrum, two
 * layers, two gated convolutions, self-attention, the mean over time, of length one
 * (Meta-StyleSpeech, arXiv 2106.03153, section 3.1, with a linear instead of a mel spectrum).
 * Letters: T frames, B bins of the spectrum, C channels. Safe for concurrent use.
 */
final class StyleEncoderNetwork implements AutoCloseable {
  /** What EMOVA's released network reads, in hertz. */
  static final int SAMPLE_RATE = 22_050;

  private static final int MOST_SECONDS = 60;
  private static final int KERNEL = 5;
  private static final int HEADS = 2;
  private static final int HOPS_PER_WINDOW = 4;
  private static final float LEAST_POWER = 1e-6f;
  private static final double LEAST_LENGTH = 1e-12;

  /** Sees what is computed on the way. */
  @FunctionalInterface
  interface Trace {
    /** Looks at nothing. */
    Trace NONE = (name, values) -> {};

    /**
     * @param name of the quantity
     * @param values made only when asked for
     */
    void at(String name, Supplier<float[]> values);
  }

  private final NetworkScope scope;
  private final Ops ops;
  private final int sampleRate;
  private final int width; // C
  private final int bins; // B
  private final int window; // samples
  private final int size; // of a style
  private final NDArray hann; // (window)
  private final Linear spectral1;
  private final Linear spectral2;
  private final Conv1d temporal1;
  private final Conv1d temporal2;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear attended;
  private final Linear out;

  /**
   * Reads and checks all weights of the released network, at 22050 Hz.
   *
   * @param scope whose tensors begin with {@code enc_r.}; is closed with this, or right here if a
   *     weight is missing or of the wrong shape
   */
  StyleEncoderNetwork(NetworkScope scope, Ops ops) throws ModelUnavailableException {
    this(scope, ops, SAMPLE_RATE);
  }

  /**
   * The same for a network of another rate; all other sizes follow from the weights.
   *
   * @param sampleRate in hertz
   */
  StyleEncoderNetwork(NetworkScope scope, Ops ops, int sampleRate)
      throws ModelUnavailableException {
    this.scope = scope;
    this.ops = ops;
    this.sampleRate = sampleRate;
    boolean complete = false;
    try {
      long[] first = scope.shape("enc_r.spectral.0.fc.weight");
      long[] last = scope.shape("enc_r.fc.fc.weight");
      if (first.length != 2 || last.length != 2 || first[0] % HEADS != 0 || first[1] < 3) {
        throw new ModelUnavailableException(
            "tensors enc_r.spectral.0.fc.weight %s and enc_r.fc.fc.weight %s are no layers"
                .formatted(Arrays.toString(first), Arrays.toString(last)));
      }
      width = Math.toIntExact(first[0]);
      bins = Math.toIntExact(first[1]);
      window = 2 * (bins - 1);
      size = Math.toIntExact(last[0]);
      if (window % HOPS_PER_WINDOW != 0) {
        throw new ModelUnavailableException(
            "tensor enc_r.spectral.0.fc.weight is for a window of %d samples, no multiple of %d"
                .formatted(window, HOPS_PER_WINDOW));
      }
      spectral1 = Linear.read(scope, "enc_r.spectral.0.fc", bins, width);
      spectral2 = Linear.read(scope, "enc_r.spectral.3.fc", width, width);
      temporal1 = convolution("enc_r.temporal.0.conv1.conv");
      temporal2 = convolution("enc_r.temporal.1.conv1.conv");
      query = Linear.read(scope, "enc_r.slf_attn.w_qs", width, width);
      key = Linear.read(scope, "enc_r.slf_attn.w_ks", width, width);
      value = Linear.read(scope, "enc_r.slf_attn.w_vs", width, width);
      attended = Linear.read(scope, "enc_r.slf_attn.fc", width, width);
      out = Linear.read(scope, "enc_r.fc.fc", width, size);
      hann = scope.constant(hann(window), window);
      scope.freeze();
      complete = true;
    } finally {
      if (!complete) {
        scope.close();
      }
    }
  }

  private Conv1d convolution(String name) throws ModelUnavailableException {
    return Conv1d.read(scope, ops, name, width, 2 * width, KERNEL, 1);
  }

  /** Periodic. */
  private static float[] hann(int length) {
    float[] window = new float[length];
    for (int i = 0; i < length; i++) {
      window[i] = (float) (0.5 - 0.5 * Math.cos(2 * Math.PI * i / length));
    }
    return window;
  }

  /** The rate that {@link #encode} wants, in hertz. */
  int sampleRate() {
    return sampleRate;
  }

  /** How many values a style has. */
  int size() {
    return size;
  }

  /**
   * The style of a recording; of a long one, that of its first minute.
   *
   * @return of shape [size], of length 1
   * @throws IllegalArgumentException if the rate differs
   * @throws UnsupportedAudioException if the recording is shorter than one window (1024 samples)
   */
  float[] encode(Audio audio) throws SpeechException {
    if (audio.sampleRate() != sampleRate) {
      throw new IllegalArgumentException(
          "the reference is at %d Hz, %d Hz is needed".formatted(audio.sampleRate(), sampleRate));
    }
    if (audio.length() < window) {
      throw new UnsupportedAudioException(
          "the reference has %d samples, at least %d are needed".formatted(audio.length(), window));
    }
    FloatBuffer wave =
        audio.buffer().limit((int) Math.min(audio.length(), (long) MOST_SECONDS * sampleRate));
    float[] samples = new float[wave.remaining()];
    wave.get(samples);
    return scope.call(
        manager -> {
          NDArray spectrum = spectrum(manager, samples);
          return style(spectrum, (int) spectrum.getShape().get(1), Trace.NONE);
        });
  }

  /** For comparisons: the magnitudes of a recording of at least one window, of shape [T, B]. */
  float[] spectrum(float[] samples) throws SpeechException {
    return scope.call(manager -> spectrum(manager, samples).toFloatArray());
  }

  /**
   * For comparisons: the style of a spectrum whose last frames are padding.
   *
   * @param magnitudes of shape [T, B]
   * @param valid frames that are no padding
   */
  float[] style(float[] magnitudes, int valid, Trace trace) throws SpeechException {
    return scope.call(
        manager ->
            style(
                manager.create(magnitudes, new Shape(1, magnitudes.length / bins, bins)),
                valid,
                trace));
  }

  /** (1, T, B): frames of one window, not centred, on a signal that is mirrored at its ends. */
  private NDArray spectrum(NDManager manager, float[] samples) {
    int hop = window / HOPS_PER_WINDOW;
    int padding = (window - hop) / 2;
    NDArray x = manager.create(samples, new Shape(1, samples.length));
    x = ops.padReflect(x, padding, padding).stft(window, hop, false, hann, false, true);
    x = x.real().square().sum(new int[] {-1}).add(LEAST_POWER).sqrt(); // (1, B, T)
    return x.transpose(0, 2, 1);
  }

  private float[] style(NDArray spectrum, int valid, Trace trace) {
    NDArray x = mish(spectral2.apply(mish(spectral1.apply(spectrum)))); // (1, T, C)
    trace.at("spectral", x::toFloatArray);
    x = gated(temporal2, gated(temporal1, x.transpose(0, 2, 1))); // (1, C, T)
    trace.at("temporal", x::toFloatArray);
    x = x.transpose(0, 2, 1).get(":, :{}", valid);
    x = x.add(attended.apply(attention(x)));
    trace.at("slf_attn", x::toFloatArray);
    x = out.apply(x);
    trace.at("fc", x::toFloatArray);
    float[] style = x.mean(new int[] {1}).toFloatArray();
    double squares = 0;
    for (float v : style) {
      squares += (double) v * v;
    }
    double length = Math.max(LEAST_LENGTH, Math.sqrt(squares));
    for (int i = 0; i < style.length; i++) {
      style[i] = (float) (style[i] / length);
    }
    return style;
  }

  private static NDArray mish(NDArray x) {
    return x.mul(Activation.softPlus(x).tanh());
  }

  /** (1, C, T) to the same. */
  private NDArray gated(Conv1d convolution, NDArray x) {
    NDArray y = convolution.apply(x); // (1, 2 C, T)
    NDArray gate = Activation.sigmoid(y.get(":, {}:", width));
    return x.add(y.get(":, :{}", width).mul(gate));
  }

  /** (1, T, C) to the same. Scores are divided by the root of all channels, not of a head's. */
  private NDArray attention(NDArray x) {
    NDArray q = split(query.apply(x)).div(Math.sqrt(HEADS));
    NDArray y = ops.sdpa(q, split(key.apply(x)), split(value.apply(x)), false);
    return y.transpose(0, 2, 1, 3).reshape(x.getShape());
  }

  /** (1, T, C) to (1, heads, T, C / heads). */
  private NDArray split(NDArray x) {
    return x.reshape(1, x.getShape().get(1), HEADS, width / HEADS).transpose(0, 2, 1, 3);
  }

  @Override
  public void close() {
    scope.close();
  }
}
