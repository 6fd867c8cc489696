package org.emova4j.engine;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.emova4j.api.speech.ModelUnavailableException;

/** The tensors of a network, which large ones spread over several files. */
final class WeightFiles implements AutoCloseable {
  private final List<Safetensors> files = new ArrayList<>();
  private final Map<String, Safetensors> byTensor = new LinkedHashMap<>();
  private final String name;

  private WeightFiles(String name) {
    this.name = name;
  }

  /**
   * No tensors at all.
   *
   * @param name as messages have it
   */
  static WeightFiles none(String name) {
    return new WeightFiles(name);
  }

  /**
   * @throws ModelUnavailableException if a file can't be read or a tensor is in two of them
   * @throws IllegalArgumentException if there are no files
   */
  static WeightFiles open(List<Path> paths) throws ModelUnavailableException {
    if (paths.isEmpty()) {
      throw new IllegalArgumentException("there are no files of weights");
    }
    String first = paths.get(0).toString();
    WeightFiles opened =
        new WeightFiles(
            paths.size() == 1 ? first : "%s and %d more".formatted(first, paths.size() - 1));
    boolean complete = false;
    try {
      for (Path path : paths) {
        opened.add(Safetensors.open(path));
      }
      complete = true;
      return opened;
    } finally {
      if (!complete) {
        opened.close();
      }
    }
  }

  private void add(Safetensors file) throws ModelUnavailableException {
    files.add(file);
    for (String tensor : file.names()) {
      Safetensors other = byTensor.putIfAbsent(tensor, file);
      if (other != null) {
        throw new ModelUnavailableException(
            "tensor %s is in %s and in %s".formatted(tensor, other.file(), file.file()));
      }
    }
  }

  /** The first file, and how many more there are. */
  String name() {
    return name;
  }

  Set<String> names() {
    return byTensor.keySet();
  }

  long[] shape(String tensor) throws ModelUnavailableException {
    return file(tensor).shape(tensor);
  }

  /** As {@link Safetensors#read(String, long, FloatBuffer)}. */
  void read(String tensor, long from, FloatBuffer to) throws ModelUnavailableException {
    file(tensor).read(tensor, from, to);
  }

  /** As {@link Safetensors#read(String)}. */
  float[] read(String tensor) throws ModelUnavailableException {
    return file(tensor).read(tensor);
  }

  private Safetensors file(String tensor) throws ModelUnavailableException {
    Safetensors file = byTensor.get(tensor);
    if (file == null) {
      throw new ModelUnavailableException("%s has no tensor %s".formatted(name(), tensor));
    }
    return file;
  }

  @Override
  public void close() {
    files.forEach(Safetensors::close);
  }
}
