package org.emova4j.runtime;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the command line sets for the bundles.
 *
 * @param threads that the engine calculates with, 0 for one a core; empty leaves it to the
 *     configuration
 * @param modelsFolder where installed models lie; empty leaves it to the configuration
 * @param interactive whether the shell on the terminal, and the deploy folder, are wanted
 */
public record Settings(OptionalInt threads, Optional<Path> modelsFolder, boolean interactive) {
  /** As a number of threads: as many as there are cores. */
  public static final int THREAD_FOR_EACH_CORE = 0;

  public static final Settings DEFAULT = new Settings(OptionalInt.empty(), Optional.empty(), false);
}
