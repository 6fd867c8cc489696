package org.emova4j.models.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.model.ModelManifest.FileEntry;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.security.ModelSignature;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A writable folder of models, shared by processes. Whoever changes it holds its lock; whoever
 * reads it never sees half a model, as models come and go by renaming.
 */
final class ModelFolder {
  static final String STAGING_PREFIX = ".installing-";
  static final String REMOVING_PREFIX = ".removing-";
  static final String LOCK_NAME = ".lock";

  private static final Logger LOG = LoggerFactory.getLogger(ModelFolder.class);

  // A file lock belongs to a process, so threads need one of their own; all folders share it.
  private static final ReentrantLock IN_PROCESS = new ReentrantLock();

  private final Path folder;
  private final Limits limits;
  private final Signatures signatures;

  ModelFolder(Path folder, Limits limits, Signatures signatures) {
    this.folder = folder;
    this.limits = limits;
    this.signatures = signatures;
  }

  Path path() {
    return folder;
  }

  /** Work under the lock. */
  interface Locked<R> {
    R run() throws IOException, ModelUnavailableException;
  }

  /** Waits for other threads and processes. Nests. */
  <R> R locked(Locked<R> work) throws IOException, ModelUnavailableException {
    IN_PROCESS.lock();
    try {
      if (IN_PROCESS.getHoldCount() > 1) {
        return work.run();
      }
      Files.createDirectories(folder);
      try (FileChannel channel = lockFile();
          FileLock lock = channel.lock()) {
        LOG.trace("Holding {}", lock);
        return work.run();
      } catch (OverlappingFileLockException e) {
        // An earlier generation of this bundle has its own locks for threads.
        throw new IOException("another installation is at work in %s".formatted(folder), e);
      }
    } finally {
      IN_PROCESS.unlock();
    }
  }

  private FileChannel lockFile() throws IOException {
    return FileChannel.open(
        folder.resolve(LOCK_NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /**
   * What a folder holds.
   *
   * @param models every readable one
   * @param problems one sentence for each that was passed over, by its folder
   */
  record Scan(List<InstalledModel> models, Map<Path, String> problems) {}

  /** Every readable model of a folder; a bad one is logged and passed over. */
  static Scan scan(Path folder, boolean distributed, Signatures signatures) {
    List<InstalledModel> models = new ArrayList<>();
    Map<Path, String> problems = new LinkedHashMap<>();
    Scan scan = new Scan(models, problems);
    if (!Files.isDirectory(folder)) {
      return scan;
    }
    List<Path> children;
    try (Stream<Path> list = Files.list(folder)) {
      children = list.filter(ModelFolder::mayBeModel).sorted().toList();
    } catch (IOException e) {
      problems.put(folder, "the models folder %s can't be read: %s".formatted(folder, e));
      LOG.warn("The models folder {} can't be read: {}", folder, e.toString());
      return scan;
    }
    for (Path child : children) {
      try {
        InstalledModel model = InstalledModel.read(child, distributed);
        signatures.requireInstalled(model);
        models.add(model);
      } catch (IOException | ModelUnavailableException e) {
        problems.put(child, "the model in %s is passed over: %s".formatted(child, e.getMessage()));
        LOG.warn("The model in {} is passed over: {}", child, e.getMessage());
      }
    }
    return scan;
  }

  private static boolean mayBeModel(Path child) {
    return !child.getFileName().toString().startsWith(".")
        && Files.isRegularFile(child.resolve(ManifestReader.FILE_NAME));
  }

  /** Clears away what crashed installations and removals left, unless one is at work. */
  void clearLeftOvers() {
    if (!Files.isDirectory(folder) || !Files.isWritable(folder) || !IN_PROCESS.tryLock()) {
      return;
    }
    try (FileChannel channel = lockFile();
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        deleteLeftOvers();
      }
    } catch (OverlappingFileLockException e) {
      LOG.debug("An earlier generation of this bundle is still at work in {}", folder, e);
    } catch (IOException e) {
      LOG.warn("Left-overs in {} can't be cleared away: {}", folder, e.toString());
    } finally {
      IN_PROCESS.unlock();
    }
  }

  private void deleteLeftOvers() throws IOException {
    List<Path> leftOvers;
    try (Stream<Path> list = Files.list(folder)) {
      leftOvers =
          list.filter(
                  p -> {
                    String name = p.getFileName().toString();
                    return name.startsWith(STAGING_PREFIX) || name.startsWith(REMOVING_PREFIX);
                  })
              .toList();
    }
    for (Path leftOver : leftOvers) {
      LOG.info("Clearing away {}, which an interrupted installation left", leftOver);
      deleteRecursively(leftOver);
    }
  }

  /**
   * Unpacks an archive, checks it against its manifest, and puts it in place. Only under the lock.
   *
   * @param known the model of an id and version that is there already, here or elsewhere
   * @return the model, which may have been there before with the same manifest
   */
  InstalledModel install(Path archive, Function<String, Optional<InstalledModel>> known)
      throws IOException, ModelUnavailableException {
    Path staging = Files.createTempDirectory(folder, STAGING_PREFIX);
    try {
      // A folder of its own: the temporary one is closed to other users, the model must not be.
      Path content = Files.createDirectory(staging.resolve("content"));
      Map<String, ArchiveUnpacker.Unpacked> files =
          ArchiveUnpacker.unpack(archive, content, limits);
      String top = top(archive, files);
      Path source = top.isEmpty() ? content : content.resolve(top);
      ModelManifest manifest =
          ManifestReader.read(
              source.resolve(ManifestReader.FILE_NAME),
              "%s: %s%s".formatted(archive, top, ManifestReader.FILE_NAME));
      compare(archive, top, manifest, files);
      signatures.require(source, archive.toString());
      // No id and no version has an @, so no two models share a name. Folders of other names, such
      // as the ID-VERSION of old, are read all the same: model.json alone says what they hold.
      Path target = folder.resolve(manifest.id() + "@" + manifest.version());
      Optional<InstalledModel> present = known.apply(manifest.name());
      if (present.isEmpty()) {
        present = inPlace(archive, target);
      }
      if (present.isPresent()) {
        return same(archive, manifest, present.get());
      }
      syncAll(source);
      rename(source, target);
      return InstalledModel.read(target, false);
    } finally {
      deleteRecursively(staging);
    }
  }

  /** The folder inside the archive that holds everything, with a slash, or nothing. */
  private static String top(Path archive, Map<String, ArchiveUnpacker.Unpacked> files)
      throws ModelUnavailableException {
    if (files.containsKey(ManifestReader.FILE_NAME)) {
      return "";
    }
    for (String name : files.keySet()) {
      int slash = name.indexOf('/');
      if (slash > 0 && name.substring(slash + 1).equals(ManifestReader.FILE_NAME)) {
        String top = name.substring(0, slash + 1);
        for (String other : files.keySet()) {
          if (!other.startsWith(top)) {
            throw new ModelUnavailableException(
                "%s: %s lies beside the folder %s that holds the model"
                    .formatted(archive, other, top));
          }
        }
        return top;
      }
    }
    throw new ModelUnavailableException(archive + " has no model.json");
  }

  private static void compare(
      Path archive, String top, ModelManifest manifest, Map<String, ArchiveUnpacker.Unpacked> files)
      throws ModelUnavailableException {
    for (FileEntry entry : manifest.files()) {
      ArchiveUnpacker.Unpacked file = files.get(top + entry.name());
      if (file == null) {
        throw new ModelUnavailableException(
            "%s: %s is missing, model.json lists it".formatted(archive, entry.name()));
      }
      if (file.size() != entry.size()) {
        throw new ModelUnavailableException(
            "%s: %s has %d bytes, model.json says %d"
                .formatted(archive, entry.name(), file.size(), entry.size()));
      }
      if (!file.sha256().equals(entry.sha256())) {
        throw new ModelUnavailableException(
            "%s: %s has the sha256 %s, model.json says %s"
                .formatted(archive, entry.name(), file.sha256(), entry.sha256()));
      }
    }
    for (String name : files.keySet()) {
      String inModel = name.substring(top.length());
      boolean listed =
          inModel.equals(ManifestReader.FILE_NAME)
              || inModel.equals(ModelSignature.FILE_NAME)
              || manifest.files().stream().anyMatch(f -> f.name().equals(inModel));
      if (!listed) {
        throw new ModelUnavailableException(
            "%s: %s is not listed in model.json".formatted(archive, name));
      }
    }
  }

  /** The model that another process put in place. What is in place but broken makes room. */
  private Optional<InstalledModel> inPlace(Path archive, Path target) throws IOException {
    if (!Files.exists(target)) {
      return Optional.empty();
    }
    try {
      return Optional.of(InstalledModel.read(target, false));
    } catch (IOException | ModelUnavailableException e) {
      LOG.warn("{} replaces a damaged model: {}", archive, e.getMessage());
      discard(target);
      return Optional.empty();
    }
  }

  private static InstalledModel same(Path archive, ModelManifest manifest, InstalledModel present)
      throws ModelUnavailableException {
    if (!present.manifest().equals(manifest)) {
      throw new ModelUnavailableException(
          "%s holds %s, but %s is already installed with other content in %s"
              .formatted(archive, manifest.name(), present.manifest().name(), present.folder()));
    }
    return present;
  }

  /** Takes a model away. Only under the lock. */
  void remove(InstalledModel model) throws IOException {
    if (Files.exists(model.folder())) {
      discard(model.folder());
    }
  }

  /** Gone at once under its name; then its files are deleted. */
  private void discard(Path model) throws IOException {
    Path bin = Files.createTempDirectory(folder, REMOVING_PREFIX);
    rename(model, bin.resolve("model"));
    deleteRecursively(bin);
  }

  private static void rename(Path source, Path target) throws IOException {
    try {
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("the file system of %s can't rename".formatted(target), e);
    }
    syncFolder(target.getParent());
  }

  /** So that after a power cut the new name doesn't stand for half a model. */
  private static void syncAll(Path root) throws IOException {
    List<Path> all;
    try (Stream<Path> tree = Files.walk(root)) {
      all = tree.toList();
    }
    for (Path path : all) {
      if (Files.isDirectory(path)) {
        syncFolder(path);
      } else {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
      }
    }
  }

  private static void syncFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Not every system can do this with a folder; the rename is atomic all the same.
      LOG.debug("The folder {} can't be synchronised", folder, e);
    }
  }

  private static void deleteRecursively(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
