package org.emova4j.api.chat;

import java.util.Optional;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.SpeechException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An answer while it is being made. Whoever opened it closes it. Confined to one thread, except for
 * {@link #close()}.
 */
@ProviderType
public interface ChatStream extends AutoCloseable {
  /**
   * Waits for the next event.
   *
   * @return empty after {@link ChatEvent.Done}
   * @throws LanguageModelException if the model, or the way to it, fails; events that came before
   *     remain valid, and the stream is over
   * @throws SpeechException if an in-process model fails
   */
  Optional<ChatEvent> next() throws SpeechException;

  /**
   * Ends the answer, and the work on it, wherever it is done. From any thread, any number of times;
   * a {@link #next()} that waits returns {@link ChatEvent.Done} with {@link
   * ChatEvent.Finish#CANCELLED} soon.
   */
  @Override
  void close();
}
