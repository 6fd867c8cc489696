package org.emova4j.runtime.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Slice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A conversation in the terminal. */
@Command(
    name = "talk",
    description = "A conversation in the terminal, by text, voice and pictures.",
    footer = {
      "",
      "Examples:",
      "  emova talk --llm http://localhost:8000/v1 --model emova-7b",
      "  emova talk --speaker male --out-dir answers",
      "",
      "What you type is sent; lines that begin with / are commands: /help lists them. Ctrl-C ends an",
      "answer that is coming, and in an empty line the conversation, as Ctrl-D does. Lines may also",
      "come from a file or a pipe: emova talk < questions.txt",
    })
final class TalkCommand extends Subcommand {
  private static final String GREETING =
      "/help lists the commands; Ctrl-C ends an answer, Ctrl-D the conversation.";

  @Mixin LlmOptions llm = new LlmOptions();
  @Mixin LabelOptions style = new LabelOptions();
  @Mixin PartOptions parts = new PartOptions();
  @Mixin DecodingOptions decoding = new DecodingOptions();

  @Option(
      names = "--detail",
      paramLabel = "balanced|full",
      description = "How much of an image the model sees.",
      defaultValue = "balanced")
  String detail;

  @Option(names = "--system", paramLabel = "TEXT", description = "System message.")
  String system;

  @Option(
      names = "--out-dir",
      paramLabel = "DIR",
      description = "Where spoken answers are written (default: here).",
      defaultValue = ".")
  Path outputFolder;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "Of spoken answers, e.g. wav or mp3.",
      defaultValue = "wav")
  String format;

  TalkCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws Exception {
    Conversation.Fixed fixed =
        new Conversation.Fixed(
            llm.sampling(),
            llm.wanted(),
            parts.parts(),
            decoding,
            DialogueCommand.detail(detail),
            DialogueCommand.system(system),
            outputFolder,
            Conversation.format(format));
    try (Services services = environment.open(Slice.DIALOGUE, llm.in(common.settings(), true))) {
      llm.requireOne(services);
      Conversation conversation = new Conversation(services, console(), fixed, style.style());
      try (LineSource lines = lines(conversation)) {
        boolean goesOn = true;
        while (goesOn) {
          Optional<String> line = lines.next();
          goesOn = line.isPresent() && conversation.take(line.get());
          Console.requireWritten(console().out());
        }
      }
    }
    return 0;
  }

  private LineSource lines(Conversation conversation) throws IOException {
    if (!TerminalLines.available(console())) {
      return LineSource.of(console().in());
    }
    console().err().println(GREETING);
    return new TerminalLines(Conversation.COMMANDS, conversation::cancel);
  }
}
