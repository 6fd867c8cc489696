package org.emova4j.api.style;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/**
 * A style as a vocoder reads it: a point of a named style space. Immutable and safe for concurrent
 * use.
 */
public final class StyleVector {
  private final String spaceId;
  private final float[] values;

  private StyleVector(String spaceId, float[] values) {
    this.spaceId = requireNonNull(spaceId, "spaceId");
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException("value %d is %s".formatted(i, values[i]));
      }
    }
    this.values = values;
  }

  /**
   * @param spaceId the space that gives the values their meaning, e.g. {@code lite-1}
   * @param values of shape [dimensions], copied
   * @throws IllegalArgumentException if a value is not finite
   */
  public static StyleVector of(String spaceId, float... values) {
    return new StyleVector(spaceId, values.clone());
  }

  public String spaceId() {
    return spaceId;
  }

  /** The number of dimensions. */
  public int length() {
    return values.length;
  }

  /** A copy of all values. */
  public float[] values() {
    return values.clone();
  }

  /**
   * The point on the straight line to another vector of the same space.
   *
   * @param weight from 0, which is this, to 1, which is the other
   * @throws IllegalArgumentException if the other is of another space or length, or the weight is
   *     outside 0..1
   */
  public StyleVector towards(StyleVector other, double weight) {
    if (!spaceId.equals(other.spaceId) || values.length != other.values.length) {
      throw new IllegalArgumentException("%s does not go with %s".formatted(other, this));
    }
    if (!(weight >= 0 && weight <= 1)) {
      throw new IllegalArgumentException("weight %s is outside 0..1".formatted(weight));
    }
    float[] between = new float[values.length];
    for (int i = 0; i < between.length; i++) {
      between[i] = (float) ((1 - weight) * values[i] + weight * other.values[i]);
    }
    return new StyleVector(spaceId, between);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StyleVector v
        && spaceId.equals(v.spaceId)
        && Arrays.equals(values, v.values);
  }

  @Override
  public int hashCode() {
    return 31 * spaceId.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "StyleVector[%d values of %s]".formatted(values.length, spaceId);
  }
}
