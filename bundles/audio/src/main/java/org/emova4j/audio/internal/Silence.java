package org.emova4j.audio.internal;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.SilenceTrim;

/** Finds where sound begins and ends. */
final class Silence {
  private static final int WINDOWS_PER_SECOND = 100;

  private Silence() {}

  /** The passage without the silence at its ends; empty if all of it is silence. */
  static Optional<Passage> trimmed(Passage sound, SilenceTrim trim) {
    int window = Math.max(1, sound.rate() / WINDOWS_PER_SECOND);
    double threshold = Math.pow(10, trim.threshold() / 10);
    int windows = (sound.length() + window - 1) / window;
    int first = 0;
    while (first < windows && isSilent(sound, first, window, threshold)) {
      first++;
    }
    if (first == windows) {
      return Optional.empty();
    }
    int last = windows - 1;
    while (isSilent(sound, last, window, threshold)) {
      last--;
    }
    long padding = Math.round(trim.padding().toNanos() / 1e9 * sound.rate());
    long from = Math.max(sound.from(), sound.from() + (long) first * window - padding);
    long to = Math.min(sound.to(), sound.from() + (last + 1L) * window + padding);
    return Optional.of(new Passage(sound.sides(), sound.channels(), (int) from, (int) to));
  }

  /** On every side. */
  private static boolean isSilent(Passage sound, int index, int window, double threshold) {
    int from = sound.from() + index * window;
    int to = Math.min(sound.to(), from + window);
    List<Audio> sides = sound.sides();
    for (Audio side : sides) {
      FloatBuffer samples = side.buffer();
      double sum = 0;
      for (int i = from; i < Math.min(to, side.length()); i++) {
        sum += (double) samples.get(i) * samples.get(i);
      }
      if (sum > threshold * (to - from)) {
        return false;
      }
    }
    return true;
  }
}
