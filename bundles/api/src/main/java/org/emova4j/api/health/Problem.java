package org.emova4j.api.health;

import static java.util.Objects.requireNonNull;

/**
 * Something that doesn't work and that whoever found it can't mend: registered as a service for as
 * long as it lasts, so that anybody who looks after the system sees it. What works in its stead, if
 * anything, is seen by the services that are there.
 *
 * @param subject what it concerns, one word: a {@link Subjects subject}
 * @param text one sentence that names the thing, the value and the limit
 */
public record Problem(String subject, String text) {
  public Problem {
    requireNonNull(subject, "subject");
    requireNonNull(text, "text");
  }
}
