package org.emova4j.itests.parts;

import java.time.Duration;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;

/** Writes a codebook that nobody reads. */
public final class StrangeTokenizer implements SpeechTokenizer {
  @Override
  public Codebook codebook() {
    return new Codebook("strange-40ms-64", 64, Duration.ofMillis(40));
  }

  @Override
  public int sampleRate() {
    return 16_000;
  }

  @Override
  public UnitSequence tokenize(Audio speech) {
    throw new AssertionError("a tokenizer that fits nothing must not be asked");
  }
}
