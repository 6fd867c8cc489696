package org.emova4j.eval.metric;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads CTM files (NIST's scoring toolkit, Kaldi): {@code recording channel start duration label
 * [confidence ...]} on each line, in UTF-8; lines that begin with {@code ;;} are comments. Labels
 * that last 0 s are left out.
 */
public final class CtmFiles {
  /** Largest file, in bytes. */
  public static final long MAX_BYTES = 256L << 20;

  private static final Pattern SPACE = Pattern.compile("\\s+");

  private CtmFiles() {}

  /**
   * A tier for each recording, by its name and in the file's order; the tier has the channel's
   * name. A recording's lines may be in any order.
   *
   * @throws AlignmentFormatException if it is none, or a recording has two channels, naming the
   *     line, or if labels overlap by more than 1 ms
   * @throws IOException if it can't be read
   */
  public static Map<String, Tier> read(Path file) throws IOException {
    return parse(file.toString(), AlignmentText.read(file, MAX_BYTES));
  }

  /**
   * The same of a file's text.
   *
   * @param name of the file, for messages
   * @throws AlignmentFormatException as {@link #read} does
   */
  public static Map<String, Tier> parse(String name, String text) throws AlignmentFormatException {
    Map<String, String> channels = new LinkedHashMap<>();
    Map<String, List<Segment>> segments = new LinkedHashMap<>();
    int number = 0;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      number++;
      String stripped = line.strip();
      if (stripped.isEmpty() || stripped.startsWith(";;")) {
        continue;
      }
      String[] fields = SPACE.split(stripped, -1);
      String where = "%s, line %d".formatted(name, number);
      if (fields.length < 5) {
        throw new AlignmentFormatException(
            "%s: %d fields instead of recording, channel, start, duration, label"
                .formatted(where, fields.length));
      }
      String channel = channels.putIfAbsent(fields[0], fields[1]);
      if (channel != null && !channel.equals(fields[1])) {
        throw new AlignmentFormatException(
            "%s: recording %s has channels %s and %s"
                .formatted(where, fields[0], channel, fields[1]));
      }
      double start = seconds(where, "start", fields[2]);
      double duration = seconds(where, "duration", fields[3]);
      List<Segment> tier = segments.computeIfAbsent(fields[0], r -> new ArrayList<>());
      if (start + duration > start) {
        tier.add(new Segment(start, start + duration, fields[4]));
      }
    }
    Map<String, Tier> tiers = new LinkedHashMap<>();
    for (Map.Entry<String, List<Segment>> entry : segments.entrySet()) {
      entry.getValue().sort(Comparator.comparingDouble(Segment::startSeconds));
      try {
        String recording = entry.getKey();
        tiers.put(recording, AlignmentText.tier(channels.get(recording), entry.getValue()));
      } catch (IllegalArgumentException e) {
        throw new AlignmentFormatException(
            "%s, recording %s: %s".formatted(name, entry.getKey(), e.getMessage()), e);
      }
    }
    return Collections.unmodifiableMap(tiers);
  }

  private static double seconds(String where, String what, String field)
      throws AlignmentFormatException {
    double value;
    try {
      value = Double.parseDouble(field);
    } catch (NumberFormatException e) {
      throw new AlignmentFormatException(
          "%s: %s \"%s\" is no number".formatted(where, what, field), e);
    }
    if (!(value >= 0) || !Double.isFinite(value)) {
      throw new AlignmentFormatException(
          "%s: %s %s is not 0 or more".formatted(where, what, field));
    }
    return value;
  }
}
