package org.emova4j.api.chat;

import java.util.Optional;
import org.emova4j.api.speech.SpeechException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A dialogue while it happens. Whoever opened it closes it. Confined to one thread, except for
 * {@link #close()}.
 */
@ProviderType
public interface DialogueStream extends AutoCloseable {
  /**
   * Waits for the next event. The speech of an answer is made in here, between events.
   *
   * @return empty after {@link DialogueEvent.Finished}
   * @throws SpeechException if it fails before anything was understood; what fails later is told by
   *     {@link DialogueResult#problem()}
   */
  Optional<DialogueEvent> next() throws SpeechException;

  /**
   * Ends the answer. From any thread, any number of times; what was understood until then still
   * comes as {@link DialogueEvent.Finished}.
   */
  @Override
  void close();
}
