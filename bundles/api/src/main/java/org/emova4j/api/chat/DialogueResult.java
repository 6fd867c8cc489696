package org.emova4j.api.chat;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.style.Style;
import org.emova4j.api.unit.UnitSequence;

/**
 * An answer as far as it was understood.
 *
 * @param model name of the model that answered
 * @param questionText what the model heard the user say; empty if it was not spoken, or not heard
 * @param questionLabels how it heard it said
 * @param answerText what the model answered; empty in {@link ChatMode#ASR} and {@link ChatMode#TTS}
 * @param answerLabels how the model wants it said
 * @param style how it was said: the model's labels under the user's
 * @param units the speech as units
 * @param audio the speech
 * @param problem why something is missing that should be there, one sentence; empty if all is well
 * @param spokenBySecondCall whether the model was asked again to speak its text
 * @param finish why the model stopped
 * @param prompt tokens of the question
 * @param usage tokens as the back end counted them
 * @param timing how long it took
 */
public record DialogueResult(
    String model,
    String questionText,
    Optional<ChatEvent.Labels> questionLabels,
    String answerText,
    Optional<ChatEvent.Labels> answerLabels,
    Optional<Style> style,
    Optional<UnitSequence> units,
    Optional<Audio> audio,
    Optional<String> problem,
    boolean spokenBySecondCall,
    ChatEvent.Finish finish,
    LanguageModel.TokenCount prompt,
    ChatEvent.Usage usage,
    Timing timing) {
  public DialogueResult {
    requireNonNull(model, "model");
    requireNonNull(questionText, "questionText");
    requireNonNull(questionLabels, "questionLabels");
    requireNonNull(answerText, "answerText");
    requireNonNull(answerLabels, "answerLabels");
    requireNonNull(style, "style");
    requireNonNull(units, "units");
    requireNonNull(audio, "audio");
    requireNonNull(problem, "problem");
    requireNonNull(finish, "finish");
    requireNonNull(prompt, "prompt");
    requireNonNull(usage, "usage");
    requireNonNull(timing, "timing");
  }

  /**
   * Times from the call of {@link Dialogue#start}.
   *
   * @param firstWord until the model's first event
   * @param firstAudio until the first piece of speech was there
   * @param total until the end
   */
  public record Timing(
      Optional<Duration> firstWord, Optional<Duration> firstAudio, Duration total) {
    public Timing {
      requireNonNull(firstWord, "firstWord");
      requireNonNull(firstAudio, "firstAudio");
      requireNonNull(total, "total");
    }
  }
}
