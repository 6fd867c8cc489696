package org.emova4j.models.internal.checkpoint;

/** Text from a file that nobody has checked, made fit for a message. */
final class Text {
  private static final int MOST = 120;

  private Text() {}

  /** Without control characters, and not endless. */
  static String printable(String text) {
    String clean =
        (text.length() <= MOST ? text : text.substring(0, MOST) + "...")
            .replaceAll("[^\\x20-\\x7e]", "?");
    return clean;
  }
}
