package org.emova4j.eval.internal.figure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.emova4j.eval.Corpus;
import org.emova4j.eval.internal.observe.Observation;
import org.emova4j.eval.metric.CtmFiles;
import org.emova4j.eval.metric.TextGrids;
import org.emova4j.eval.metric.Tier;

/** Which phone is said when, of each recording for which that is known. */
public final class Alignments {
  private static final List<String> PHONE_TIERS = List.of("phones", "phone", "segments", "mau");

  private final Map<String, Tier> tiers;
  private final String source;

  private Alignments(Map<String, Tier> tiers, String source) {
    this.tiers = tiers;
    this.source = source;
  }

  /**
   * Those of the corpus, from TextGrid and CTM files.
   *
   * @throws IOException if one can't be read, or has no tier of phones: says which and why
   */
  public static Alignments read(Corpus corpus) throws IOException {
    Map<String, Tier> tiers = new HashMap<>();
    Map<Path, Map<String, Tier>> lists = new HashMap<>();
    for (Corpus.Item item : corpus.items()) {
      if (item.alignment().isEmpty()) {
        continue;
      }
      Path file = item.alignment().get();
      if (file.toString().toLowerCase(Locale.ROOT).endsWith(".ctm")) {
        if (!lists.containsKey(file)) {
          lists.put(file, CtmFiles.read(file));
        }
        tiers.put(item.name(), listed(file, lists.get(file), item));
      } else {
        tiers.put(item.name(), phones(file, TextGrids.read(file)));
      }
    }
    return new Alignments(tiers, "alignments");
  }

  /** Those that a tokenizer's own phone head heard. */
  public static Alignments heard(String tokenizer, Map<Corpus.Item, Observation> seen) {
    Map<String, Tier> tiers = new HashMap<>();
    seen.forEach(
        (item, observation) -> {
          if (!observation.phones().isEmpty()) {
            tiers.put(item.name(), new Tier("phones", observation.phones()));
          }
        });
    return new Alignments(tiers, "the phone head of " + tokenizer);
  }

  private static Tier listed(Path file, Map<String, Tier> list, Corpus.Item item)
      throws IOException {
    String name = item.file().getFileName().toString();
    String stem = name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name;
    Tier tier = list.size() == 1 ? list.values().iterator().next() : list.get(stem);
    if (tier == null) {
      throw new IOException("%s: has no recording \"%s\"".formatted(file, stem));
    }
    return tier;
  }

  private static Tier phones(Path file, List<Tier> tiers) throws IOException {
    if (tiers.size() == 1) {
      return tiers.get(0);
    }
    return tiers.stream()
        .filter(tier -> PHONE_TIERS.contains(tier.name().toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new IOException(
                    "%s: none of its tiers %s is called \"phones\""
                        .formatted(file, tiers.stream().map(Tier::name).toList())));
  }

  /** Where they are from, for people. */
  public String source() {
    return source;
  }

  public boolean isEmpty() {
    return tiers.isEmpty();
  }

  public Optional<Tier> of(Corpus.Item item) {
    return Optional.ofNullable(tiers.get(item.name()));
  }
}
