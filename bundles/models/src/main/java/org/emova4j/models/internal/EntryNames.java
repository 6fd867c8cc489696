package org.emova4j.models.internal;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names of files inside an archive. Only what means the same on every file system is let through:
 * so no name can leave its folder, hide, name a device or a stream, or collide after a change of
 * case or normal form.
 */
final class EntryNames {
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_+.-]{0,99}");
  private static final Pattern DEVICE =
      Pattern.compile("(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?");
  private static final int MAX_DEPTH = 8;

  private EntryNames() {}

  /** What is wrong with a relative path with forward slashes, if anything. */
  static Optional<String> problem(String name) {
    if (name.length() > 300) {
      return Optional.of("its name has %d characters, more than 300".formatted(name.length()));
    }
    String[] parts = name.split("/", -1);
    if (parts.length > MAX_DEPTH) {
      return Optional.of("it lies deeper than %d folders".formatted(MAX_DEPTH));
    }
    for (String part : parts) {
      if (!PART.matcher(part).matches() || part.endsWith(".") || DEVICE.matcher(part).matches()) {
        return Optional.of(
            "its name must be a relative path of letters, digits and _ + . - inside the archive");
      }
    }
    return Optional.empty();
  }

  /** For messages: without control characters, and not endless. */
  static String printable(String name) {
    String clean = name.replaceAll("\\p{Cntrl}", "?");
    return clean.length() <= 100 ? clean : clean.substring(0, 100) + "...";
  }
}
