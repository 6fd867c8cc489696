package org.emova4j.api.chat;

import static java.util.Objects.requireNonNull;

import org.emova4j.api.audio.Audio;

/** What happens in a dialogue, as it happens. {@link Finished} is always the last. */
public sealed interface DialogueEvent {
  /** What the model wrote. */
  record Wrote(ChatEvent event) implements DialogueEvent {
    public Wrote {
      requireNonNull(event, "event");
    }
  }

  /**
   * The next piece of the spoken answer. The pieces of a dialogue, joined, are the result's audio.
   */
  record Spoke(Audio audio) implements DialogueEvent {
    public Spoke {
      requireNonNull(audio, "audio");
    }
  }

  /** All of it. */
  record Finished(DialogueResult result) implements DialogueEvent {
    public Finished {
      requireNonNull(result, "result");
    }
  }
}
