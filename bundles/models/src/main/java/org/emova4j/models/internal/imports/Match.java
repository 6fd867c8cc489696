package org.emova4j.models.internal.imports;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.emova4j.api.speech.ModelUnavailableException;

/**
 * Which tensors of a set are which of a layout.
 *
 * @param tensors found ones by official name, in the layout's order
 * @param notes what was left over or is missing without harm
 */
record Match(Map<String, TensorSet.Place> tensors, List<String> notes) {
  /**
   * @param prefix the one that the user wants, if any
   * @throws ModelUnavailableException if tensors are missing, of other shapes or types, or if
   *     several prefixes fit; names them
   */
  static Match of(Layout layout, TensorSet set, String anchor, Optional<String> prefix)
      throws ModelUnavailableException {
    String before = prefix(layout, set, anchor, prefix);
    Map<String, TensorSet.Place> found = new LinkedHashMap<>();
    List<String> notes = new ArrayList<>();
    List<String> missing = take(layout.needed(), set, before, found);
    if (!missing.isEmpty()) {
      throw new ModelUnavailableException(
          "%s: %d of %d tensors are missing%s: %s"
              .formatted(
                  set.source(),
                  missing.size(),
                  layout.needed().size(),
                  before.isEmpty() ? "" : " under \"" + before + "\"",
                  Listing.of(missing)));
    }
    for (Layout.Group group : layout.groups()) {
      Map<String, TensorSet.Place> some = new LinkedHashMap<>();
      List<String> without = take(group.tensors(), set, before, some);
      if (without.isEmpty()) {
        found.putAll(some);
      } else if (some.isEmpty()) {
        notes.add("there is no %s".formatted(group.use().replaceFirst("^the ", "")));
      } else {
        throw new ModelUnavailableException(
            "%s: %s is incomplete: %s missing"
                .formatted(
                    set.source(),
                    group.use(),
                    Listing.of(without) + (without.size() == 1 ? " is" : " are")));
      }
    }
    notes.addAll(leftOvers(layout, set, before, found));
    return new Match(found, notes);
  }

  private static String prefix(Layout layout, TensorSet set, String anchor, Optional<String> wanted)
      throws ModelUnavailableException {
    SortedSet<String> prefixes = set.prefixes(anchor);
    if (wanted.isPresent()) {
      if (!prefixes.contains(wanted.get())) {
        throw new ModelUnavailableException(
            "%s: no network has the prefix \"%s\"; there are %s"
                .formatted(set.source(), wanted.get(), quoted(prefixes)));
      }
      return wanted.get();
    }
    List<String> complete =
        prefixes.stream()
            .filter(
                p -> layout.needed().stream().allMatch(t -> set.places().containsKey(p + t.name())))
            .toList();
    if (complete.size() == 1 || (complete.isEmpty() && prefixes.size() == 1)) {
      return complete.isEmpty() ? prefixes.first() : complete.get(0);
    }
    throw new ModelUnavailableException(
        "%s holds the network %s times, under the prefixes %s: say which one is meant"
            .formatted(set.source(), prefixes.size(), quoted(prefixes)));
  }

  private static String quoted(Iterable<String> prefixes) {
    List<String> quoted = new ArrayList<>();
    prefixes.forEach(p -> quoted.add("\"" + p + "\""));
    return Listing.of(quoted);
  }

  /** Puts what is there into {@code found}, and returns what isn't. */
  private static List<String> take(
      List<Layout.Tensor> wanted, TensorSet set, String prefix, Map<String, TensorSet.Place> found)
      throws ModelUnavailableException {
    List<String> missing = new ArrayList<>();
    for (Layout.Tensor tensor : wanted) {
      TensorSet.Place place = set.places().get(prefix + tensor.name());
      if (place == null) {
        missing.add(tensor.name());
        continue;
      }
      long[] shape = place.tensor().shape();
      if (!tensor.fits(shape)) {
        throw new ModelUnavailableException(
            "%s: tensor %s has the shape %s, expected %s"
                .formatted(
                    place.checkpoint().file(),
                    place.name(),
                    java.util.Arrays.toString(shape),
                    java.util.Arrays.toString(tensor.shape()).replace("-1", "any")));
      }
      if (!place.tensor().type().isFloat()) {
        throw new ModelUnavailableException(
            "%s: tensor %s is of type %s, expected F32, F16, BF16 or F64"
                .formatted(place.checkpoint().file(), place.name(), place.tensor().type()));
      }
      found.put(tensor.name(), place);
    }
    return missing;
  }

  /** What nothing needs, by what it is, or by the first part of its name. */
  private static List<String> leftOvers(
      Layout layout, TensorSet set, String prefix, Map<String, TensorSet.Place> found) {
    SortedMap<String, List<String>> known = new TreeMap<>();
    List<String> unknown = new ArrayList<>();
    SortedMap<String, List<String>> elsewhere = new TreeMap<>();
    for (String name : set.places().keySet()) {
      if (!name.startsWith(prefix)) {
        String top = name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
        elsewhere.computeIfAbsent(top, t -> new ArrayList<>()).add(name);
        continue;
      }
      String rest = name.substring(prefix.length());
      if (found.containsKey(rest)) {
        continue;
      }
      Optional<Layout.Unused> reason =
          layout.unused().stream().filter(u -> u.names().matcher(rest).matches()).findFirst();
      if (reason.isPresent()) {
        known.computeIfAbsent(reason.get().what(), w -> new ArrayList<>()).add(rest);
      } else {
        unknown.add(rest);
      }
    }
    List<String> notes = new ArrayList<>();
    known.forEach(
        (what, names) -> notes.add("left out %d tensors of %s".formatted(names.size(), what)));
    elsewhere.forEach(
        (top, names) -> notes.add("left out %d tensors under \"%s\"".formatted(names.size(), top)));
    if (!unknown.isEmpty()) {
      notes.add("left out %d unknown tensors: %s".formatted(unknown.size(), Listing.of(unknown)));
    }
    return notes;
  }
}
