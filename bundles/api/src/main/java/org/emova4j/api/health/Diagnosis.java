package org.emova4j.api.health;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Looks at a running system, part by part. What is broken is named even where another part does its
 * work.
 *
 * <p>Safe for concurrent use.
 */
@ProviderType
public interface Diagnosis {
  /** The subjects that are looked at, in the order in which parts stand on each other. */
  List<String> subjects();

  /**
   * Looks at one subject. Fast: nothing is computed, and no file is read.
   *
   * @throws IllegalArgumentException if it is none of {@link #subjects()}
   */
  Finding examine(String subject);

  /** Looks at all. */
  default List<Finding> examine() {
    return subjects().stream().map(this::examine).toList();
  }
}
