package org.emova4j.batch;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of outputs, made from those of inputs by a template such as <code>
 * {dir}/{name}-{emotion}.{ext}</code>. Works on percent-encoded names, so that a name which is no
 * text in any encoding is carried over byte by byte. Immutable.
 */
public final class OutputNames {
  /** Mirrors the inputs. */
  public static final String DEFAULT = "{dir}/{name}.{ext}";

  private static final Pattern FIELD = Pattern.compile("\\{([^{}]*)\\}");
  private static final Set<String> FIELDS =
      new TreeSet<>(
          Set.of("dir", "name", "file", "ext", "speaker", "emotion", "pitch", "speed", "task"));

  private final String template;

  /**
   * @param template with fields in braces: dir (of the input, relative to the folder that was
   *     given), name (of the input, without extension), file (with it), ext (of the output),
   *     speaker, emotion, pitch, speed, task
   * @throws IllegalArgumentException if a field is unknown, or the names don't depend on the input
   */
  public OutputNames(String template) {
    this.template = requireNonNull(template, "template");
    boolean named = false;
    for (Matcher field = FIELD.matcher(template); field.find(); ) {
      if (!FIELDS.contains(field.group(1))) {
        throw new IllegalArgumentException(
            "template \"%s\" has the unknown field {%s}; known: %s"
                .formatted(template, field.group(1), FIELDS));
      }
      named |= field.group(1).equals("name") || field.group(1).equals("file");
    }
    if (!named) {
      throw new IllegalArgumentException(
          "template \"%s\" gives all outputs one name; it needs {name} or {file}"
              .formatted(template));
    }
  }

  /**
   * The output of one input.
   *
   * @param root folder that outputs lie in, absolute
   * @param base folder that {@code dir} is relative to, absolute
   * @param input inside {@code base}, absolute
   * @param fields values of the style fields and of ext
   * @throws IllegalArgumentException if the name leads out of {@code root}
   */
  public Path of(Path root, Path base, Path input, Map<String, String> fields) {
    String folder = encoded(base);
    String file = encoded(input);
    String relative = file.startsWith(folder + "/") ? file.substring(folder.length() + 1) : file;
    int slash = relative.lastIndexOf('/');
    String name = relative.substring(slash + 1);
    int dot = name.lastIndexOf('.');
    StringBuilder path = new StringBuilder();
    Matcher field = FIELD.matcher(template);
    int position = 0;
    while (field.find()) {
      path.append(encode(template.substring(position, field.start())));
      path.append(
          switch (field.group(1)) {
            case "dir" -> slash < 0 ? "." : relative.substring(0, slash);
            case "name" -> dot > 0 ? name.substring(0, dot) : name;
            case "file" -> name;
            default -> encode(plain(fields.getOrDefault(field.group(1), "default")));
          });
      position = field.end();
    }
    path.append(encode(template.substring(position)));
    return inside(root, input, path.toString());
  }

  /** A label is one name, whatever it holds. */
  private static String plain(String label) {
    return label.replace('/', '_');
  }

  private static Path inside(Path root, Path input, String path) {
    Deque<String> names = new ArrayDeque<>();
    for (String name : path.split("/", 0)) {
      if (name.equals("..")) {
        throw new IllegalArgumentException(
            "the output of %s would be %s, outside of %s".formatted(input, path, root));
      }
      if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    return Path.of(URI.create("file://" + encoded(root) + "/" + String.join("/", names)));
  }

  /** An absolute path's bytes, percent-encoded, without a slash at the end. */
  private static String encoded(Path path) {
    String raw = path.toUri().getRawPath();
    return raw.endsWith("/") ? raw.substring(0, raw.length() - 1) : raw;
  }

  /** Text as part of a path: slashes stay. */
  private static String encode(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean safe = c < 128 && (Character.isLetterOrDigit(c) || "/-_.~".indexOf(c) >= 0);
      encoded.append(safe ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return encoded.toString();
  }
}
