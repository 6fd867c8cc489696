package org.emova4j.llm.format;

import java.util.List;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.chat.Turn;
import org.emova4j.api.unit.UnitSequence;

/**
 * The texts that EMOVA's models were trained with, which must match to the byte: odd spellings
 * included.
 */
public final class Prompts {
  /** Before the units of speech that is to be written down. */
  public static final String ASR =
      "Please recognize the text corresponding to the follwing speech.\n";

  /** Before text that is to be spoken. */
  public static final String TTS =
      "Please synthesize the speech corresponding to the follwing text.\n";

  /**
   * Before the units of a spoken question. Its line breaks are a backslash and an n each, and one
   * of its commas is U+FF0C: the training code has it in a raw string.
   */
  public static final String CHAT =
      "Please recognize the texts, emotion and pitch from the user question speech units and provide"
          + " the texts, emotion, pitch and speech units for the assistant response. "
          + "\\nEmotion should be chosen from [\"neutral\", \"happy\", \"sad\", \"angry\","
          + " \"surprised\", \"disgusted\", \"fearful\"]. "
          + "\\nPitch should be chosen from [\"low\", \"normal\", \"high\"]."
          + "\\nYour output should be in json format."
          + "\\nAn output example is:"
          + "\\n{\"user question text\": \"\", \"user question emotion\": \"\", \"user question"
          + " pitch\": \"\", \"assistant response text\": \"\", \"assistant response emotion\":"
          + " \"\", \"assistant response pitch\": \"\"\uFF0C\"assistant response speech\": \"\"}"
          + "\\n\\nuser question speech:";

  /** Stands for an image in a rendered prompt, on a line of its own. */
  public static final String IMAGE = "<image>";

  /** Ends a message. */
  public static final String END_OF_MESSAGE = "<|im_end|>";

  /** Ends a text. */
  public static final String END_OF_TEXT = "<|endoftext|>";

  private static final String START = "<|im_start|>";
  private static final List<String> CONTROL = List.of(START, END_OF_MESSAGE, END_OF_TEXT, IMAGE);

  private Prompts() {}

  /** The user's message without any image: instruction and units, instruction and text, or text. */
  public static String question(ChatRequest request) {
    return switch (request.mode()) {
      case TEXT -> plain(request.text());
      case IMAGE_TEXT -> plain(request.text()).strip();
      case ASR -> ASR + units(request);
      case TTS -> TTS + plain(request.text());
      case SPEECH, IMAGE_SPEECH -> CHAT + units(request);
    };
  }

  private static String units(ChatRequest request) {
    return request.speech().map(UnitSequence::reduced).orElseThrow().toText();
  }

  /**
   * Without what has a meaning of its own in a prompt: a text must not be able to end its own
   * message and begin another, or ask for an image that isn't there.
   */
  public static String plain(String text) {
    String cleaned = text;
    String before;
    do { // what is left may join to one of them again
      before = cleaned;
      for (String token : CONTROL) {
        cleaned = cleaned.replace(token, "");
      }
    } while (!cleaned.equals(before));
    return cleaned;
  }

  /**
   * The whole conversation in ChatML as Qwen2 models read it, up to where the answer begins.
   *
   * @param withImages whether {@link #IMAGE} stands where an image belongs
   */
  public static String render(ChatRequest request, boolean withImages) {
    StringBuilder prompt = new StringBuilder();
    message(prompt, "system", plain(request.system()));
    for (Turn turn : request.history()) {
      message(
          prompt, "user", image(withImages && turn.image().isPresent()) + plain(turn.question()));
      message(prompt, "assistant", plain(turn.answer()));
    }
    message(prompt, "user", image(withImages && request.image().isPresent()) + question(request));
    return prompt.append(START).append("assistant\n").toString();
  }

  private static String image(boolean there) {
    return there ? IMAGE + "\n" : "";
  }

  private static void message(StringBuilder prompt, String role, String content) {
    prompt.append(START).append(role).append('\n').append(content).append(END_OF_MESSAGE);
    prompt.append('\n');
  }
}
