package org.emova4j.runtime.isolate;

import java.io.IOException;
import java.nio.file.Path;

/** How a decoding process is started. */
@FunctionalInterface
interface HelperCommand {
  /**
   * @param folder its working directory, where it leaves what it has to say
   */
  Process start(Path folder) throws IOException;
}
