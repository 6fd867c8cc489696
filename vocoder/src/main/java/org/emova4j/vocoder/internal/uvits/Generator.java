package org.emova4j.vocoder.internal.uvits;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.Ops;
import org.emova4j.engine.nn.Linear;
import org.emova4j.engine.nn.ResidualRows;

/**
 * From latent frames to samples: upsamplings, each followed by the mean of several residual blocks
 * (HiFi-GAN, arXiv 2010.05646, section 2.2). Letters: T frames, L latent channels. Safe for
 * concurrent use.
 *
 * <p>A piece of the sound is exactly that piece of the whole: {@link #plan} computes from the
 * layers, backwards, what each of them must see, and what it sees beyond what its successor needs
 * is cut away. Zeros are only where the sound begins or ends, as in the whole.
 */
final class Generator {
  private static final double SLOPE = 0.1;
  private static final double LAST_SLOPE = 0.01;
  private static final int OUTER_KERNEL = 7;

  private record Stage(
      NDArray weight,
      NDArray bias,
      UvitsSettings.Upsampling upsampling,
      List<List<ResidualRows>> blocks,
      int reach) {}

  /**
   * What each layer sees of a piece.
   *
   * @param latent frames that go in
   * @param upsampled for each stage, of what its upsampling makes, what its blocks see
   * @param blended for each stage, of what its blocks make, what the next layer sees; the first
   *     entry is the first convolution's
   * @param samples that come out
   */
  record Plan(Span latent, List<Span> upsampled, List<Span> blended, Span samples) {}

  private final Ops ops;
  private final UvitsSettings settings;
  private final RowConvolution first;
  private final Linear condition;
  private final List<Stage> stages = new ArrayList<>();
  private final RowConvolution last;

  Generator(UvitsWeights weights, UvitsSettings settings) throws ModelUnavailableException {
    ops = weights.ops();
    this.settings = settings;
    int width = settings.generatorWidth();
    first = weights.convolution("dec.conv_pre", settings.latent(), width, OUTER_KERNEL, 1);
    condition = weights.pointwise("dec.cond", settings.style(), width);
    int reach =
        settings.blocks().stream()
            .mapToInt(
                b -> b.dilations().stream().mapToInt(d -> (b.kernel() - 1) / 2 * (d + 1)).sum())
            .max()
            .orElse(0);
    for (UvitsSettings.Upsampling upsampling : settings.upsamplings()) {
      int i = stages.size();
      String name = "dec.ups." + i;
      stages.add(
          new Stage(
              weights.rows(name, width, width / 2, upsampling.kernel()),
              weights.bias(name, width / 2),
              upsampling,
              blocks(weights, i * settings.blocks().size(), width / 2),
              reach));
      width /= 2;
    }
    last = weights.convolutionWithoutBias("dec.conv_post", width, 1, OUTER_KERNEL);
  }

  private List<List<ResidualRows>> blocks(UvitsWeights weights, int index, int width)
      throws ModelUnavailableException {
    List<List<ResidualRows>> blocks = new ArrayList<>();
    for (UvitsSettings.Block block : settings.blocks()) {
      String name = "dec.resblocks." + (index + blocks.size());
      List<ResidualRows> pairs = new ArrayList<>();
      for (int dilation : block.dilations()) {
        String one = name + ".convs1." + pairs.size();
        String two = name + ".convs2." + pairs.size();
        pairs.add(
            ResidualRows.of(
                weights.scope(),
                ops,
                width,
                block.kernel(),
                SLOPE,
                weights.residual(one, width, block.kernel(), dilation),
                weights.residual(two, width, block.kernel(), 1)));
      }
      blocks.add(pairs);
    }
    return blocks;
  }

  /**
   * @param frames of the whole sound
   * @param from first frame whose samples are wanted
   * @param to behind the last one
   */
  Plan plan(int frames, int from, int to) {
    int hop = settings.hop();
    int length = Math.multiplyExact(frames, hop);
    Span samples = new Span(from * hop, to * hop);
    List<Span> upsampled = new ArrayList<>();
    List<Span> blended = new ArrayList<>();
    Span needed = samples.widened(OUTER_KERNEL / 2, length);
    blended.add(0, needed);
    for (int i = stages.size() - 1; i >= 0; i--) {
      Stage stage = stages.get(i);
      needed = needed.widened(stage.reach(), length);
      upsampled.add(0, needed);
      int rate = stage.upsampling().rate();
      int kernel = stage.upsampling().kernel();
      int padding = stage.upsampling().padding();
      length /= rate;
      // sample s of the output is reached by inputs from (s + padding - kernel + 1) / rate, rounded
      // up, to (s + padding) / rate, rounded down
      needed =
          new Span(
              Math.max(0, -Math.floorDiv(kernel - 1 - needed.first() - padding, rate)),
              Math.min(length, (needed.end() - 1 + padding) / rate + 1));
      blended.add(0, needed);
    }
    return new Plan(needed.widened(OUTER_KERNEL / 2, frames), upsampled, blended, samples);
  }

  /**
   * @param latent the frames of the plan, (1, T, L), not usable afterwards
   * @param style (1, size) if there is one
   * @param trace sees {@code dec_pre}, {@code dec_up0}... and {@code dec_pretanh}
   * @return samples in (-1, 1), (1, samples of the plan, 1)
   */
  NDArray apply(NDArray latent, Plan plan, Optional<NDArray> style, Trace trace) {
    Span start = plan.blended().get(0);
    NDArray x =
        Rows.replace(
            latent,
            z -> {
              NDArray y = cut(first.apply(z), plan.latent(), start);
              trace.at("dec_pre", y::toFloatArray);
              return style.isPresent() ? y.add(condition.apply(style.get())) : y;
            });
    for (int i = 0; i < stages.size(); i++) {
      Stage stage = stages.get(i);
      int rate = stage.upsampling().rate();
      Span before = plan.blended().get(i);
      Span all = new Span(before.first() * rate, before.end() * rate);
      Span upsampled = plan.upsampled().get(i);
      Span after = plan.blended().get(i + 1);
      String name = "dec_up" + i;
      x =
          Rows.replace(
              x,
              h -> {
                NDArray up = upsample(h, stage);
                trace.at(name, up::toFloatArray);
                return cut(up, all, upsampled);
              });
      x = Rows.replace(x, h -> cut(blend(h, stage), upsampled, after));
    }
    Span seen = plan.blended().get(stages.size());
    return Rows.replace(
        x,
        h -> {
          NDArray y =
              cut(last.apply(Activation.leakyRelu(h, (float) LAST_SLOPE)), seen, plan.samples());
          trace.at("dec_pretanh", y::toFloatArray);
          return y.tanh();
        });
  }

  private NDArray upsample(NDArray x, Stage stage) {
    return ops.convTransposeRows(
        Activation.leakyRelu(x, (float) SLOPE),
        stage.weight(),
        stage.bias(),
        stage.upsampling().rate(),
        stage.upsampling().padding());
  }

  /** The mean of the residual blocks. */
  private NDArray blend(NDArray x, Stage stage) {
    NDArray sum = null;
    for (List<ResidualRows> block : stage.blocks()) {
      NDArray y = x;
      for (ResidualRows pair : block) {
        NDArray next = pair.apply(y);
        if (y != x) {
          y.close();
        }
        y = next;
      }
      if (sum == null) {
        sum = y;
      } else {
        NDArray both = sum.add(y);
        sum.close();
        y.close();
        sum = both;
      }
    }
    return sum.div(stage.blocks().size());
  }

  /** Of what covers one span, what covers another inside it; a view. */
  private static NDArray cut(NDArray x, Span has, Span wanted) {
    return Rows.moments(x, wanted.first() - has.first(), wanted.end() - has.first());
  }
}
