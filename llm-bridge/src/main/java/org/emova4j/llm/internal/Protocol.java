package org.emova4j.llm.internal;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.speech.LanguageModelException;

/** How a kind of server is spoken to. Safe for concurrent use. */
interface Protocol {
  /** Whether images can be sent. */
  boolean sendsImages();

  /**
   * Asks. Nothing is sent before the first call of {@link DeltaSource#next()}.
   *
   * @param model the model's name on the server
   */
  DeltaSource ask(ChatRequest request, String model) throws LanguageModelException;

  /**
   * The models that the server has; empty if it doesn't say.
   *
   * @throws LanguageModelException if it can't be reached
   */
  Optional<List<Listed>> models() throws LanguageModelException;

  /**
   * The tokens of a text, special ones included; empty if the server doesn't say.
   *
   * @throws LanguageModelException if it can't be reached
   */
  Optional<List<Long>> tokenize(String text, String model) throws LanguageModelException;

  /**
   * A model on a server.
   *
   * @param contextTokens its context, if the server says so
   * @param mayHideUnits whether the server may know the units and still leave them out of answers
   */
  record Listed(String name, OptionalInt contextTokens, boolean mayHideUnits) {}
}
