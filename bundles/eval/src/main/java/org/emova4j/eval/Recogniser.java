package org.emova4j.eval;

import java.io.IOException;
import org.emova4j.api.audio.Audio;
import org.osgi.annotation.versioning.ConsumerType;

/** Hears words in speech. Safe for concurrent use. */
@ConsumerType
public interface Recogniser {
  /** Which one it is: what it heard is heard again when this changes. */
  String name();

  /**
   * @param speech mono, of any rate
   * @return the words, as one text; empty if none were heard
   * @throws IOException if it fails, with the reason
   */
  String recognise(Audio speech) throws IOException, InterruptedException;
}
