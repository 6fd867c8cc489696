package org.emova4j.api.health;

import static java.util.Objects.requireNonNull;

/**
 * What was found on one subject.
 *
 * @param subject one word: a {@link Subjects subject}
 * @param status how bad it is
 * @param text one line for people
 */
public record Finding(String subject, Status status, String text) {
  public Finding {
    requireNonNull(subject, "subject");
    requireNonNull(status, "status");
    requireNonNull(text, "text");
  }

  /** How bad it is. */
  public enum Status {
    /** As it should be. */
    OK,
    /** Something is broken, but what it is for is still done, by another. */
    WARNING,
    /** Something is missing that conversions need. */
    PROBLEM
  }
}
