package org.emova4j.batch;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a shard is full.
 *
 * @param items most items, or 0 where bytes count
 * @param bytes a shard is full when it has as many, before compression, or 0 where items count
 */
public record ShardSize(int items, long bytes) {
  private static final int MAX_ITEMS = 10_000_000;
  private static final long MAX_BYTES = 1L << 40;
  private static final Pattern TEXT = Pattern.compile("(\\d{1,12})(|kb|mb|gb)");

  public ShardSize {
    if ((items == 0) == (bytes == 0)) {
      throw new IllegalArgumentException("a shard is limited by items or by bytes");
    }
    if (items < 0 || items > MAX_ITEMS) {
      throw new IllegalArgumentException("items %d is outside 1..%d".formatted(items, MAX_ITEMS));
    }
    if (bytes < 0 || bytes > MAX_BYTES) {
      throw new IllegalArgumentException("bytes %d is outside 1..%d".formatted(bytes, MAX_BYTES));
    }
  }

  /**
   * @param text a number of items such as {@code 10000}, or a size such as {@code 64MB}
   * @throws IllegalArgumentException if it is neither, or out of range
   */
  public static ShardSize parse(String text) {
    Matcher matcher = TEXT.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "shard size \"%s\" is neither a number of items nor a size such as 64MB".formatted(text));
    }
    long number = Long.parseLong(matcher.group(1));
    if (number == 0) {
      throw new IllegalArgumentException("shard size \"%s\" is not positive".formatted(text));
    }
    return switch (matcher.group(2)) {
      case "kb" -> ofBytes(text, number, 1_000L);
      case "mb" -> ofBytes(text, number, 1_000_000L);
      case "gb" -> ofBytes(text, number, 1_000_000_000L);
      default -> new ShardSize((int) Math.min(number, Integer.MAX_VALUE), 0);
    };
  }

  private static ShardSize ofBytes(String text, long number, long unit) {
    if (number > MAX_BYTES / unit) {
      throw new IllegalArgumentException(
          "shard size \"%s\" is over %d bytes".formatted(text, MAX_BYTES));
    }
    return new ShardSize(0, number * unit);
  }

  /** Whether shards are cut at fixed places of the plan, whatever becomes of its items. */
  boolean countsItems() {
    return items > 0;
  }
}
