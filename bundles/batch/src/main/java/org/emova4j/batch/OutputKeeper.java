package org.emova4j.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where outputs lie once they are made: in files of their own, or in something larger. Safe for
 * concurrent use.
 */
public interface OutputKeeper {
  /** Outputs stay where items put them. */
  OutputKeeper FILES =
      new OutputKeeper() {
        @Override
        public boolean holds(Path output, long bytes) {
          try {
            return Files.size(output) == bytes;
          } catch (IOException e) {
            return false; // gone or unreadable: it is made again
          }
        }

        @Override
        public void settled(BatchItem item, boolean made) {}
      };

  /**
   * Whether an output that an earlier run made is still there.
   *
   * @param bytes its size then
   */
  boolean holds(Path output, long bytes);

  /**
   * An item has ended or needs no work, and the log has it. Its output may be taken over.
   *
   * @param made whether it has an output
   * @throws IOException if that fails; the batch ends
   */
  void settled(BatchItem item, boolean made) throws IOException;
}
