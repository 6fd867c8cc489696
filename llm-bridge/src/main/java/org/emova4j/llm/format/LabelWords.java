package org.emova4j.llm.format;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.emova4j.api.chat.ChatEvent;

/** EMOVA's labels: what is none of them is the default. */
final class LabelWords {
  private static final Set<String> EMOTIONS =
      Set.of("neutral", "happy", "sad", "angry", "surprised", "disgusted", "fearful");
  private static final Set<String> PITCHES = Set.of("low", "normal", "high");
  private static final Set<String> SPEEDS = Set.of("slow", "normal", "fast");

  private LabelWords() {}

  /** Empty values are no values: a model that copies the example writes those. */
  static ChatEvent.Labels labels(String emotion, String pitch, String speed) {
    return new ChatEvent.Labels(
        label(emotion, EMOTIONS, "neutral"),
        label(pitch, PITCHES, "normal"),
        label(speed, SPEEDS, "normal"));
  }

  private static Optional<String> label(String written, Set<String> known, String other) {
    String word = written.strip().toLowerCase(Locale.ROOT);
    return word.isEmpty() ? Optional.empty() : Optional.of(known.contains(word) ? word : other);
  }
}
