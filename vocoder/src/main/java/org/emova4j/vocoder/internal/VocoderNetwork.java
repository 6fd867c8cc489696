package org.emova4j.vocoder.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.NetworkParts;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;
import org.emova4j.engine.nn.ConvNextBlock;
import org.emova4j.engine.nn.Linear;

/**
 * The three branches of the {@code lite} vocoder: spectral envelopes, prosody, durations.
 * Reference: {@code Vocoder} in {@code training/lite/networks.py}. Letters: U units, T = 4 U
 * frames, R runs, D width. Safe for concurrent use.
 */
final class VocoderNetwork implements AutoCloseable {
  /** Points of an envelope. */
  static final int POINTS = 80;

  /** Values of a prosody frame. */
  static final int PROSODY = 3;

  static final int FRAMES_PER_UNIT = 4;

  /** Units on either side that an envelope depends on. */
  static final int ENVELOPE_CONTEXT = 3 * 3 + 1 + 4;

  /** Units on either side that predicted prosody depends on. */
  static final int PROSODY_CONTEXT = 4 * 4 + 1;

  /** Runs on either side that a predicted duration depends on. */
  static final int DURATION_CONTEXT = 3 * 3;

  private static final int WIDTH = 256;
  private static final int PROSODY_WIDTH = 192;
  private static final int DURATION_WIDTH = 128;
  private static final int SPEAKER = LiteStyle.SPEAKER_DIMENSIONS;

  private record Parts(
      Linear embed,
      List<ConvNextBlock> context,
      Linear prosodyIn,
      List<ConvNextBlock> frames,
      Linear envelopes,
      Linear prosodyEmbed,
      List<ConvNextBlock> prosodyBlocks,
      Linear prosodyOut,
      Linear durationEmbed,
      List<ConvNextBlock> durationBlocks,
      Linear durationOut) {
    static Parts read(NetworkScope scope, Ops ops) throws ModelUnavailableException {
      return new Parts(
          Linear.read(scope, "embed", Codes.DIMENSIONS, WIDTH),
          blocks(scope, ops, "context", 3, WIDTH, 7),
          Linear.read(scope, "prosody_in", PROSODY, WIDTH),
          blocks(scope, ops, "frames", 5, WIDTH, 7),
          Linear.read(scope, "envelopes", WIDTH, 2 * POINTS),
          Linear.read(scope, "prosody_embed", Codes.DIMENSIONS, PROSODY_WIDTH),
          blocks(scope, ops, "prosody_blocks", 4, PROSODY_WIDTH, 9),
          Linear.read(scope, "prosody_out", PROSODY_WIDTH, PROSODY),
          Linear.read(scope, "duration_embed", Codes.DIMENSIONS, DURATION_WIDTH),
          blocks(scope, ops, "duration_blocks", 3, DURATION_WIDTH, 7),
          Linear.read(scope, "duration_out", DURATION_WIDTH, 1));
    }

    private static List<ConvNextBlock> blocks(
        NetworkScope scope, Ops ops, String name, int count, int width, int kernel)
        throws ModelUnavailableException {
      List<ConvNextBlock> blocks = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        blocks.add(ConvNextBlock.read(scope, ops, name + "." + i, width, kernel, 2, SPEAKER));
      }
      return blocks;
    }
  }

  private final NetworkScope scope;
  private final NetworkParts<Parts> parts;

  /**
   * Reads and checks all weights, as {@link NetworkScope#parts} does.
   *
   * @param scope is closed with this, or as soon as a weight is missing or of the wrong shape
   */
  VocoderNetwork(NetworkScope scope, Ops ops) throws SpeechException {
    this.scope = scope;
    parts = scope.parts(() -> Parts.read(scope, ops));
  }

  /**
   * @param codes of shape [U, 4]
   * @param speaker of shape [64]
   * @param prosody of shape [T, 3]: ln(F0 / 120 Hz) or 0 where unvoiced; voiced 1 or 0; energy
   *     relative to active speech in natural logarithm, divided by 3
   * @return natural log magnitudes in [-14, 6], of shape [T, 160]: harmonic, then noise
   */
  float[] envelopes(float[] codes, float[] speaker, float[] prosody) throws SpeechException {
    Parts p = parts.get();
    return scope.call(
        manager -> {
          NDArray condition = manager.create(speaker, new Shape(1, SPEAKER));
          NDArray x = run(p.context(), p.embed().apply(units(manager, codes)), condition);
          NDArray melody = manager.create(prosody, new Shape(1, prosody.length / PROSODY, PROSODY));
          x = run(p.frames(), upsample(x).add(p.prosodyIn().apply(melody)), condition);
          return p.envelopes().apply(x).clip(-14f, 6f).toFloatArray();
        });
  }

  /**
   * @param codes of shape [U, 4]
   * @param speaker of shape [64]
   * @return of shape [T, 3]: ln F0 minus the speaker's mean; voiced where positive; energy as above
   */
  float[] predictProsody(float[] codes, float[] speaker) throws SpeechException {
    Parts p = parts.get();
    return scope.call(
        manager -> {
          NDArray condition = manager.create(speaker, new Shape(1, SPEAKER));
          NDArray x =
              run(p.prosodyBlocks(), p.prosodyEmbed().apply(units(manager, codes)), condition);
          return p.prosodyOut().apply(upsample(x)).toFloatArray();
        });
  }

  /**
   * @param codes without repeats, of shape [R, 4]
   * @param speaker of shape [64]
   * @return natural logarithm of how many units each lasts, of shape [R]
   */
  float[] predictDurations(float[] codes, float[] speaker) throws SpeechException {
    Parts p = parts.get();
    return scope.call(
        manager -> {
          NDArray condition = manager.create(speaker, new Shape(1, SPEAKER));
          NDArray x =
              run(p.durationBlocks(), p.durationEmbed().apply(units(manager, codes)), condition);
          return p.durationOut().apply(x).toFloatArray();
        });
  }

  private static NDArray units(NDManager manager, float[] codes) {
    return manager.create(codes, new Shape(1, codes.length / Codes.DIMENSIONS, Codes.DIMENSIONS));
  }

  private static NDArray run(List<ConvNextBlock> blocks, NDArray x, NDArray condition) {
    for (ConvNextBlock block : blocks) {
      x = block.apply(x, condition);
    }
    return x;
  }

  /** (1, U, D) to (1, 4 U, D): linear between the units' centres, constant beyond the outermost. */
  private static NDArray upsample(NDArray x) {
    long units = x.getShape().get(1);
    long width = x.getShape().get(2);
    NDArray before = x;
    NDArray after = x;
    if (units > 1) {
      before = NDArrays.concat(new NDList(x.get(":, :1"), x.get(":, :-1")), 1);
      after = NDArrays.concat(new NDList(x.get(":, 1:"), x.get(":, -1:")), 1);
    }
    NDArray near = x.mul(0.875f);
    NDArray far = x.mul(0.625f);
    return NDArrays.stack(
            new NDList(
                before.mul(0.375f).add(far),
                before.mul(0.125f).add(near),
                after.mul(0.125f).add(near),
                after.mul(0.375f).add(far)),
            2)
        .reshape(1, FRAMES_PER_UNIT * units, width);
  }

  @Override
  public void close() {
    scope.close();
  }
}
