package org.emova4j.runtime.cli;

import java.util.Optional;
import org.emova4j.api.chat.ChatMode;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.style.Style;
import org.emova4j.api.vision.Detail;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Speech to text. */
@Command(
    name = "asr",
    description = "Writes down what a recording says, by a language model that hears speech units.",
    footer = {
      "",
      "Examples:",
      "  emova asr --llm http://localhost:8000/v1 --model emova-7b question.wav",
      "  emova asr question.wav --json",
    })
final class AsrCommand extends DialogueCommand {
  @Parameters(index = "0", paramLabel = "AUDIO", description = "Recording; - is standard input.")
  String audio;

  @Mixin PartOptions parts = new PartOptions();
  @Mixin DecodingOptions decoding = new DecodingOptions();

  AsrCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws Exception {
    return ask(
        new Question(
            ChatMode.ASR,
            "",
            Optional.of(audio),
            Optional.empty(),
            Detail.BALANCED,
            ChatRequest.DEFAULT_SYSTEM,
            Style.DEFAULT,
            parts,
            decoding,
            Optional.empty(),
            false),
        new EncodingOptions());
  }
}
