package org.emova4j.tokenizer.internal.spiral;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The sizes of a {@code spiral-fsq} tokenizer, as far as its weights don't tell them.
 *
 * @param mel the front end
 * @param blocks of the encoder, in order; the index of each is that in its weights' names
 * @param levels of the quantiser, one number a dimension
 * @param phones the phone head, if there is one
 */
record SpiralConfig(Mel mel, List<Block> blocks, List<Integer> levels, Optional<PhoneHead> phones) {

  SpiralConfig {
    blocks = List.copyOf(blocks);
    levels = List.copyOf(levels);
  }

  /**
   * @param sampleRate in hertz
   * @param window of one frame, in samples
   * @param hop from one frame to the next, in samples
   * @param fftSize at least the window, a power of two
   * @param bands of the filter bank
   * @param lowest edge of the first band, in hertz
   * @param highest edge of the last band, in hertz
   * @param preEmphasis how much of the sample before is taken away
   * @param guard is added before the logarithm
   * @param padTo the number of frames is made a multiple of this
   */
  record Mel(
      int sampleRate,
      int window,
      int hop,
      int fftSize,
      int bands,
      double lowest,
      double highest,
      float preEmphasis,
      double guard,
      int padTo) {}

  /** A part of the encoder. */
  sealed interface Block {}

  /**
   * Convolution over time, layer norm, and a rectifier or nothing.
   *
   * @param stride 1 or 2
   */
  record Conv(int in, int out, int kernel, int stride, boolean rectified, double epsilon)
      implements Block {}

  /**
   * A positional convolution and transformer layers that normalise first.
   *
   * @param hidden width of the perceptrons
   */
  record Transformer(int width, int layers, int heads, int hidden, int kernel, int groups)
      implements Block {}

  /**
   * Convolutions over the codes, and one number for each label and the blank, which comes last.
   *
   * @param widths of the convolutions
   * @param kernel odd
   */
  record PhoneHead(List<Integer> widths, int kernel, List<String> labels) {
    PhoneHead {
      widths = List.copyOf(widths);
      labels = List.copyOf(labels);
    }
  }

  /** Frames of the front end that make one unit. */
  int framesPerUnit() {
    int frames = 1;
    for (Block block : blocks) {
      frames *= block instanceof Conv conv ? conv.stride() : 1;
    }
    return frames;
  }

  int samplesPerUnit() {
    return framesPerUnit() * mel.hop();
  }

  Duration unitDuration() {
    return Duration.ofNanos(samplesPerUnit() * 1_000_000_000L / mel.sampleRate());
  }

  /** Width of what the encoder puts out. */
  int width() {
    return blocks.get(blocks.size() - 1) instanceof Transformer last
        ? last.width()
        : ((Conv) blocks.get(blocks.size() - 1)).out();
  }
}
