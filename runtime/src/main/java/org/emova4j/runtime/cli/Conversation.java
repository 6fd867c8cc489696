package org.emova4j.runtime.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.chat.ChatMode;
import org.emova4j.api.chat.Dialogue;
import org.emova4j.api.chat.DialogueRequest;
import org.emova4j.api.chat.DialogueResult;
import org.emova4j.api.chat.Sampling;
import org.emova4j.api.chat.Turn;
import org.emova4j.api.speech.ConversionRequest.Parts;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.style.Style;
import org.emova4j.api.vision.Detail;
import org.emova4j.api.vision.ImagePreparer;
import org.emova4j.api.vision.PreparedImage;
import org.emova4j.runtime.Services;

/**
 * What {@code emova talk} remembers between lines. A spoken question, or a new picture, stands for
 * itself, as the models were trained; typed questions go on from what was said before, also by
 * voice. Confined to one thread, except for {@link #cancel()}.
 */
final class Conversation {
  /** What follows a command, and what it does. */
  record Command(String argument, String does) {
    boolean takesFile() {
      return argument.equals(FILE);
    }
  }

  private static final String FILE = "FILE";

  /** What lines may begin with. */
  static final Map<String, Command> COMMANDS = commands();

  private static final String NONE = "-";

  /** What the command line set for all of it. */
  record Fixed(
      Sampling sampling,
      Optional<String> model,
      Parts parts,
      DecodingOptions decoding,
      Detail detail,
      String system,
      Path outputFolder,
      AudioFormat format) {}

  /** A question, to be asked now or again. */
  private record Asked(
      ChatMode mode,
      String text,
      Optional<PreparedImage> image,
      Optional<Audio> speech,
      List<Turn> history) {}

  private final Services services;
  private final Console console;
  private final Fixed fixed;
  private final List<Turn> history = new ArrayList<>();
  private Style style;
  private Optional<PreparedImage> image = Optional.empty();
  private Optional<Asked> last = Optional.empty();
  private volatile Optional<Answering> answering = Optional.empty();
  private int answers;

  Conversation(Services services, Console console, Fixed fixed, Style style) {
    this.services = services;
    this.console = console;
    this.fixed = fixed;
    this.style = style;
  }

  private static Map<String, Command> commands() {
    Command likewise = new Command("LABEL", "likewise");
    Map<String, Command> commands = new LinkedHashMap<>();
    commands.put("/image", new Command(FILE, "the next question is about this picture"));
    commands.put("/audio", new Command(FILE, "ask by voice; the answer is spoken, and written"));
    commands.put("/say", new Command("TEXT", "speak a text"));
    commands.put("/asr", new Command(FILE, "write down what a recording says"));
    commands.put(
        "/emotion", new Command("LABEL", "how answers sound; - leaves it to the model again"));
    commands.put("/speaker", likewise);
    commands.put("/pitch", likewise);
    commands.put("/speed", likewise);
    commands.put("/retry", new Command("", "ask the last question again"));
    commands.put("/clear", new Command("", "forget what was said"));
    commands.put("/help", new Command("", "list the commands"));
    commands.put("/quit", new Command("", "end"));
    return Collections.unmodifiableMap(commands);
  }

  static AudioFormat format(String id) {
    return AudioFormat.ofId(id)
        .orElseThrow(() -> new UsageException("unknown format \"%s\"".formatted(id)));
  }

  /**
   * One line of input. What goes wrong is told, and the conversation goes on.
   *
   * @return whether it goes on
   */
  boolean take(String line) throws IOException {
    String text = line.strip();
    if (text.isEmpty()) {
      return true;
    }
    try {
      return text.startsWith("/") ? command(text) : typed(text);
    } catch (SpeechException
        | IOException
        | IllegalArgumentException
        | UsageException
        | FailedException e) {
      console.err().println("emova: " + Answering.printable(Failures.sentence(e)));
      return true;
    }
  }

  private boolean command(String line) throws SpeechException, IOException, FailedException {
    int space = line.indexOf(' ');
    String name = space < 0 ? line : line.substring(0, space);
    String rest = space < 0 ? "" : line.substring(space + 1).strip();
    switch (name.toLowerCase(Locale.ROOT)) {
      case "/quit", "/exit" -> {
        return false;
      }
      case "/help" -> help();
      case "/image" -> look(required(name, rest));
      case "/audio" -> listen(required(name, rest));
      case "/say" -> ask(new Asked(ChatMode.TTS, required(name, rest), none(), none(), List.of()));
      case "/asr" ->
          ask(new Asked(ChatMode.ASR, "", none(), heard(required(name, rest)), List.of()));
      case "/emotion", "/speaker", "/pitch", "/speed" -> restyle(name.substring(1), rest);
      case "/retry" ->
          ask(last.orElseThrow(() -> new UsageException("there is nothing to ask again")));
      case "/clear" -> {
        history.clear();
        image = Optional.empty();
        console.err().println("forgotten");
      }
      default ->
          throw new UsageException("there is no command %s; /help lists them".formatted(name));
    }
    return true;
  }

  private static <T> Optional<T> none() {
    return Optional.empty();
  }

  private static String required(String command, String argument) {
    if (argument.isEmpty()) {
      throw new UsageException("%s what?".formatted(command));
    }
    return argument;
  }

  private void help() {
    COMMANDS.forEach(
        (name, command) ->
            console
                .err()
                .println("%-16s %s".formatted(name + " " + command.argument(), command.does())));
  }

  /** Ends the answer that is coming, if there is one. From any thread. */
  void cancel() {
    answering.ifPresent(Answering::cancel);
  }

  private void look(String file) throws SpeechException, IOException, FailedException {
    Media.requireReadable(file);
    image =
        Optional.of(
            services.require(ImagePreparer.class).prepare(Media.path(file), fixed.detail()));
    console
        .err()
        .println(
            "%s: %d x %d pixels, %d tokens"
                .formatted(file, image.get().width(), image.get().height(), image.get().tokens()));
  }

  private void restyle(String what, String label) {
    Optional<String> value = Optional.of(label).filter(l -> !l.isEmpty() && !l.equals(NONE));
    Optional<Style.Level> level = value.map(Style.Level::parse);
    style =
        new Style(
            what.equals("speaker") ? value : style.speaker(),
            what.equals("emotion") ? value : style.emotion(),
            style.intensity(),
            what.equals("pitch") ? level : style.pitch(),
            what.equals("speed") ? level : style.speed());
    console.err().println("%s: %s".formatted(what, value.orElse("as the model says")));
  }

  private boolean typed(String text) throws SpeechException, IOException, FailedException {
    if (image.isPresent()) {
      ask(new Asked(ChatMode.IMAGE_TEXT, text, image, none(), List.of()));
    } else {
      ask(new Asked(ChatMode.TEXT, text, none(), none(), List.copyOf(history)));
    }
    return true;
  }

  private void listen(String file) throws SpeechException, IOException, FailedException {
    ChatMode mode = image.isPresent() ? ChatMode.IMAGE_SPEECH : ChatMode.SPEECH;
    ask(new Asked(mode, "", image, heard(file), List.of()));
  }

  private Optional<Audio> heard(String file) throws SpeechException, FailedException {
    Media.requireReadable(file);
    int rate =
        services.require(Dialogue.class).sampleRate(fixed.model(), fixed.parts().tokenizer());
    return Optional.of(
        services.require(AudioReader.class).decode(Media.path(file), fixed.decoding().at(rate)));
  }

  private void ask(Asked asked) throws SpeechException, IOException {
    last = Optional.of(asked);
    DialogueResult result = show(asked);
    result.problem().ifPresent(p -> console.err().println("emova: " + Answering.printable(p)));
    if (result.audio().isPresent()) {
      Path file = next();
      services
          .require(AudioWriter.class)
          .encode(result.audio().get(), file, EncodeOptions.of(fixed.format()));
      console.err().println(Answering.summary(file.toString(), result));
    }
    remember(asked, result);
  }

  /** Where the context is full, what was said first is forgotten first. */
  private DialogueResult show(Asked asked) throws SpeechException {
    Answering current = new Answering(console.out(), console.err());
    answering = Optional.of(current);
    List<Turn> turns = asked.history();
    while (true) {
      try {
        return current.show(
            services.require(Dialogue.class), request(asked, turns), asked.mode() == ChatMode.ASR);
      } catch (LanguageModelException e) {
        if (e.reason() != LanguageModelException.Reason.TOO_LONG || turns.isEmpty()) {
          throw e;
        }
        turns = turns.subList(1, turns.size());
        history.remove(0);
        console.err().println("(the context is full: the oldest turn is forgotten)");
      }
    }
  }

  private DialogueRequest request(Asked asked, List<Turn> turns) {
    return new DialogueRequest(
        asked.mode(),
        asked.text(),
        asked.image(),
        asked.speech(),
        turns,
        fixed.system(),
        fixed.sampling(),
        style,
        fixed.model(),
        fixed.parts(),
        DialogueRequest.Delivery.AT_PAUSES,
        true);
  }

  private void remember(Asked asked, DialogueResult result) {
    if (asked.mode() == ChatMode.TTS || asked.mode() == ChatMode.ASR) {
      return;
    }
    String question = asked.mode().readsSpeech() ? result.questionText() : asked.text();
    if (asked.image().isPresent() || asked.mode().readsSpeech()) {
      history.clear();
    }
    image = Optional.empty();
    if (!question.isBlank() && !result.answerText().isBlank()) {
      while (history.size() > asked.history().size()) {
        history.remove(history.size() - 1); // asked again: the new answer counts
      }
      history.add(new Turn(asked.image(), question, result.answerText()));
    }
  }

  private String extension() {
    return fixed.format().extensions().stream().findFirst().orElse("wav");
  }

  private Path next() throws IOException {
    Files.createDirectories(fixed.outputFolder());
    while (true) {
      answers++;
      Path file = fixed.outputFolder().resolve("answer-%03d.%s".formatted(answers, extension()));
      if (!Files.exists(file)) {
        return file;
      }
    }
  }
}
