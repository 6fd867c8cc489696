package org.emova4j.style.internal.centroids;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One way to speak, in the reference's words: {@code gender-G_emotion-E_speed-S_pitch-P}. */
record Condition(String gender, String emotion, String speed, String pitch) {
  private static final Pattern GRAMMAR =
      Pattern.compile("gender-([a-z]+)_emotion-([a-z]+)_speed-([a-z]+)_pitch-([a-z]+)");

  static Optional<Condition> parse(String text) {
    Matcher matcher = GRAMMAR.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new Condition(matcher.group(1), matcher.group(2), matcher.group(3), matcher.group(4)))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return "gender-%s_emotion-%s_speed-%s_pitch-%s".formatted(gender, emotion, speed, pitch);
  }
}
