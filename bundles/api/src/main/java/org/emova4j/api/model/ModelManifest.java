package org.emova4j.api.model;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.emova4j.api.speech.ModelUnavailableException;

/**
 * What an archive's {@code model.json} says.
 *
 * @param id lower-case name, e.g. {@code lite}
 * @param version e.g. {@code 1.0.0}
 * @param description one sentence
 * @param licence SPDX expression or name of the weights' licence
 * @param languages BCP 47 tags
 * @param dataSources what it was trained on, each with its licence
 * @param quality measured figures by name; what was measured, and how, stands in the model card
 * @param components the networks that it holds, at least one
 * @param files every file of the archive but {@code model.json} itself
 */
public record ModelManifest(
    String id,
    String version,
    String description,
    String licence,
    List<String> languages,
    List<DataSource> dataSources,
    Map<String, Double> quality,
    List<Component> components,
    List<FileEntry> files) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

  public ModelManifest {
    if (!NAME.matcher(requireNonNull(id, "id")).matches()) {
      throw new IllegalArgumentException("id \"%s\" does not match %s".formatted(id, NAME));
    }
    if (!NAME.matcher(requireNonNull(version, "version")).matches()) {
      throw new IllegalArgumentException(
          "version \"%s\" does not match %s".formatted(version, NAME));
    }
    requireNonNull(description, "description");
    requireNonNull(licence, "licence");
    languages = List.copyOf(languages);
    dataSources = List.copyOf(dataSources);
    quality = Map.copyOf(quality);
    components = List.copyOf(components);
    files = List.copyOf(files);
    if (components.isEmpty()) {
      throw new IllegalArgumentException("model %s has no components".formatted(id));
    }
  }

  /** Id and version, e.g. {@code lite:1.0.0}. */
  public String name() {
    return id + ":" + version;
  }

  /** The component of a role, if the model has one. */
  public Optional<Component> component(String role) {
    return components.stream().filter(c -> c.role().equals(role)).findFirst();
  }

  /**
   * One network of a model.
   *
   * @param role {@code tokenizer}, {@code style} or {@code vocoder}
   * @param architecture which code runs it, e.g. {@code lite}
   * @param codebook id of the codebook that it writes or reads; empty for a style module
   * @param styleSpace id of the style space that it writes or reads; empty for a tokenizer
   * @param sampleRate of the sound that it reads or makes, in hertz
   * @param files names of its files by purpose, e.g. {@code weights -> tokenizer.safetensors}
   * @param settings what its architecture wants to know besides: a JSON object as text, {@code {}}
   *     if nothing
   */
  public record Component(
      String role,
      String architecture,
      Optional<String> codebook,
      Optional<String> styleSpace,
      int sampleRate,
      Map<String, String> files,
      String settings) {
    /** Without settings. */
    public Component(
        String role,
        String architecture,
        Optional<String> codebook,
        Optional<String> styleSpace,
        int sampleRate,
        Map<String, String> files) {
      this(role, architecture, codebook, styleSpace, sampleRate, files, "{}");
    }

    public Component {
      requireNonNull(role, "role");
      requireNonNull(architecture, "architecture");
      requireNonNull(codebook, "codebook");
      requireNonNull(styleSpace, "styleSpace");
      files = Map.copyOf(files);
      requireNonNull(settings, "settings");
    }

    /**
     * @throws ModelUnavailableException if there is none
     */
    public String requireCodebook() throws ModelUnavailableException {
      return codebook.orElseThrow(() -> lacks("names no codebook"));
    }

    /**
     * @throws ModelUnavailableException if there is none
     */
    public String requireStyleSpace() throws ModelUnavailableException {
      return styleSpace.orElseThrow(() -> lacks("names no style space"));
    }

    /**
     * The name of a file.
     *
     * @param purpose e.g. {@code weights}
     * @throws ModelUnavailableException if there is none
     */
    public String requireFile(String purpose) throws ModelUnavailableException {
      return Optional.ofNullable(files.get(purpose))
          .orElseThrow(() -> lacks("has no file \"%s\"".formatted(purpose)));
    }

    private ModelUnavailableException lacks(String what) {
      return new ModelUnavailableException("its %s %s".formatted(title(), what));
    }

    /** What messages call it, e.g. {@code style module}. */
    public String title() {
      return switch (role) {
        case "style" -> "style module";
        case "llm" -> "language model";
        default -> role;
      };
    }
  }

  /** A data set and its licence. */
  public record DataSource(String name, String licence) {
    public DataSource {
      requireNonNull(name, "name");
      requireNonNull(licence, "licence");
    }
  }

  /**
   * @param name relative path inside the archive, with forward slashes
   * @param size in bytes
   * @param sha256 64 lower-case hexadecimal digits
   */
  public record FileEntry(String name, long size, String sha256) {
    public FileEntry {
      requireNonNull(name, "name");
      if (size < 0) {
        throw new IllegalArgumentException("size %d of %s is negative".formatted(size, name));
      }
      if (!sha256.matches("[0-9a-f]{64}")) {
        throw new IllegalArgumentException(
            "sha256 \"%s\" of %s is malformed".formatted(sha256, name));
      }
    }
  }
}
