package org.emova4j.engine;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Whether a folder holds what libtorch needs on a platform. DJL would go to the network for what it
 * doesn't find, so it is asked only when nothing is missing.
 *
 * @param platform e.g. {@code linux-x86_64}
 * @param folder as {@code PYTORCH_LIBRARY_PATH} names it, if it does
 * @param problem why libtorch can't be loaded from there, in one line
 */
record NativeLibraries(String platform, Optional<Path> folder, Optional<String> problem) {
  /** The torch version of the JNI library; another one crashes at the first mismatch. */
  static final String TORCH_VERSION = "2.7.1";

  static final String PATH_VARIABLE = "PYTORCH_LIBRARY_PATH";

  /** Beginnings of file names by platform; some names end in a hash or a version. */
  private static final Map<String, List<String>> NEEDED =
      Map.of(
          "linux-x86_64",
          List.of("libc10.so", "libtorch.so", "libtorch_cpu.so", "libgomp", "libdjl_torch.so"),
          "linux-aarch64",
          List.of("libc10.so", "libtorch.so", "libtorch_cpu.so", "libgomp", "libdjl_torch.so"),
          "osx-aarch64",
          List.of("libc10.dylib", "libtorch.dylib", "libtorch_cpu.dylib", "libdjl_torch.dylib"),
          "win-x86_64",
          List.of("c10.dll", "torch.dll", "torch_cpu.dll", "djl_torch.dll"));

  /**
   * @param osName as {@code os.name} has it
   * @param osArch as {@code os.arch} has it
   * @param path one or more folders as {@code PYTORCH_LIBRARY_PATH} has them; empty if not set
   */
  static NativeLibraries find(String osName, String osArch, String path) {
    String platform = platform(osName, osArch);
    List<String> needed = NEEDED.get(platform);
    if (needed == null) {
      return new NativeLibraries(
          platform,
          Optional.empty(),
          Optional.of(
              "there is no libtorch for %s, only for %s"
                  .formatted(platform, String.join(", ", new TreeSet<>(NEEDED.keySet())))));
    }
    List<Path> folders;
    try {
      folders = folders(path);
    } catch (InvalidPathException e) {
      return new NativeLibraries(
          platform,
          Optional.empty(),
          Optional.of("%s is not a path: %s".formatted(PATH_VARIABLE, e.getMessage())));
    }
    if (folders.isEmpty()) {
      return new NativeLibraries(
          platform,
          Optional.empty(),
          Optional.of(
              "%s is not set; it must name the folder with libtorch %s for %s"
                  .formatted(PATH_VARIABLE, TORCH_VERSION, platform)));
    }
    // As DJL does: the first folder that has the main library.
    String main = needed.get(1);
    Path folder =
        folders.stream()
            .filter(f -> Files.isRegularFile(f.resolve(main)))
            .findFirst()
            .orElse(folders.get(0));
    return new NativeLibraries(platform, Optional.of(folder), problem(platform, folder, needed));
  }

  static List<Path> folders(String path) {
    List<Path> folders = new ArrayList<>();
    for (String part : path.split(File.pathSeparator, -1)) {
      if (!part.isBlank()) {
        folders.add(Path.of(part).toAbsolutePath().normalize());
      }
    }
    return folders;
  }

  private static Optional<String> problem(String platform, Path folder, List<String> needed) {
    if (!Files.isDirectory(folder)) {
      return Optional.of("the folder %s does not exist (%s)".formatted(folder, PATH_VARIABLE));
    }
    List<String> present;
    try (Stream<Path> files = Files.list(folder)) {
      present = files.filter(Files::isReadable).map(f -> f.getFileName().toString()).toList();
    } catch (IOException e) {
      return Optional.of("the folder %s can't be read: %s".formatted(folder, e.getMessage()));
    }
    for (String name : needed) {
      // A CUDA build may take OpenMP from the system.
      boolean optional = name.equals("libgomp") && isCuda(folder);
      if (!optional && !isPresent(name, present)) {
        return Optional.of(
            "%s is missing in %s (libtorch %s for %s)"
                .formatted(name, folder, TORCH_VERSION, platform));
      }
    }
    return versionProblem(folder);
  }

  private static boolean isPresent(String name, List<String> present) {
    return name.contains(".")
        ? present.contains(name)
        : present.stream().anyMatch(p -> p.startsWith(name));
  }

  /** A downloaded libtorch says its version in a file beside {@code lib/}. */
  private static Optional<String> versionProblem(Path folder) {
    Path file = folder.resolveSibling("build-version");
    try {
      if (Files.isRegularFile(file) && Files.size(file) < 200) {
        String version = Files.readString(file).strip();
        if (!version.startsWith(TORCH_VERSION)) {
          return Optional.of(
              "%s holds libtorch %s, this needs %s".formatted(folder, version, TORCH_VERSION));
        }
      }
    } catch (IOException e) {
      // Then it is not the file that we know; libtorch itself will complain.
    }
    return Optional.empty();
  }

  /** Whether the folder holds a build for CUDA. */
  static boolean isCuda(Path folder) {
    return Files.exists(folder.resolve(System.mapLibraryName("c10_cuda")));
  }

  private static String platform(String osName, String osArch) {
    String os = osName.toLowerCase(Locale.ROOT);
    String system =
        os.startsWith("linux")
            ? "linux"
            : os.startsWith("mac") ? "osx" : os.startsWith("win") ? "win" : os.replace(' ', '-');
    String processor =
        switch (osArch) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "aarch64";
          default -> osArch;
        };
    return system + "-" + processor;
  }
}
