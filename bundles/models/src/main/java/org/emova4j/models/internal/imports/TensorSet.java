package org.emova4j.models.internal.imports;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.models.internal.checkpoint.Checkpoint;
import org.emova4j.models.internal.checkpoint.StoredTensor;

/** All tensors of files that belong together, by names that are spelled as the official ones. */
final class TensorSet implements AutoCloseable {
  /** One tensor and the file that it is in. */
  record Place(Checkpoint checkpoint, String name, StoredTensor tensor) {
    void read(Checkpoint.Sink sink) throws IOException, ModelUnavailableException {
      checkpoint.read(name, tensor, sink);
    }
  }

  private final Path source;
  private final List<Checkpoint> checkpoints = new ArrayList<>();
  private final Map<String, Place> places = new LinkedHashMap<>();

  private TensorSet(Path source) {
    this.source = source;
  }

  static TensorSet open(Path source, List<Path> files)
      throws IOException, ModelUnavailableException {
    TensorSet set = new TensorSet(source);
    boolean complete = false;
    try {
      for (Path file : files) {
        set.add(Checkpoint.open(file));
      }
      complete = true;
      return set;
    } finally {
      if (!complete) {
        set.close();
      }
    }
  }

  private void add(Checkpoint checkpoint) throws ModelUnavailableException {
    checkpoints.add(checkpoint);
    for (Map.Entry<String, StoredTensor> entry : checkpoint.tensors().entrySet()) {
      String name = official(entry.getKey());
      Place known =
          places.putIfAbsent(name, new Place(checkpoint, entry.getKey(), entry.getValue()));
      if (known != null) {
        throw new ModelUnavailableException(
            "%s: tensor %s is there twice, also in %s as %s"
                .formatted(
                    checkpoint.file(), entry.getKey(), known.checkpoint().file(), known.name()));
      }
    }
  }

  /** Releases spell layer norms and weight norms in more than one way. */
  static String official(String name) {
    return name.replaceFirst("\\.GAMMA$", ".gamma")
        .replaceFirst("\\.BETA$", ".beta")
        .replaceFirst("\\.parametrizations\\.weight\\.original0$", ".weight_g")
        .replaceFirst("\\.parametrizations\\.weight\\.original1$", ".weight_v");
  }

  Path source() {
    return source;
  }

  Map<String, Place> places() {
    return places;
  }

  /** What stands before a tensor's name, wherever there is one of that name. */
  SortedSet<String> prefixes(String anchor) {
    SortedSet<String> prefixes = new TreeSet<>();
    for (String name : places.keySet()) {
      if (name.equals(anchor) || name.endsWith("." + anchor)) {
        prefixes.add(name.substring(0, name.length() - anchor.length()));
      }
    }
    return prefixes;
  }

  @Override
  public void close() throws IOException {
    for (Checkpoint checkpoint : checkpoints) {
      checkpoint.close();
    }
  }
}
