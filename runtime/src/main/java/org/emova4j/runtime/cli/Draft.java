package org.emova4j.runtime.cli;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.emova4j.runtime.Folders;

/**
 * A file in the making, in a folder beside its target: it takes the target's place when it is
 * complete, and goes away if that never happens, also if the process is interrupted.
 */
final class Draft implements AutoCloseable {
  private final Path target;
  private final Path folder;
  private final Thread remover;

  Draft(Path target) throws IOException {
    this.target = target;
    this.folder = Files.createTempDirectory(target.getParent(), ".emova-");
    this.remover = new Thread(() -> Folders.deleteQuietly(folder), "emova-remove");
    Runtime.getRuntime().addShutdownHook(remover);
  }

  /** Where to write; it isn't there yet. */
  Path file() {
    return folder.resolve(target.getFileName());
  }

  /**
   * Makes what was written the target.
   *
   * @param replace whether it may replace a file
   * @throws java.nio.file.FileAlreadyExistsException if there is a file that it may not replace
   */
  void complete(boolean replace) throws IOException {
    if (!replace) {
      Files.move(file(), target);
      return;
    }
    try {
      Files.move(file(), target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(file(), target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public void close() {
    Folders.deleteQuietly(folder);
    try {
      Runtime.getRuntime().removeShutdownHook(remover);
    } catch (IllegalStateException e) {
      // Shutting down: it runs, and finds nothing to do.
    }
  }
}
