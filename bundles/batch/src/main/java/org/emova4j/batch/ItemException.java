package org.emova4j.batch;

import static java.util.Objects.requireNonNull;

/** Why an item has no output: the batch goes on. */
public final class ItemException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Stage stage;

  /** Where it happened. */
  public enum Stage {
    /** Finding and planning. */
    PLAN,
    READ,
    PROCESS,
    WRITE,
    /** It took longer than it may. */
    TIMEOUT
  }

  /**
   * @param message one sentence for people
   */
  public ItemException(Stage stage, String message, Throwable cause) {
    super(requireNonNull(message, "message"), cause);
    this.stage = requireNonNull(stage, "stage");
  }

  public Stage stage() {
    return stage;
  }
}
