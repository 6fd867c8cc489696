package org.emova4j.gateway.internal.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.chat.ChatMode;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.chat.DialogueRequest;
import org.emova4j.api.chat.Sampling;
import org.emova4j.api.chat.Turn;
import org.emova4j.api.speech.ConversionRequest.Parts;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.style.Style;
import org.emova4j.api.vision.Detail;
import org.emova4j.api.vision.ImageInfo;
import org.emova4j.api.vision.PreparedImage;
import org.emova4j.gateway.internal.GatewaySettings.Limits;
import org.emova4j.gateway.internal.http.ApiException;
import org.emova4j.gateway.internal.http.Exchange;
import org.emova4j.gateway.internal.http.Form.Upload;
import org.emova4j.gateway.internal.parts.SpeechServices;

/** Makes a dialogue's request of the messages of a chat. */
final class Asking {
  private final SpeechServices services;
  private final Sounds sounds;
  private final Limits limits;

  Asking(SpeechServices services, Sounds sounds, Limits limits) {
    this.services = services;
    this.sounds = sounds;
    this.limits = limits;
  }

  /**
   * How a question is to be answered.
   *
   * @param model id of a language model, if one is named
   * @param style that overrides what the model chooses
   * @param parts that are named
   * @param sampling how the words are picked
   */
  record Manner(Optional<String> model, Style style, Parts parts, Sampling sampling) {}

  /**
   * A question in the form that the dialogue takes.
   *
   * @param request itself
   * @param ignored what of the messages the model does not read in this mode
   */
  record Prepared(DialogueRequest request, List<String> ignored) {
    Prepared {
      ignored = List.copyOf(ignored);
    }
  }

  Prepared prepare(Exchange exchange, Question question, Manner manner)
      throws SpeechException, IOException {
    Question.Message last = question.last();
    boolean spoken = last.audio().isPresent();
    boolean seen = last.image().isPresent();
    ChatMode mode =
        spoken
            ? (seen ? ChatMode.IMAGE_SPEECH : ChatMode.SPEECH)
            : (seen ? ChatMode.IMAGE_TEXT : ChatMode.TEXT);
    if (!spoken && last.text().isBlank()) {
      throw ApiException.invalid("messages", "the question is empty");
    }
    List<String> ignored = new ArrayList<>();
    if (spoken && !last.text().isBlank()) {
      ignored.add("text"); // beside a recording this model family reads none
    }
    List<Turn> history = List.of();
    if (mode == ChatMode.TEXT) {
      history = history(exchange, question.turns());
    } else if (!question.turns().isEmpty()) {
      ignored.add("history");
    }
    Optional<PreparedImage> image = Optional.empty();
    if (seen) {
      image = Optional.of(image(exchange, last));
    }
    Optional<Audio> speech = Optional.empty();
    if (spoken) {
      Upload file = exchange.keep("input_audio", last.audio().get());
      int rate = services.dialogue().sampleRate(manner.model(), manner.parts().tokenizer());
      speech = Optional.of(sounds.decode(file, rate));
    }
    DialogueRequest request =
        new DialogueRequest(
            mode,
            spoken ? "" : last.text(),
            image,
            speech,
            history,
            question.system().orElse(ChatRequest.DEFAULT_SYSTEM),
            manner.sampling(),
            manner.style(),
            manner.model(),
            manner.parts(),
            DialogueRequest.Delivery.AT_PAUSES,
            true);
    return new Prepared(request, ignored);
  }

  /** The text of an answer that was not spoken, to be spoken. */
  static DialogueRequest aloud(String text, DialogueRequest asked) {
    return new DialogueRequest(
        ChatMode.TTS,
        text,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        ChatRequest.DEFAULT_SYSTEM,
        asked.sampling(),
        asked.style(),
        asked.model(),
        asked.parts(),
        asked.delivery(),
        true);
  }

  private List<Turn> history(Exchange exchange, List<Question.Earlier> turns)
      throws SpeechException, IOException {
    List<Turn> history = new ArrayList<>();
    for (Question.Earlier turn : turns) {
      Optional<PreparedImage> image = Optional.empty();
      if (turn.question().image().isPresent() && history.isEmpty()) {
        image = Optional.of(image(exchange, turn.question()));
      } else if (turn.question().image().isPresent()) {
        throw ApiException.invalid(
            "messages", "only the first and the last message may have an image");
      }
      history.add(new Turn(image, turn.question().text(), turn.answer()));
    }
    return history;
  }

  private PreparedImage image(Exchange exchange, Question.Message message)
      throws SpeechException, IOException {
    Upload file = exchange.keep("image_url", message.image().orElseThrow());
    Detail detail = message.full() ? Detail.FULL : Detail.BALANCED;
    return services
        .imagePreparers()
        .call(
            Optional.empty(),
            preparer -> {
              try {
                requireSmall(preparer.inspect(file.path(), detail));
                return preparer.prepare(file.path(), detail);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  private void requireSmall(ImageInfo info) {
    long pixels = (long) info.width() * info.height();
    if (pixels > limits.pixels()) {
      throw ApiException.refused(
              413,
              "too_large",
              "the image has %d x %d pixels, the limit is %d"
                  .formatted(info.width(), info.height(), limits.pixels()))
          .about("image_url");
    }
  }
}
