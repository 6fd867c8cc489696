package org.emova4j.eval.metric;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Reads CTM files (NIST, Kaldi): {@code recording channel start duration label [confidence]} on
 * each line, in UTF-8; lines that begin with {@code ;;} are comments.
 */
public final class CtmFiles {
  /** Largest file, in bytes. */
  public static final long MAX_BYTES = 256L << 20;

  private CtmFiles() {}

  /**
   * A tier for each recording, by its name; the tier has the channel's name. Lines may be in any
   * order of time.
   *
   * @throws AlignmentFormatException if it is none, or a recording has two channels, or labels
   *     overlap by more than 1 ms, naming the line
   * @throws IOException if it can't be read
   */
  public static Map<String, Tier> read(Path file) throws IOException {
    return Later.yet();
  }

  /**
   * The same of a file's text.
   *
   * @param name of the file, for messages
   */
  public static Map<String, Tier> parse(String name, String text) throws AlignmentFormatException {
    return Later.yet();
  }
}
