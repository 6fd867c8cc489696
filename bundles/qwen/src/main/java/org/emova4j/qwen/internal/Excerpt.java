package org.emova4j.qwen.internal;

/** Values of files, short enough for a message. */
final class Excerpt {
  private static final int LENGTH = 40;

  private Excerpt() {}

  static String of(Object value) {
    String text = String.valueOf(value);
    return text.length() <= LENGTH ? text : text.substring(0, LENGTH) + "...";
  }
}
