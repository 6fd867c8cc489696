package org.emova4j.models.internal.imports;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.emova4j.api.model.ModelManifest.Component;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.models.internal.checkpoint.Checkpoint;
import org.emova4j.models.internal.checkpoint.ElementType;
import org.emova4j.models.internal.checkpoint.StoredTensor;

/**
 * A style for each condition {@code gender-G_emotion-E_speed-S_pitch-P}, out of one NumPy file
 * each.
 *
 * @param vectors as little-endian float32, by condition
 * @param dimensions of each
 */
record Centroids(SortedMap<String, byte[]> vectors, int dimensions) {
  static final String FILE = "centroids.safetensors";
  static final String MODEL_ID = "emova-styles";
  static final String ARCHITECTURE = "centroids";

  /** What the vocoder of the release was trained at; its styles belong to that. */
  static final int SAMPLE_RATE = 22_050;

  private static final int MAX_DIMENSIONS = 65_536;
  private static final Pattern CONDITION =
      Pattern.compile("(gender-([a-z]+)_emotion-([a-z]+)_speed-([a-z]+)_pitch-([a-z]+))(?:_.*)?");

  static boolean isCentroid(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".npy") && condition(name).isPresent();
  }

  private static Optional<Matcher> condition(String fileName) {
    Matcher matcher = CONDITION.matcher(fileName.substring(0, fileName.length() - 4));
    return matcher.matches() ? Optional.of(matcher) : Optional.empty();
  }

  static String styleSpace(int dimensions) {
    return "emova-" + dimensions;
  }

  /** The style module that an archive with these holds. */
  static Component component(Centroids centroids, int sampleRate, Map<String, String> files) {
    return new Component(
        "style",
        ARCHITECTURE,
        Optional.empty(),
        Optional.of(styleSpace(centroids.dimensions)),
        sampleRate,
        files);
  }

  /**
   * @throws ModelUnavailableException if a file is none, a condition is missing or occurs twice, or
   *     values are not finite; names them
   */
  static Centroids read(List<Path> files) throws IOException, ModelUnavailableException {
    SortedMap<String, byte[]> vectors = new TreeMap<>();
    List<Set<String>> labels =
        List.of(new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
    int dimensions = -1;
    for (Path file : files) {
      Matcher matcher = condition(file.getFileName().toString()).orElseThrow();
      byte[] vector = vector(file);
      if (dimensions >= 0 && vector.length != dimensions * Float.BYTES) {
        throw new ModelUnavailableException(
            "%s has %d values, others have %d"
                .formatted(file, vector.length / Float.BYTES, dimensions));
      }
      dimensions = vector.length / Float.BYTES;
      if (vectors.put(matcher.group(1), vector) != null) {
        throw new ModelUnavailableException(
            "%s: there is another file of this condition".formatted(file));
      }
      for (int i = 0; i < labels.size(); i++) {
        labels.get(i).add(matcher.group(i + 2));
      }
    }
    requireComplete(vectors.keySet(), labels);
    return new Centroids(vectors, dimensions);
  }

  private static byte[] vector(Path file) throws IOException, ModelUnavailableException {
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      StoredTensor tensor = checkpoint.tensors().get("");
      if (tensor == null
          || !(tensor.type() == ElementType.F32 || tensor.type() == ElementType.F64)
          || tensor.length() < 1
          || tensor.length() > MAX_DIMENSIONS) {
        throw new ModelUnavailableException(
            "%s holds %s, must hold from 1 to %d values of F32 or F64"
                .formatted(
                    file,
                    tensor == null
                        ? "no array"
                        : "%d values of %s".formatted(tensor.length(), tensor.type()),
                    MAX_DIMENSIONS));
      }
      ByteBuffer floats =
          ByteBuffer.allocate((int) tensor.length() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      checkpoint.read(
          file.getFileName().toString(),
          tensor,
          chunk -> {
            int bad = tensor.type().firstNotFinite(chunk);
            if (bad >= 0) {
              throw new ModelUnavailableException(
                  "%s: value %d is NaN or infinite"
                      .formatted(file, floats.position() / Float.BYTES + bad));
            }
            while (chunk.hasRemaining()) {
              floats.putFloat(
                  tensor.type() == ElementType.F32 ? chunk.getFloat() : (float) chunk.getDouble());
            }
          });
      return floats.array();
    }
  }

  private static void requireComplete(Set<String> found, List<Set<String>> labels)
      throws ModelUnavailableException {
    List<String> missing = new ArrayList<>();
    for (String gender : labels.get(0)) {
      for (String emotion : labels.get(1)) {
        for (String speed : labels.get(2)) {
          for (String pitch : labels.get(3)) {
            String condition =
                "gender-%s_emotion-%s_speed-%s_pitch-%s".formatted(gender, emotion, speed, pitch);
            if (!found.contains(condition)) {
              missing.add(condition);
            }
          }
        }
      }
    }
    for (int i = 0; i < labels.size(); i++) {
      String required = i == 0 ? "" : i == 1 ? "neutral" : "normal";
      if (!required.isEmpty() && !labels.get(i).contains(required)) {
        throw new ModelUnavailableException(
            "no style is %s, which the others are measured from".formatted(required));
      }
    }
    if (!missing.isEmpty()) {
      throw new ModelUnavailableException(
          "%d styles are missing: %s".formatted(missing.size(), Listing.of(missing)));
    }
  }
}
