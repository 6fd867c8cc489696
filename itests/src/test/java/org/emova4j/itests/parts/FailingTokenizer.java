package org.emova4j.itests.parts;

import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;

/** Can't be made. */
public final class FailingTokenizer implements SpeechTokenizer {
  public FailingTokenizer() {
    throw new IllegalStateException("the constructor can't find its table");
  }

  @Override
  public Codebook codebook() {
    throw new AssertionError();
  }

  @Override
  public int sampleRate() {
    throw new AssertionError();
  }

  @Override
  public UnitSequence tokenize(Audio speech) {
    throw new AssertionError();
  }
}
