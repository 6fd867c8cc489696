package org.emova4j.qwen.internal;

import java.util.List;
import org.emova4j.api.vision.ImagePreparer;
import org.emova4j.api.vision.PreparedImage;

/**
 * What the decoder reads before it writes.
 *
 * @param parts in order
 * @param length of all of them, in tokens
 */
record Prompt(List<Part> parts, int length) {
  Prompt {
    parts = List.copyOf(parts);
  }

  /** A part of a prompt. */
  sealed interface Part {}

  /** Tokens; may be none. */
  record Text(Segment.Ids ids) implements Part {}

  /** An image, which is encoded when its turn comes. */
  record Image(ImagePreparer preparer, PreparedImage image) implements Part {}
}
