package org.emova4j.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Cuts the distribution's folder into smaller ones in the build, one for each purpose: its bundles,
 * the natives that they need, and nothing else. Large files are hard links where the file system
 * can.
 */
final class SliceDistributions {
  /** The slices that each of them holds: the one that it is named after, and parts of it. */
  static final Map<Slice, List<Slice>> CONTENTS =
      new TreeMap<>(
          Map.of(
              Slice.TOKENIZER, List.of(Slice.TOKENIZER, Slice.MODELS),
              Slice.SYNTHESIS, List.of(Slice.SYNTHESIS, Slice.STYLE, Slice.MODELS),
              Slice.CONVERTER,
                  List.of(
                      Slice.CONVERTER,
                      Slice.TOKENIZER,
                      Slice.SYNTHESIS,
                      Slice.STYLE,
                      Slice.AUDIO,
                      Slice.MODELS),
              Slice.DIALOGUE,
                  List.of(
                      Slice.DIALOGUE,
                      Slice.LLM,
                      Slice.TOKENIZER,
                      Slice.SYNTHESIS,
                      Slice.STYLE,
                      Slice.AUDIO,
                      Slice.VISION,
                      Slice.MODELS),
              Slice.SERVE,
                  List.of(
                      Slice.SERVE,
                      Slice.CONVERTER,
                      Slice.DIALOGUE,
                      Slice.LLM,
                      Slice.TOKENIZER,
                      Slice.SYNTHESIS,
                      Slice.STYLE,
                      Slice.AUDIO,
                      Slice.VISION,
                      Slice.MODELS),
              Slice.ALL, List.of(Slice.values())));

  // Natives that one bundle alone needs.
  private static final Map<String, String> NATIVE_OWNERS = Map.of("tokenizers", "org.emova4j.qwen");

  private static final List<String> COMMON =
      List.of("bin", "lib", "conf", "models", "LICENSE", "README.md");
  private static final List<String> WATCHED = List.of("deploy", "etc");
  private static final String SAMPLES = "samples";

  // What is no part of distributions for one purpose.
  private static final String EVALUATION_JAR = "org.emova4j.eval";
  private static final String EVALUATION_SAMPLES = "samples/eval";
  private static final long LEAST_LINKED = 1 << 20;

  private final Path source;
  private final Path target;

  private SliceDistributions(Path source, Path target) {
    this.source = source;
    this.target = target;
  }

  /** Arguments: the whole distribution, and the folder to make the others in. */
  public static void main(String[] arguments) throws IOException {
    Path target = Path.of(arguments[1]);
    Folders.deleteQuietly(target);
    for (Map.Entry<Slice, List<Slice>> distribution : CONTENTS.entrySet()) {
      new SliceDistributions(
              Path.of(arguments[0]), target.resolve("emova-" + distribution.getKey().id()))
          .cut(distribution.getValue());
    }
  }

  private void cut(List<Slice> slices) throws IOException {
    Files.createDirectories(target);
    for (String name : COMMON) {
      linkTree(name);
    }
    Set<String> jars = new LinkedHashSet<>();
    for (Slice slice : slices) {
      Path list = Path.of("slices", slice.id() + ".txt");
      linkTree(list.toString());
      jars.addAll(Files.readAllLines(source.resolve(list)));
    }
    for (String jar : jars) {
      if (!Files.exists(target.resolve(jar))) { // a bundle may be on the class path too
        linkTree(jar);
      }
    }
    if (slices.contains(Slice.ALL) || slices.contains(Slice.SERVE)) {
      for (String name : WATCHED) {
        linkTree(name);
      }
    }
    if (slices.contains(Slice.AUDIO)) {
      linkTree(SAMPLES); // FLAC, which WAV alone doesn't read
    }
    if (!slices.contains(Slice.ALL)) {
      leaveOutEvaluation();
    }
    linkNatives(jars);
    DistributionBuilder notices = new DistributionBuilder(target);
    notices.readJars("lib");
    notices.readJars("bundles");
    notices.writeNotices();
  }

  private void leaveOutEvaluation() throws IOException {
    for (Path file : DistributionBuilder.files(target.resolve("lib"))) {
      if (file.getFileName().toString().startsWith(EVALUATION_JAR)) {
        Files.delete(file);
      }
    }
    Folders.deleteQuietly(target.resolve(EVALUATION_SAMPLES));
  }

  private void linkNatives(Set<String> jars) throws IOException {
    for (Path file : DistributionBuilder.files(source.resolve("natives"))) {
      boolean wanted =
          NATIVE_OWNERS.entrySet().stream()
              .filter(owner -> file.getFileName().toString().contains(owner.getKey()))
              .allMatch(owner -> jars.stream().anyMatch(jar -> jar.contains(owner.getValue())));
      if (wanted) {
        linkTree("natives/" + file.getFileName());
      }
    }
  }

  /** A file or folder of the same name. */
  private void linkTree(String name) throws IOException {
    List<Path> all;
    try (Stream<Path> tree = Files.walk(source.resolve(name))) {
      all = tree.toList();
    }
    for (Path path : all) {
      Path copy = target.resolve(source.relativize(path).toString());
      if (Files.isDirectory(path)) {
        Files.createDirectories(copy);
      } else {
        Files.createDirectories(copy.getParent());
        if (Files.size(path) < LEAST_LINKED) {
          // Whoever edits a script or a configuration means this one.
          Files.copy(path, copy, StandardCopyOption.COPY_ATTRIBUTES);
        } else {
          DistributionBuilder.link(path, copy);
        }
      }
    }
  }
}
