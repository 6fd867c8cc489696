package org.emova4j.gateway.internal.api;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.emova4j.gateway.internal.http.ApiException;
import org.emova4j.gateway.internal.parts.Offer;
import org.emova4j.gateway.internal.parts.SpeechServices;

/** Names that clients of OpenAI's bring along, and what they mean here. */
public final class Names {
  private static final Set<String> FOREIGN_MODELS =
      Set.of(
          "default",
          "tts-1",
          "tts-1-hd",
          "gpt-4o-mini-tts",
          "whisper-1",
          "gpt-4o-transcribe",
          "gpt-4o-mini-transcribe",
          "gpt-4o-audio-preview",
          "gpt-audio",
          "gpt-realtime");
  private static final Set<String> FOREIGN_FEMALE =
      Set.of("alloy", "coral", "marin", "nova", "sage", "shimmer");
  private static final Set<String> FOREIGN_MALE =
      Set.of("ash", "ballad", "cedar", "echo", "fable", "onyx", "verse");

  private Names() {}

  /**
   * The language model that is meant; empty for the best-ranked one.
   *
   * @throws ApiException if there is no model of this name
   */
  public static Optional<String> languageModel(Optional<String> name, SpeechServices services) {
    if (name.isEmpty() || FOREIGN_MODELS.contains(name.get())) {
      return Optional.empty();
    }
    List<String> known = services.languageModels().all().stream().map(Offer::id).toList();
    if (services.languageModels().all().stream().anyMatch(o -> o.isCalled(name.get()))) {
      return name;
    }
    throw ApiException.refused(
            404,
            "model_not_found",
            "there is no language model \"%s\"; there are: %s"
                .formatted(name.get(), known.isEmpty() ? "none" : String.join(", ", known)))
        .about("model");
  }

  /** The same for speech that needs no language model: a model's name says nothing then. */
  static void requireAnyModel(Optional<String> name, SpeechServices services) {
    boolean part =
        name.isPresent()
            && (services.vocoders().all().stream().anyMatch(o -> o.isCalled(name.get()))
                || services.tokenizers().all().stream().anyMatch(o -> o.isCalled(name.get())));
    if (!part) {
      languageModel(name, services);
    }
  }

  /** As {@link #speaker(String, List)}, among the speakers of the best style module. */
  public static String speaker(String voice, SpeechServices services) {
    List<String> speakers =
        services.styles().best().map(module -> module.catalogue().speakers()).orElse(List.of());
    return speaker(voice, speakers);
  }

  /** A voice of OpenAI's is the nearest that there is here; any other name is left as it is. */
  static String speaker(String voice, List<String> speakers) {
    if (speakers.contains(voice) || speakers.isEmpty()) {
      return voice;
    }
    if (FOREIGN_FEMALE.contains(voice)) {
      return speakers.contains("female") ? "female" : speakers.get(0);
    }
    if (FOREIGN_MALE.contains(voice)) {
      return speakers.contains("male") ? "male" : speakers.get(0);
    }
    return voice;
  }
}
