package org.emova4j.facade;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How to open {@link Emova}.
 *
 * @param home folder of an unpacked distribution to use in place of what is in the jar; it has its
 *     own natives, so nothing is unpacked
 * @param models folder that models are installed into; {@code ~/.emova/models} where empty
 * @param threads that one operator may use, 0 for one a core; left to the configuration where empty
 */
public record EmovaOptions(Optional<Path> home, Optional<Path> models, OptionalInt threads) {
  public static final EmovaOptions DEFAULT =
      new EmovaOptions(Optional.empty(), Optional.empty(), OptionalInt.empty());

  public EmovaOptions {
    requireNonNull(home, "home");
    requireNonNull(models, "models");
    requireNonNull(threads, "threads");
    if (threads.isPresent() && (threads.getAsInt() < 0 || threads.getAsInt() > 1024)) {
      throw new IllegalArgumentException(
          "threads %d is outside 0..1024".formatted(threads.getAsInt()));
    }
  }

  public EmovaOptions withHome(Path folder) {
    return new EmovaOptions(Optional.of(folder.toAbsolutePath()), models, threads);
  }

  public EmovaOptions withModels(Path folder) {
    return new EmovaOptions(home, Optional.of(folder.toAbsolutePath()), threads);
  }

  public EmovaOptions withThreads(int number) {
    return new EmovaOptions(home, models, OptionalInt.of(number));
  }
}
