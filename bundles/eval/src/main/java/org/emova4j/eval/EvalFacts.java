package org.emova4j.eval;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.emova4j.eval.internal.Hashes;

/**
 * What made a report.
 *
 * @param title for people
 * @param command as it can be given again
 * @param corpus its name
 * @param recordings how many it has
 * @param speakers how many it has; 0 if it names none
 * @param corpusHash changes when a recording, its transcript or label does
 * @param parts that were measured or used
 * @param environment versions and machine, by name
 * @param settings by name
 * @param made when
 */
public record EvalFacts(
    String title,
    String command,
    String corpus,
    int recordings,
    int speakers,
    String corpusHash,
    List<Subject.PartFacts> parts,
    Map<String, String> environment,
    Map<String, String> settings,
    Instant made) {
  public EvalFacts {
    parts = List.copyOf(parts);
    environment = new LinkedHashMap<>(environment);
    settings = new LinkedHashMap<>(settings);
  }

  /**
   * @param contents SHA-256 of each recording's content, by name
   */
  public static String hash(Corpus corpus, Map<String, String> contents) {
    return Hashes.of(
        corpus.items().stream()
            .map(
                item ->
                    "%s %s %s %s %s"
                        .formatted(
                            contents.getOrDefault(item.name(), ""),
                            item.transcript(),
                            item.speaker(),
                            item.gender(),
                            item.emotion()))
            .toArray(String[]::new));
  }
}
