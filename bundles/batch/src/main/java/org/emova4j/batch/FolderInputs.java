package org.emova4j.batch;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The media files in a folder and all folders below it, in the order of their names. Links are
 * followed; a loop of them is reported and not walked. Hidden files and folders are passed over.
 */
public final class FolderInputs {
  /** Extensions of files that are taken where no pattern is given. */
  public static final Set<String> MEDIA =
      Set.of(
          "3gp", "aac", "ac3", "aif", "aifc", "aiff", "amr", "ape", "au", "avi", "caf", "flac",
          "m4a", "m4b", "m4v", "mka", "mkv", "mov", "mp2", "mp3", "mp4", "mpc", "mpeg", "mpg",
          "oga", "ogg", "ogv", "opus", "ra", "rm", "snd", "spx", "tta", "voc", "w64", "wav", "wave",
          "weba", "webm", "wma", "wmv", "wv");

  private static final Pattern NO_TEXT = Pattern.compile("[\\p{Cntrl}\uFFFD]");

  private final List<PathMatcher> included;
  private final List<PathMatcher> excluded;

  /**
   * What was found.
   *
   * @param files absolute
   * @param problems folders and links that can't be walked
   * @param passedOver how many files were left out
   */
  public record Found(List<Path> files, List<BatchPlan.Unplanned> problems, int passedOver) {}

  /**
   * @param include glob patterns of paths relative to the folder, such as {@code **.wav}; empty for
   *     files with the extension of a media format
   * @param exclude glob patterns that are left out
   * @throws IllegalArgumentException if a pattern is malformed
   */
  public FolderInputs(List<String> include, List<String> exclude) {
    included = matchers(include);
    excluded = matchers(exclude);
  }

  private static List<PathMatcher> matchers(List<String> globs) {
    return globs.stream()
        .map(glob -> FileSystems.getDefault().getPathMatcher("glob:" + glob))
        .toList();
  }

  /**
   * Walks a folder.
   *
   * @param outputs folder that is left out, since it holds results
   * @throws IOException if the folder itself can't be read
   */
  public Found find(Path folder, Path outputs) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException("%s: is no folder".formatted(folder));
    }
    List<Path> files = new ArrayList<>();
    List<BatchPlan.Unplanned> problems = new ArrayList<>();
    int[] passedOver = new int[1];
    Files.walkFileTree(
        folder,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            boolean skip =
                !dir.equals(folder) && (isHidden(dir) || dir.normalize().equals(outputs));
            return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (isWanted(folder.relativize(file))) {
              files.add(file);
            } else {
              passedOver[0]++;
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            problems.add(
                new BatchPlan.Unplanned(
                    file,
                    e instanceof FileSystemLoopException
                        ? "is a link to a folder that holds it"
                        : e instanceof java.nio.file.AccessDeniedException
                            ? "permission denied"
                            : "can't be read: " + e.getMessage()));
            return FileVisitResult.CONTINUE;
          }
        });
    files.sort(Comparator.comparing(file -> file.toUri().getRawPath()));
    return new Found(List.copyOf(files), List.copyOf(problems), passedOver[0]);
  }

  private boolean isWanted(Path relative) {
    if (isHidden(relative)) {
      return false;
    }
    boolean wanted =
        included.isEmpty()
            ? MEDIA.contains(extension(relative))
            : included.stream().anyMatch(glob -> glob.matches(matchable(relative)));
    return wanted && excluded.stream().noneMatch(glob -> glob.matches(matchable(relative)));
  }

  /** Java's globs match neither line breaks nor what is no text. */
  private static Path matchable(Path relative) {
    return Path.of(NO_TEXT.matcher(relative.toString()).replaceAll("_"));
  }

  private static boolean isHidden(Path path) {
    return String.valueOf(path.getFileName()).startsWith(".");
  }

  private static String extension(Path path) {
    String name = String.valueOf(path.getFileName());
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
