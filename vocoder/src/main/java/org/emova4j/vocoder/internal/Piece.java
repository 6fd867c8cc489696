package org.emova4j.vocoder.internal;

import java.util.ArrayList;
import java.util.List;

/**
 * A part of a sequence that goes through a network at once.
 *
 * @param from first place whose result counts
 * @param to behind the last place whose result counts
 * @param first with context: first place that goes in
 * @param last with context: behind the last place that goes in
 */
public record Piece(int from, int to, int first, int last) {
  /**
   * Cuts a sequence.
   *
   * @param length of the sequence
   * @param size of a piece without context, at least 1
   * @param context places on either side that a result depends on
   */
  public static List<Piece> cut(int length, int size, int context) {
    List<Piece> pieces = new ArrayList<>();
    for (int from = 0; from < length; from += size) {
      int to = Math.min(length - from, size) + from;
      pieces.add(new Piece(from, to, Math.max(0, from - context), Math.min(length, to + context)));
      if (to == length) {
        break; // also where from + size would overflow
      }
    }
    return pieces;
  }
}
