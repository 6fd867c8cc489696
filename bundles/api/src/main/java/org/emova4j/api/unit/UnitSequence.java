package org.emova4j.api.unit;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Speech as discrete units of one codebook, with or without timing. With timing, each unit carries
 * its run length: how many times {@link Codebook#unitDuration()} it lasts. Without, a vocoder
 * decides how long each lasts.
 *
 * <p>Text form: {@code <|speech_12|><|speech_7|>}, the form that a language model reads and writes
 * (EMOVA, arXiv 2409.18042, section 3); it has no timing.
 *
 * <p>Immutable and safe for concurrent use.
 */
public final class UnitSequence {
  /** Longest run of one unit, so that a hostile length can't ask for hours of sound. */
  public static final int MAX_RUN_LENGTH = 100_000;

  private static final Pattern UNIT = Pattern.compile("<\\|speech_(\\d{1,9})\\|>");

  private final Codebook codebook;
  private final int[] ids;
  private final int[] runLengths; // null: no timing

  private UnitSequence(Codebook codebook, int[] ids, int[] runLengths) {
    this.codebook = requireNonNull(codebook, "codebook");
    this.ids = ids;
    this.runLengths = runLengths;
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= codebook.size()) {
        throw new IllegalArgumentException(
            "unit %d at index %d is outside codebook %s of size %d"
                .formatted(ids[i], i, codebook.id(), codebook.size()));
      }
    }
    if (runLengths == null) {
      return;
    }
    if (runLengths.length != ids.length) {
      throw new IllegalArgumentException(
          "%d run lengths for %d units".formatted(runLengths.length, ids.length));
    }
    for (int i = 0; i < runLengths.length; i++) {
      if (runLengths[i] < 1 || runLengths[i] > MAX_RUN_LENGTH) {
        throw new IllegalArgumentException(
            "run length %d at index %d is outside 1..%d"
                .formatted(runLengths[i], i, MAX_RUN_LENGTH));
      }
    }
  }

  /**
   * Units without timing.
   *
   * @throws IllegalArgumentException if an id is outside the codebook
   */
  public static UnitSequence of(Codebook codebook, int... ids) {
    return new UnitSequence(codebook, ids.clone(), null);
  }

  /**
   * Units that last {@code runLengths[i]} times {@link Codebook#unitDuration()} each.
   *
   * @throws IllegalArgumentException if an id is outside the codebook, a run length outside
   *     1..{@link #MAX_RUN_LENGTH}, or their numbers differ
   */
  public static UnitSequence ofTimed(Codebook codebook, int[] ids, int[] runLengths) {
    return new UnitSequence(codebook, ids.clone(), runLengths.clone());
  }

  /**
   * Units as a tokenizer hears them, one for each {@link Codebook#unitDuration()}: repeats become
   * run lengths.
   */
  public static UnitSequence ofFrames(Codebook codebook, int... ids) {
    int[] ones = new int[ids.length];
    Arrays.fill(ones, 1);
    return ofTimed(codebook, ids, ones).reduced();
  }

  public Codebook codebook() {
    return codebook;
  }

  /** The number of units (not of frames). */
  public int length() {
    return ids.length;
  }

  /** The id at an index, 0 to {@code codebook().size() - 1}. */
  public int id(int index) {
    return ids[index];
  }

  /** A copy of all ids. */
  public int[] ids() {
    return ids.clone();
  }

  public boolean isTimed() {
    return runLengths != null;
  }

  /**
   * A copy of all run lengths, in units of {@link Codebook#unitDuration()}; empty without timing.
   */
  public Optional<int[]> runLengths() {
    return Optional.ofNullable(runLengths).map(int[]::clone);
  }

  /** How long it lasts; empty without timing. */
  public Optional<Duration> duration() {
    return isTimed()
        ? Optional.of(codebook.unitDuration().multipliedBy(frames()))
        : Optional.empty();
  }

  /** Repeats merged, what a language model reads; their run lengths, if any, are added up. */
  public UnitSequence reduced() {
    int[] mergedIds = new int[ids.length];
    int[] mergedRuns = isTimed() ? new int[ids.length] : null;
    int n = 0;
    for (int i = 0; i < ids.length; i++) {
      boolean repeat = n > 0 && mergedIds[n - 1] == ids[i];
      if (repeat && isTimed() && mergedRuns[n - 1] + runLengths[i] > MAX_RUN_LENGTH) {
        repeat = false; // a run that long stays in pieces
      }
      if (!repeat) {
        mergedIds[n++] = ids[i];
      }
      if (isTimed()) {
        mergedRuns[n - 1] = (repeat ? mergedRuns[n - 1] : 0) + runLengths[i];
      }
    }
    return new UnitSequence(
        codebook, Arrays.copyOf(mergedIds, n), isTimed() ? Arrays.copyOf(mergedRuns, n) : null);
  }

  /** The same units without timing. */
  public UnitSequence untimed() {
    return isTimed() ? new UnitSequence(codebook, ids, null) : this;
  }

  /**
   * One id for each {@link Codebook#unitDuration()}.
   *
   * @throws IllegalStateException without timing
   */
  public int[] frameIds() {
    if (!isTimed()) {
      throw new IllegalStateException("units without timing have no frames");
    }
    int[] frames = new int[Math.toIntExact(frames())];
    int n = 0;
    for (int i = 0; i < ids.length; i++) {
      Arrays.fill(frames, n, n + runLengths[i], ids[i]);
      n += runLengths[i];
    }
    return frames;
  }

  private long frames() {
    return IntStream.of(runLengths).asLongStream().sum();
  }

  /** The text form, without timing and separators: {@code <|speech_12|><|speech_7|>}. */
  public String toText() {
    StringBuilder text = new StringBuilder(ids.length * 15);
    for (int id : ids) {
      text.append("<|speech_").append(id).append("|>");
    }
    return text.toString();
  }

  /**
   * Reads the text form. White space around units is allowed, anything else is not.
   *
   * @throws IllegalArgumentException says where the text departs from the form, or which unit is
   *     outside the codebook
   */
  public static UnitSequence parse(Codebook codebook, String text) {
    Matcher matcher = UNIT.matcher(text);
    IntStream.Builder ids = IntStream.builder();
    int position = 0;
    while (position < text.length()) {
      if (Character.isWhitespace(text.charAt(position))) {
        position++;
        continue;
      }
      matcher.region(position, text.length());
      if (!matcher.lookingAt()) {
        int end = Math.min(text.length(), position + 20);
        throw new IllegalArgumentException(
            "no <|speech_N|> at character %d: \"%s\""
                .formatted(position, text.substring(position, end)));
      }
      ids.add(Integer.parseInt(matcher.group(1)));
      position = matcher.end();
    }
    return new UnitSequence(codebook, ids.build().toArray(), null);
  }

  /**
   * Reads whatever units of the codebook stand in the text, and passes over all else: for what a
   * language model wrote.
   */
  public static UnitSequence parseLenient(Codebook codebook, String text) {
    int[] ids =
        UNIT.matcher(text)
            .results()
            .mapToInt(m -> Integer.parseInt(m.group(1)))
            .filter(id -> id < codebook.size())
            .toArray();
    return new UnitSequence(codebook, ids, null);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UnitSequence u
        && codebook.equals(u.codebook)
        && Arrays.equals(ids, u.ids)
        && Arrays.equals(runLengths, u.runLengths);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * codebook.hashCode() + Arrays.hashCode(ids)) + Arrays.hashCode(runLengths);
  }

  @Override
  public String toString() {
    return "UnitSequence[%d units of %s%s]"
        .formatted(ids.length, codebook.id(), isTimed() ? ", " + frames() + " frames" : "");
  }
}
