package org.emova4j.runtime;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the command line sets for the bundles.
 *
 * @param threads that the engine calculates with, 0 for one a core; empty leaves it to the
 *     configuration
 * @param modelsFolder where installed models lie; empty leaves it to the configuration
 * @param interactive whether the shell on the terminal is wanted
 * @param deployFolder whether the deploy folder is watched; if not, what lies in it at the start
 *     takes part
 * @param configurations properties by PID, laid over all others; {@code pid~name} is one of several
 *     of a factory
 */
public record Settings(
    OptionalInt threads,
    Optional<Path> modelsFolder,
    boolean interactive,
    boolean deployFolder,
    Map<String, Map<String, Object>> configurations) {
  /** As a number of threads: as many as there are cores. */
  public static final int THREAD_FOR_EACH_CORE = 0;

  public static final Settings DEFAULT = new Settings(OptionalInt.empty(), Optional.empty(), false);

  public Settings {
    configurations = Map.copyOf(configurations);
  }

  /** Without configurations; with the deploy folder where there is a shell. */
  public Settings(OptionalInt threads, Optional<Path> modelsFolder, boolean interactive) {
    this(threads, modelsFolder, interactive, interactive, Map.of());
  }

  /** With the deploy folder watched, or not. */
  public Settings withDeployFolder(boolean wanted) {
    return new Settings(threads, modelsFolder, interactive, wanted, configurations);
  }

  /** With this number of threads. */
  public Settings withThreads(int number) {
    return new Settings(
        OptionalInt.of(number), modelsFolder, interactive, deployFolder, configurations);
  }

  /**
   * For a process that does one thing and ends: weights are read when they are first needed, so
   * that models which it doesn't use cost nothing.
   */
  public Settings withLateWeights() {
    Map<String, Map<String, Object>> all = new HashMap<>(configurations);
    all.put(ConfigurationSources.ENGINE_PID, Map.of("weights.late", true));
    return with(all);
  }

  /** With these configurations instead. */
  public Settings with(Map<String, Map<String, Object>> others) {
    return new Settings(threads, modelsFolder, interactive, deployFolder, others);
  }
}
