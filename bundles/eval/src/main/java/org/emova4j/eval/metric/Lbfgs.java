package org.emova4j.eval.metric;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * The least value of a smooth convex function, by limited-memory BFGS with ten pairs (D. Liu and J.
 * Nocedal, "On the limited memory BFGS method for large scale optimization", 1989) and a
 * backtracking line search.
 */
final class Lbfgs {
  private static final int PAIRS = 10;
  private static final int MAX_STEPS = 5000;
  private static final double SUFFICIENT = 1e-4; // of the decrease that the slope promises (Armijo)

  private Lbfgs() {}

  /** A function and its gradient. */
  @FunctionalInterface
  interface Function {
    /** Writes the gradient at a point, and returns the value there. */
    double at(double[] point, double[] gradient);
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Pair(double[] step, double[] change, double product) {}

  /**
   * Where the function is least.
   *
   * @param size of a point; it starts at zeros
   * @param tolerance it ends where no part of the gradient exceeds this, or nothing gets less
   */
  static double[] minimise(int size, double tolerance, Function function) {
    double[] point = new double[size];
    double[] gradient = new double[size];
    double value = function.at(point, gradient);
    Deque<Pair> pairs = new ArrayDeque<>(); // newest first
    for (int step = 0; step < MAX_STEPS && largest(gradient) > tolerance; step++) {
      double[] direction = direction(gradient, pairs);
      double slope = dot(gradient, direction);
      if (slope >= 0) {
        return point; // rounding is all that's left
      }
      double length = pairs.isEmpty() ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
      double[] next = new double[size];
      double[] nextGradient = new double[size];
      double nextValue;
      while (true) {
        for (int i = 0; i < size; i++) {
          next[i] = point[i] + length * direction[i];
        }
        nextValue = function.at(next, nextGradient);
        if (nextValue <= value + SUFFICIENT * length * slope) {
          break;
        }
        length /= 2;
        if (length < 1e-12) {
          return point;
        }
      }
      remember(pairs, point, next, gradient, nextGradient);
      point = next;
      gradient = nextGradient;
      value = nextValue;
    }
    return point;
  }

  private static void remember(
      Deque<Pair> pairs, double[] point, double[] next, double[] gradient, double[] nextGradient) {
    double[] step = minus(next, point);
    double[] change = minus(nextGradient, gradient);
    double product = dot(step, change);
    if (product > 0) {
      pairs.addFirst(new Pair(step, change, product));
      if (pairs.size() > PAIRS) {
        pairs.removeLast();
      }
    }
  }

  /** The two-loop recursion: minus the approximate inverse Hessian times the gradient. */
  private static double[] direction(double[] gradient, Deque<Pair> pairs) {
    double[] direction = gradient.clone();
    double[] parts = new double[pairs.size()];
    int i = 0;
    for (Pair pair : pairs) {
      parts[i] = dot(pair.step, direction) / pair.product;
      add(direction, pair.change, -parts[i++]);
    }
    double scale = -1;
    if (!pairs.isEmpty()) {
      Pair newest = pairs.getFirst();
      scale = -newest.product / dot(newest.change, newest.change);
    }
    for (int k = 0; k < direction.length; k++) {
      direction[k] *= scale;
    }
    for (Iterator<Pair> oldest = pairs.descendingIterator(); oldest.hasNext(); ) {
      Pair pair = oldest.next();
      double part = dot(pair.change, direction) / pair.product;
      add(direction, pair.step, -parts[--i] - part);
    }
    return direction;
  }

  private static double[] minus(double[] a, double[] b) {
    double[] difference = a.clone();
    add(difference, b, -1);
    return difference;
  }

  private static void add(double[] to, double[] vector, double factor) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * vector[i];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double largest(double[] vector) {
    double largest = 0;
    for (double value : vector) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
