package org.emova4j.runtime.cli;

import java.util.Optional;
import org.emova4j.api.chat.ChatMode;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.vision.Detail;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Text to speech. */
@Command(
    name = "say",
    description = "Speaks a text, by a language model that writes speech units.",
    footer = {
      "",
      "Examples:",
      "  emova say \"Good morning\" --emotion happy --out hi.wav",
      "  emova say - --out news.mp3 --speaker male --llm http://localhost:8000/v1 < news.txt",
    })
final class SayCommand extends DialogueCommand {
  @Parameters(index = "0", paramLabel = "TEXT", description = "What to say; - is standard input.")
  String text;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      required = true,
      description = "Result; - is standard output.")
  String output;

  @Option(names = "--whole", description = "Speak in one piece when all units are there.")
  boolean whole;

  @Mixin LabelOptions style = new LabelOptions();
  @Mixin PartOptions parts = new PartOptions();
  @Mixin EncodingOptions encoding = new EncodingOptions();

  SayCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws Exception {
    return ask(
        new Question(
            ChatMode.TTS,
            text(text),
            Optional.empty(),
            Optional.empty(),
            Detail.BALANCED,
            ChatRequest.DEFAULT_SYSTEM,
            style.style(),
            parts,
            new DecodingOptions(),
            Optional.of(output),
            whole),
        encoding);
  }
}
