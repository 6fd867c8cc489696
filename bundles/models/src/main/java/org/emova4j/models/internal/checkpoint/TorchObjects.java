package org.emova4j.models.internal.checkpoint;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The few classes and functions that a PyTorch checkpoint needs to describe tensors. */
final class TorchObjects implements Pickle.Types {
  private static final String STORAGE_MODULE = "torch.";

  /** Finds where a storage lies. */
  interface Storages {
    Storage find(String key) throws IOException, FormatException;
  }

  private enum Function {
    ORDERED_DICT("collections.OrderedDict"),
    TENSOR_2("torch._utils._rebuild_tensor_v2"),
    TENSOR("torch._utils._rebuild_tensor"),
    PARAMETER("torch._utils._rebuild_parameter");

    private final String global;

    Function(String global) {
      this.global = global;
    }
  }

  private record StorageClass(ElementType type) {}

  private record TypedStorage(ElementType type, long elements, Storage storage) {}

  private final Storages storages;
  private final Map<String, Storage> known = new HashMap<>();
  private final Map<String, Long> claims = new HashMap<>();

  TorchObjects(Storages storages) {
    this.storages = storages;
  }

  /** All storages that were referred to, by key. */
  Map<String, Storage> storages() {
    return known;
  }

  /** How many bytes the pickle says that a storage has. */
  long claimedBytes(String key) {
    return claims.get(key);
  }

  @Override
  public Object global(String name) throws FormatException {
    for (Function function : Function.values()) {
      if (function.global.equals(name)) {
        return function;
      }
    }
    Optional<ElementType> type =
        name.startsWith(STORAGE_MODULE)
            ? ElementType.ofStorage(name.substring(STORAGE_MODULE.length()))
            : Optional.empty();
    if (type.isPresent()) {
      return new StorageClass(type.get());
    }
    if (name.matches("torch\\.\\w+Storage")) {
      throw new FormatException(
          "its tensors are of the unknown type %s".formatted(Text.printable(name)));
    }
    throw new FormatException(
        "its pickle refers to %s, which is no tensor, dictionary, list, number or string; nothing of"
                .formatted(Text.printable(name))
            + " it was run (a checkpoint saved again with only its state_dict can be read)");
  }

  @Override
  public Object call(Object callable, Object[] arguments) throws FormatException {
    if (!(callable instanceof Function function)) {
      throw new FormatException(
          "its pickle calls something that is no function: " + Pickle.kind(callable));
    }
    return switch (function) {
      case ORDERED_DICT -> dictionary(arguments);
      case TENSOR_2 -> tensor(arguments, 6, 7);
      case TENSOR -> tensor(arguments, 4, 4);
      case PARAMETER -> {
        if (arguments.length != 3 || !(arguments[0] instanceof StoredTensor)) {
          throw wrongArguments(function);
        }
        yield arguments[0];
      }
    };
  }

  private static FormatException wrongArguments(Function function) {
    return new FormatException(
        "its pickle calls %s with arguments that do not fit".formatted(function.global));
  }

  private static Map<Object, Object> dictionary(Object[] arguments) throws FormatException {
    Map<Object, Object> map = new LinkedHashMap<>();
    if (arguments.length == 1 && arguments[0] instanceof List<?> pairs) {
      for (Object pair : pairs) {
        // Python 2 wrote pairs as lists.
        Object[] item = pair instanceof List<?> list ? list.toArray() : new Object[0];
        if (item.length != 2) {
          throw wrongArguments(Function.ORDERED_DICT);
        }
        map.put(Pickle.key(item[0]), item[1]);
      }
    } else if (arguments.length != 0) {
      throw wrongArguments(Function.ORDERED_DICT);
    }
    return map;
  }

  private static StoredTensor tensor(Object[] arguments, int least, int most)
      throws FormatException {
    if (arguments.length < least
        || arguments.length > most
        || !(arguments[0] instanceof TypedStorage storage)
        || !(arguments[1] instanceof Long offset)) {
      throw wrongArguments(Function.TENSOR_2);
    }
    return StoredTensor.of(
        storage.type,
        longs(arguments[2]),
        longs(arguments[3]),
        offset,
        storage.storage,
        storage.elements);
  }

  private static long[] longs(Object tuple) throws FormatException {
    if (!(tuple instanceof Object[] items) || items.length > StoredTensor.MAX_RANK) {
      throw wrongArguments(Function.TENSOR_2);
    }
    long[] values = new long[items.length];
    for (int i = 0; i < values.length; i++) {
      if (!(items[i] instanceof Long value)) {
        throw wrongArguments(Function.TENSOR_2);
      }
      values[i] = value;
    }
    return values;
  }

  /** ('storage', type, key, location, elements), and in old files what it is a part of. */
  @Override
  public Object persistent(Object id) throws IOException, FormatException {
    if (!(id instanceof Object[] parts)
        || parts.length < 5
        || parts.length > 6
        || !"storage".equals(parts[0])
        || !(parts[1] instanceof StorageClass type)
        || !(parts[2] instanceof String key)
        || !(parts[4] instanceof Long elements)) {
      throw new FormatException("its pickle refers to something that is no storage");
    }
    if (parts.length == 6 && parts[5] != Pickle.NONE) {
      throw new FormatException(
          "its storage %s is part of another one, which only very old files have"
              .formatted(Text.printable(key)));
    }
    if (elements < 0 || elements > Long.MAX_VALUE / type.type.size) {
      throw new FormatException(
          "its storage %s has %d elements".formatted(Text.printable(key), elements));
    }
    long bytes = elements * type.type.size;
    Storage storage = known.get(key);
    if (storage == null) {
      storage = storages.find(key);
      known.put(key, storage);
      claims.put(key, bytes);
    }
    long most = storage.isPlaced() ? storage.bytes() : claims.get(key);
    if (bytes > most) {
      throw new FormatException(
          "its storage %s has %d bytes, its pickle says %d"
              .formatted(Text.printable(key), most, bytes));
    }
    return new TypedStorage(type.type, elements, storage);
  }
}
