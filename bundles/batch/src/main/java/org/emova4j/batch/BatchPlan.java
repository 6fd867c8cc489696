package org.emova4j.batch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a batch is to do: checked as a whole before it begins.
 *
 * @param items in the order in which to begin them
 * @param unplanned inputs that can't be planned, such as unreadable folders: each a line of the
 *     report
 */
public record BatchPlan(List<BatchItem> items, List<Unplanned> unplanned) {
  /** An input that gives no item, and why. */
  public record Unplanned(Path input, String reason) {}

  /**
   * @throws IllegalArgumentException if two items have one output, or an item would replace an
   *     input; names both
   */
  public BatchPlan {
    items = List.copyOf(items);
    unplanned = List.copyOf(unplanned);
    Map<Path, BatchItem> byOutput = new HashMap<>();
    Map<Path, BatchItem> byInput = new HashMap<>();
    items.forEach(item -> byInput.put(item.input(), item));
    for (BatchItem item : items) {
      BatchItem other = byOutput.put(item.output(), item);
      if (other != null) {
        throw new IllegalArgumentException(
            "%s and %s have the same output %s; a name such as {dir}/{file}.{ext} tells them apart"
                .formatted(other.input(), item.input(), item.output()));
      }
      if (byInput.containsKey(item.output())) {
        throw new IllegalArgumentException(
            "%s is both an input and the output of %s".formatted(item.output(), item.input()));
      }
    }
  }

  /** The plans one after the other. */
  public BatchPlan plus(BatchPlan other) {
    List<BatchItem> all = new ArrayList<>(items);
    all.addAll(other.items);
    List<Unplanned> none = new ArrayList<>(unplanned);
    none.addAll(other.unplanned);
    return new BatchPlan(all, none);
  }

  /** Whether an output is there already. */
  public long existingOutputs() {
    return items.stream().filter(item -> Files.exists(item.output())).count();
  }
}
