package org.emova4j.tokenizer.internal.spiral;

import ai.djl.ndarray.NDArray;

/** A part of the encoder with its weights. Safe for concurrent use, inside a scope's call. */
sealed interface EncoderBlock permits ConvBlock, TransformerBlock {
  /**
   * @param x {@code (1, time, width)}; closed as soon as it is not needed
   * @param valid frames that count, at most the time
   * @return {@code (1, time / stride, width)}, of the manager of {@code x}
   */
  NDArray apply(NDArray x, int valid);

  /** Frames that count behind this block, for so many before it. */
  int valid(int before);
}
