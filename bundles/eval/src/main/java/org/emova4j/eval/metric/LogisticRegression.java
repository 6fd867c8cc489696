package org.emova4j.eval.metric;

/**
 * Multinomial logistic regression with an L2 penalty on all weights but the intercepts: what is
 * least is the sum of all items' negative log likelihoods plus {@code penalty / 2} times the sum of
 * squared weights (scikit-learn's {@code LogisticRegression} with {@code C = 1 / penalty}). Found
 * by L-BFGS from zeros, so that the same data give the same weights. Immutable.
 */
public final class LogisticRegression {
  private LogisticRegression() {}

  /**
   * @param features at least one row
   * @param classes of each row, 0 to {@code classCount - 1}
   * @param classCount at least 2
   * @param penalty positive
   */
  public static LogisticRegression fit(
      FeatureRows features, int[] classes, int classCount, double penalty) {
    return Later.yet();
  }

  /** Weights of shape [classes, features]; a copy. */
  public double[][] weights() {
    return Later.yet();
  }

  /** Of shape [classes]; a copy. */
  public double[] intercepts() {
    return Later.yet();
  }

  /** Probabilities of shape [rows, classes]. */
  public double[][] probabilities(FeatureRows features) {
    return Later.yet();
  }
}
