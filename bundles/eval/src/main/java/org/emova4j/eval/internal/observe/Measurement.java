package org.emova4j.eval.internal.observe;

import java.io.IOException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.eval.Corpus;

/** What is done with each recording. Safe for concurrent use. */
public interface Measurement {
  /** For people, and unique in a run, e.g. {@code tokenizer lite}. */
  String name();

  /** All that its results depend on, beside the recording. */
  String fingerprint();

  /**
   * @throws SpeechException if a part fails
   * @throws IOException if a file or a recogniser fails
   */
  Observation measure(Corpus.Item item) throws SpeechException, IOException, InterruptedException;
}
