package org.emova4j.models.internal.checkpoint;

import java.io.IOException;
import java.math.BigInteger;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What {@code torch.save} writes: since 1.6 a zip file of one pickle and a file for each storage,
 * before that pickles followed by storages. Reference: {@code torch/serialization.py}.
 */
final class TorchFile {
  private static final int MAX_PICKLE_BYTES = 64 << 20;
  private static final int MAX_DEPTH = 64;
  private static final int MAX_TENSORS = 200_000;
  private static final BigInteger LEGACY_MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long LEGACY_PROTOCOL = 1001;

  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final Set<Object> seen = java.util.Collections.newSetFromMap(new IdentityHashMap<>());

  private TorchFile() {}

  static Map<String, StoredTensor> readZip(FileBytes file) throws IOException, FormatException {
    ZipDirectory zip = ZipDirectory.read(file);
    String top = top(zip);
    if (zip.contains(top + "constants.pkl")) {
      throw new FormatException("it is a TorchScript program and no checkpoint");
    }
    if (zip.contains(top + "byteorder")) {
      Storage order = zip.storage(top + "byteorder");
      if (order.bytes() == 3) {
        throw new FormatException("it is big-endian");
      }
    }
    Storage pickle = zip.storage(top + "data.pkl");
    if (pickle.bytes() > MAX_PICKLE_BYTES) {
      throw new FormatException(
          "its pickle has %d bytes, the limit is %d".formatted(pickle.bytes(), MAX_PICKLE_BYTES));
    }
    Checksums.verify(file, pickle);
    TorchObjects objects = new TorchObjects(key -> zip.storage(top + "data/" + key));
    PickleInput in = new PickleInput(file, pickle.at(), pickle.at() + pickle.bytes());
    return flatten(Pickle.read(in, objects));
  }

  /** The folder inside the zip file that holds everything, with its slash. */
  private static String top(ZipDirectory zip) throws FormatException {
    String found = null;
    for (String name : zip.names()) {
      if (name.endsWith("/data.pkl") && name.indexOf('/') == name.length() - 9) {
        if (found != null) {
          throw new FormatException("it has more than one data.pkl");
        }
        found = name.substring(0, name.length() - "data.pkl".length());
      }
    }
    if (found == null) {
      throw new FormatException("it is a zip file but no PyTorch checkpoint: it has no data.pkl");
    }
    return found;
  }

  static Map<String, StoredTensor> readLegacy(FileBytes file) throws IOException, FormatException {
    TorchObjects objects = new TorchObjects(key -> new Storage(key, OptionalLong.empty()));
    PickleInput in = new PickleInput(file, 0, Math.min(file.size(), MAX_PICKLE_BYTES));
    if (!LEGACY_MAGIC.equals(Pickle.read(in, objects))) {
      throw new FormatException("it is a pickle but no PyTorch checkpoint");
    }
    if (!Long.valueOf(LEGACY_PROTOCOL).equals(Pickle.read(in, objects))) {
      throw new FormatException("it is of another version than 1001 of PyTorch's old format");
    }
    if (Pickle.read(in, objects) instanceof Map<?, ?> system
        && Boolean.FALSE.equals(system.get("little_endian"))) {
      throw new FormatException("it is big-endian");
    }
    Object root = Pickle.read(in, objects);
    Object keys = Pickle.read(in, objects);
    place(file, in.position(), keys, objects);
    return flatten(root);
  }

  /** Storages follow in the order of the list, each behind its number of elements. */
  private static void place(FileBytes file, long from, Object keys, TorchObjects objects)
      throws IOException, FormatException {
    Map<String, Storage> storages = objects.storages();
    if (!(keys instanceof List<?> list) || list.size() != storages.size()) {
      throw new FormatException("its list of storages does not fit its tensors");
    }
    long at = from;
    for (Object key : list) {
      Storage storage = key instanceof String ? storages.get(key) : null;
      if (storage == null || storage.isPlaced()) {
        throw new FormatException("its list of storages does not fit its tensors");
      }
      long bytes = objects.claimedBytes(storage.name());
      long elements = file.read(at, Long.BYTES).getLong();
      at += Long.BYTES;
      if (elements < 0
          || (elements == 0) != (bytes == 0)
          || (elements > 0 && bytes % elements != 0)) {
        throw new FormatException(
            "its storage %s has %d elements, its pickle says %d bytes"
                .formatted(Text.printable(storage.name()), elements, bytes));
      }
      file.requireInside(at, bytes);
      storage.place(at, bytes);
      at += bytes;
    }
  }

  private static Map<String, StoredTensor> flatten(Object root) throws FormatException {
    TorchFile names = new TorchFile();
    names.collect("", root, 0);
    return names.tensors;
  }

  /** A tensor is called by the keys that lead to it, with dots between them. */
  private void collect(String name, Object value, int depth) throws FormatException {
    if (value instanceof StoredTensor tensor) {
      if (tensors.size() == MAX_TENSORS) {
        throw new FormatException("it has more than %d tensors".formatted(MAX_TENSORS));
      }
      if (tensors.put(name, tensor) != null) {
        throw new FormatException("tensor %s occurs twice".formatted(Text.printable(name)));
      }
      return;
    }
    boolean container = value instanceof Map || value instanceof List || value instanceof Object[];
    // What is in several places has the name of the first; so does what contains itself.
    if (!container || !seen.add(value)) {
      return;
    }
    if (depth == MAX_DEPTH) {
      throw new FormatException("its values are nested deeper than %d".formatted(MAX_DEPTH));
    }
    String prefix = name.isEmpty() ? "" : name + ".";
    if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> item : map.entrySet()) {
        collect(prefix + item.getKey(), item.getValue(), depth + 1);
      }
      return;
    }
    Object[] items = value instanceof List<?> list ? list.toArray() : (Object[]) value;
    for (int i = 0; i < items.length; i++) {
      collect(prefix + i, items[i], depth + 1);
    }
  }
}
