package org.emova4j.eval.metric;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads Praat's TextGrid files, in the long and the short text form, in UTF-8 or UTF-16 (with its
 * mark). As Praat does, it reads the strings in quotes, the numbers and the flags that stand alone,
 * and takes all else for comment (Praat's manual, "TextGrid file formats"). Point tiers are left
 * out.
 */
public final class TextGrids {
  /** Largest file, in bytes. */
  public static final long MAX_BYTES = 64L << 20;

  private TextGrids() {}

  /**
   * The interval tiers of a file, in its order. Intervals without a label are kept.
   *
   * @throws AlignmentFormatException if it is none, naming the line
   * @throws IOException if it can't be read
   */
  public static List<Tier> read(Path file) throws IOException {
    return parse(file.toString(), AlignmentText.read(file, MAX_BYTES));
  }

  /**
   * The interval tiers of a file's text. Intervals without a label are kept.
   *
   * @param name of the file, for messages
   * @throws AlignmentFormatException if it is none, naming the line
   */
  public static List<Tier> parse(String name, String text) throws AlignmentFormatException {
    TextGridTokens tokens = new TextGridTokens(name, text);
    if (!tokens.string("the file type").equals("ooTextFile")
        || !tokens.string("the object class").equals("TextGrid")) {
      throw tokens.error("this is no TextGrid in text form");
    }
    tokens.number("the start");
    tokens.number("the end");
    if (!tokens.flag("whether there are tiers").equals("exists")) {
      return List.of();
    }
    int count = tokens.count("the number of tiers");
    List<Tier> tiers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String kind = tokens.string("a tier's class");
      String tier = tokens.string("a tier's name");
      tokens.number("a tier's start");
      tokens.number("a tier's end");
      int entries = tokens.count("the number of a tier's entries");
      switch (kind) {
        case "IntervalTier" -> tiers.add(intervals(tokens, tier, entries));
        case "TextTier" -> skipPoints(tokens, entries);
        default -> throw tokens.error("a tier of class \"%s\"".formatted(kind));
      }
    }
    return List.copyOf(tiers);
  }

  private static Tier intervals(TextGridTokens tokens, String name, int count)
      throws AlignmentFormatException {
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double start = tokens.number("an interval's start");
      double end = tokens.number("an interval's end");
      String label = tokens.string("an interval's label");
      try {
        segments.add(new Segment(start, end, label));
      } catch (IllegalArgumentException e) {
        throw tokens.error("tier \"%s\": %s".formatted(name, e.getMessage()));
      }
    }
    try {
      return AlignmentText.tier(name, segments);
    } catch (IllegalArgumentException e) {
      throw tokens.error(e.getMessage());
    }
  }

  private static void skipPoints(TextGridTokens tokens, int count) throws AlignmentFormatException {
    for (int i = 0; i < count; i++) {
      tokens.number("a point's time");
      tokens.string("a point's label");
    }
  }
}
