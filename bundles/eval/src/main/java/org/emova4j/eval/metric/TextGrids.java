package org.emova4j.eval.metric;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads Praat's TextGrid files, in the long and the short text form, in UTF-8 or UTF-16 (with its
 * mark). Point tiers are left out.
 */
public final class TextGrids {
  /** Largest file, in bytes. */
  public static final long MAX_BYTES = 64L << 20;

  private TextGrids() {}

  /**
   * The interval tiers of a file, in its order.
   *
   * @throws AlignmentFormatException if it is none, naming the line
   * @throws IOException if it can't be read
   */
  public static List<Tier> read(Path file) throws IOException {
    return Later.yet();
  }

  /**
   * The interval tiers of a file's text.
   *
   * @param name of the file, for messages
   */
  public static List<Tier> parse(String name, String text) throws AlignmentFormatException {
    return Later.yet();
  }
}
