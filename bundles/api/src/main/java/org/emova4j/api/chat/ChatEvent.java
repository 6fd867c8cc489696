package org.emova4j.api.chat;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A piece of a model's answer. Events come in the order in which the model writes, which normally
 * is that of this file; each kind may be absent, a style always comes before the first unit, and
 * {@link Done} is always the last. Which piece of text a delta ends with is the stream's business:
 * only the concatenation has meaning.
 */
public sealed interface ChatEvent {
  /** More of what the model heard the user say; in {@link ChatMode#ASR} that is the answer. */
  record QuestionText(String delta) implements ChatEvent {
    public QuestionText {
      requireNonNull(delta, "delta");
    }
  }

  /** How the model heard the user say it, once. */
  record QuestionLabels(Labels labels) implements ChatEvent {
    public QuestionLabels {
      requireNonNull(labels, "labels");
    }
  }

  /** More of the answer. */
  record AnswerText(String delta) implements ChatEvent {
    public AnswerText {
      requireNonNull(delta, "delta");
    }
  }

  /** How the answer is to be said: once, before its first unit. */
  record AnswerStyle(Labels labels) implements ChatEvent {
    public AnswerStyle {
      requireNonNull(labels, "labels");
    }
  }

  /**
   * One unit of the answer's speech.
   *
   * @param id in the model's codebook
   */
  record Unit(int id) implements ChatEvent {}

  /**
   * The end.
   *
   * @param finish why the model stopped
   * @param defect what is wrong with the answer, if anything; what was understood of it came in
   *     earlier events
   * @param usage tokens, as far as the back end says
   */
  record Done(Finish finish, Optional<Defect> defect, Usage usage) implements ChatEvent {
    public Done {
      requireNonNull(finish, "finish");
      requireNonNull(defect, "defect");
      requireNonNull(usage, "usage");
    }
  }

  /**
   * Labels of EMOVA's vocabulary; what a model writes outside it is read as {@code neutral} and
   * {@code normal}.
   *
   * @param emotion neutral, happy, sad, angry, surprised, disgusted or fearful; empty if the model
   *     said none
   * @param pitch low, normal or high; empty if the model said none
   * @param speed slow, normal or fast; empty if the model said none
   */
  record Labels(Optional<String> emotion, Optional<String> pitch, Optional<String> speed) {
    public Labels {
      requireNonNull(emotion, "emotion");
      requireNonNull(pitch, "pitch");
      requireNonNull(speed, "speed");
    }
  }

  /** Why a model stopped. */
  enum Finish {
    /** It was done. */
    STOP,
    /** {@link Sampling#maxTokens} or the context was used up. */
    LENGTH,
    /** The stream was closed. */
    CANCELLED,
    /** The back end didn't say. */
    UNKNOWN
  }

  /** What is wrong with an answer that should have held speech. */
  enum Defect {
    /** It ends in the middle. */
    TRUNCATED,
    /** It holds no speech units. */
    NO_UNITS,
    /** It is not of the expected form; what could be read was. */
    MALFORMED
  }

  /**
   * Tokens.
   *
   * @param prompt of the question, images included
   * @param completion of the answer
   */
  record Usage(OptionalInt prompt, OptionalInt completion) {
    public static final Usage UNKNOWN = new Usage(OptionalInt.empty(), OptionalInt.empty());

    public Usage {
      requireNonNull(prompt, "prompt");
      requireNonNull(completion, "completion");
    }
  }
}
