package org.emova4j.api.model;

import java.util.Comparator;

/**
 * Orders the versions of a model part by part: numbers by value, words before the end, the end
 * before numbers.
 */
public final class Versions {
  /** Oldest first. */
  public static final Comparator<String> OLDEST_FIRST = Versions::compare;

  private Versions() {}

  private static int compare(String a, String b) {
    String[] left = a.split("[._-]", -1);
    String[] right = b.split("[._-]", -1);
    for (int i = 0; i < Math.max(left.length, right.length); i++) {
      int c = comparePart(i < left.length ? left[i] : "", i < right.length ? right[i] : "");
      if (c != 0) {
        return c;
      }
    }
    return a.compareTo(b);
  }

  /** A word marks what comes before the release: 1.0.0-beta, then 1.0.0, then 1.0.0.1. */
  private static int comparePart(String a, String b) {
    int kinds = Integer.compare(kind(a), kind(b));
    if (kinds != 0 || kind(a) != 2) {
      return kinds != 0 ? kinds : a.compareTo(b);
    }
    String x = a.replaceFirst("^0+", "");
    String y = b.replaceFirst("^0+", "");
    return x.length() != y.length() ? Integer.compare(x.length(), y.length()) : x.compareTo(y);
  }

  private static int kind(String part) {
    if (part.isEmpty()) {
      return 1;
    }
    return part.chars().allMatch(c -> c >= '0' && c <= '9') ? 2 : 0;
  }
}
