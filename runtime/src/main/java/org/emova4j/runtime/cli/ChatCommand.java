package org.emova4j.runtime.cli;

import java.util.Optional;
import org.emova4j.api.chat.ChatMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A question in text, speech and pictures; the answer in text and speech. */
@Command(
    name = "chat",
    description =
        "Asks a language model, by text or by voice, perhaps about a picture. A spoken question"
            + " gets a spoken answer.",
    footer = {
      "",
      "Examples:",
      "  emova chat --llm http://localhost:8000/v1 --model emova-7b \"Who wrote Faust?\"",
      "  emova chat --llm http://localhost:8000/v1 --audio question.wav --out answer.wav",
      "  emova chat --audio question.wav --image photo.jpg --out answer.mp3 --emotion happy",
      "  emova chat --image menu.png \"What is vegetarian?\" --detail full --json",
      "",
      "The answer's text goes to standard output, what was heard to standard error. Models that are",
      "configured in conf/*.json (org.emova4j.llm~NAME) need no --llm.",
    })
final class ChatCommand extends DialogueCommand {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "TEXT",
      description = "The question; - is standard input.")
  String text;

  @Option(
      names = "--audio",
      paramLabel = "FILE",
      description = "A spoken question; - is standard input.")
  String audio;

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description = "What the question is about: a picture, or a film's first.")
  String image;

  @Option(
      names = "--detail",
      paramLabel = "balanced|full",
      description = "How much of the image the model sees.",
      defaultValue = "balanced")
  String detail;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "Where the spoken answer goes; - is standard output.")
  String output;

  @Option(names = "--system", paramLabel = "TEXT", description = "System message.")
  String system;

  @Option(
      names = "--whole",
      description = "Speak the answer in one piece when it is complete, not at its pauses.")
  boolean whole;

  @Mixin LabelOptions style = new LabelOptions();
  @Mixin PartOptions parts = new PartOptions();
  @Mixin DecodingOptions decoding = new DecodingOptions();
  @Mixin EncodingOptions encoding = new EncodingOptions();

  ChatCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws Exception {
    if ((text == null) == (audio == null)) {
      throw new UsageException(
          text == null ? "TEXT or --audio is missing" : "TEXT and --audio exclude each other");
    }
    if (audio == null && output != null) {
      throw new UsageException("--out is for answers to --audio; \"emova say\" speaks a text");
    }
    ChatMode mode =
        audio == null
            ? (image == null ? ChatMode.TEXT : ChatMode.IMAGE_TEXT)
            : (image == null ? ChatMode.SPEECH : ChatMode.IMAGE_SPEECH);
    return ask(
        new Question(
            mode,
            text == null ? "" : text(text),
            Optional.ofNullable(audio),
            Optional.ofNullable(image),
            detail(detail),
            system(system),
            style.style(),
            parts,
            decoding,
            Optional.ofNullable(output),
            whole),
        encoding);
  }
}
