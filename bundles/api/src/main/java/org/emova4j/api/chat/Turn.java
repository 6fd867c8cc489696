package org.emova4j.api.chat;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.emova4j.api.vision.PreparedImage;

/**
 * An earlier question and its answer.
 *
 * @param image what the question was about; only the first turn of a conversation may have one
 * @param question what the user wrote, or was heard to say
 * @param answer what the model wrote
 */
public record Turn(Optional<PreparedImage> image, String question, String answer) {
  public Turn {
    requireNonNull(image, "image");
    requireNonNull(question, "question");
    requireNonNull(answer, "answer");
  }

  public static Turn of(String question, String answer) {
    return new Turn(Optional.empty(), question, answer);
  }
}
