package org.emova4j.eval.internal.recognise;

import java.util.OptionalInt;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.EncodeOptions;

/** What all recognisers are given, and how what they heard is kept. */
final class Spoken {
  private static final int RATE = 16_000;

  /** What every recogniser reads. */
  static final EncodeOptions FORMAT =
      new EncodeOptions(AudioFormat.WAV, OptionalInt.of(RATE), OptionalInt.empty(), 1);

  private Spoken() {}

  static String oneLine(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }
}
