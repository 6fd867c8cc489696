package org.emova4j.runtime.cli;

import java.io.IOException;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Settings;
import org.emova4j.runtime.Slice;

/** What commands need of the process that they run in. */
public interface Environment {
  Console console();

  /**
   * Starts the bundles of a slice.
   *
   * @throws IOException if they can't be started
   */
  Services open(Slice slice, Settings settings) throws IOException;

  /** The slice, or the widest one that is there where that one isn't. */
  default Slice nearest(Slice slice) {
    return slice;
  }

  /** Installs and resolves the bundles of a slice without starting them. */
  Services inspect(Slice slice, Settings settings) throws IOException;
}
