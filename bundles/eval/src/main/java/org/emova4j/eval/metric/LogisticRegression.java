package org.emova4j.eval.metric;

import java.util.Arrays;

/**
 * Multinomial logistic regression with an L2 penalty on all weights but the intercepts: what is
 * least is the sum of all items' negative log likelihoods plus {@code penalty / 2} times the sum of
 * squared weights, of all classes (C. Bishop, "Pattern Recognition and Machine Learning", 4.3.4;
 * scikit-learn's {@code LogisticRegression} with {@code C = 1 / penalty}, if there are three
 * classes or more). Found by L-BFGS from zeros, so that the same data give the same weights.
 * Immutable.
 */
public final class LogisticRegression {
  /** How small the gradient is, over the number of items, where the search ends. */
  private static final double TOLERANCE = 1e-7;

  private final int classCount;
  private final int columns;
  private final double[] parameters; // each class's weights and its intercept

  private LogisticRegression(int classCount, int columns, double[] parameters) {
    this.classCount = classCount;
    this.columns = columns;
    this.parameters = parameters;
  }

  /**
   * @param features at least one row
   * @param classes of each row, 0 to {@code classCount - 1}
   * @param classCount at least 2
   * @param penalty positive
   * @throws IllegalArgumentException if that isn't so
   */
  public static LogisticRegression fit(
      FeatureRows features, int[] classes, int classCount, double penalty) {
    return fit(features, classes, classCount, penalty, TOLERANCE);
  }

  static LogisticRegression fit(
      FeatureRows features, int[] classes, int classCount, double penalty, double tolerance) {
    if (features.rows() == 0 || features.rows() != classes.length) {
      throw new IllegalArgumentException(
          "%d rows of features, %d classes".formatted(features.rows(), classes.length));
    }
    if (classCount < 2 || Arrays.stream(classes).anyMatch(c -> c < 0 || c >= classCount)) {
      throw new IllegalArgumentException(
          "classes must be 0..%d, and at least two".formatted(classCount - 1));
    }
    if (!(penalty > 0) || !Double.isFinite(penalty)) {
      throw new IllegalArgumentException("penalty %s is not positive".formatted(penalty));
    }
    int width = features.columns() + 1;
    // Features are thought centred, which only moves the intercepts, but gets there in fewer steps.
    double[] means = features.means();
    double[] parameters =
        Lbfgs.minimise(
            classCount * width,
            tolerance * features.rows(),
            (point, gradient) -> cost(features, means, classes, penalty, point, gradient));
    for (int c = 0; c < classCount; c++) {
      parameters[(c + 1) * width - 1] -= dot(means, parameters, c * width);
    }
    return new LogisticRegression(classCount, features.columns(), parameters);
  }

  private static double cost(
      FeatureRows features,
      double[] means,
      int[] classes,
      double penalty,
      double[] point,
      double[] gradient) {
    int width = means.length + 1;
    int classCount = point.length / width;
    double cost = 0;
    for (int i = 0; i < point.length; i++) {
      boolean intercept = i % width == width - 1;
      gradient[i] = intercept ? 0 : penalty * point[i];
      cost += intercept ? 0 : penalty / 2 * point[i] * point[i];
    }
    double[] shifts = new double[classCount];
    Arrays.setAll(shifts, c -> point[(c + 1) * width - 1] - dot(means, point, c * width));
    double[] residuals = new double[classCount]; // sums over items
    double[] scores = new double[classCount];
    for (int r = 0; r < classes.length; r++) {
      for (int c = 0; c < classCount; c++) {
        scores[c] = features.dot(r, point, c * width) + shifts[c];
      }
      double right = scores[classes[r]];
      cost += softmax(scores) - right;
      scores[classes[r]] -= 1;
      for (int c = 0; c < classCount; c++) {
        features.addTo(gradient, c * width, r, scores[c]);
        residuals[c] += scores[c];
      }
    }
    for (int c = 0; c < classCount; c++) {
      for (int j = 0; j < means.length; j++) {
        gradient[c * width + j] -= means[j] * residuals[c];
      }
      gradient[(c + 1) * width - 1] += residuals[c];
    }
    return cost;
  }

  /** Scores to probabilities, in place; returns the logarithm of the sum of their exponentials. */
  private static double softmax(double[] scores) {
    double highest = Arrays.stream(scores).max().orElseThrow();
    double sum = 0;
    for (int c = 0; c < scores.length; c++) {
      scores[c] = Math.exp(scores[c] - highest);
      sum += scores[c];
    }
    for (int c = 0; c < scores.length; c++) {
      scores[c] /= sum;
    }
    return highest + Math.log(sum);
  }

  private static double dot(double[] vector, double[] point, int offset) {
    double sum = 0;
    for (int j = 0; j < vector.length; j++) {
      sum += vector[j] * point[offset + j];
    }
    return sum;
  }

  /** Weights of shape [classes, features]; a copy. */
  public double[][] weights() {
    double[][] weights = new double[classCount][];
    Arrays.setAll(
        weights,
        c -> Arrays.copyOfRange(parameters, c * (columns + 1), (c + 1) * (columns + 1) - 1));
    return weights;
  }

  /** Of shape [classes]; a copy. */
  public double[] intercepts() {
    double[] intercepts = new double[classCount];
    Arrays.setAll(intercepts, c -> parameters[(c + 1) * (columns + 1) - 1]);
    return intercepts;
  }

  /**
   * Probabilities of shape [rows, classes].
   *
   * @throws IllegalArgumentException if there aren't as many features as were learnt from
   */
  public double[][] probabilities(FeatureRows features) {
    if (features.columns() != columns) {
      throw new IllegalArgumentException(
          "%d features instead of %d".formatted(features.columns(), columns));
    }
    double[][] probabilities = new double[features.rows()][classCount];
    for (int r = 0; r < probabilities.length; r++) {
      for (int c = 0; c < classCount; c++) {
        probabilities[r][c] =
            features.dot(r, parameters, c * (columns + 1))
                + parameters[(c + 1) * (columns + 1) - 1];
      }
      softmax(probabilities[r]);
    }
    return probabilities;
  }
}
