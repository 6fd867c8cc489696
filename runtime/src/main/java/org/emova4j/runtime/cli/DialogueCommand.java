package org.emova4j.runtime.cli;

import java.util.List;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.chat.ChatMode;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.chat.Dialogue;
import org.emova4j.api.chat.DialogueRequest;
import org.emova4j.api.chat.DialogueResult;
import org.emova4j.api.style.Style;
import org.emova4j.api.vision.Detail;
import org.emova4j.api.vision.ImagePreparer;
import org.emova4j.api.vision.PreparedImage;
import org.emova4j.runtime.Json;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Slice;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One question to a language model. What all such commands share. */
abstract class DialogueCommand extends Subcommand {
  private static final int MAX_TEXT_BYTES = 1 << 20;

  @Mixin LlmOptions llm = new LlmOptions();

  @Option(names = "--json", description = "Print one JSON object instead of the answer's text.")
  boolean json;

  DialogueCommand(Environment environment) {
    super(environment);
  }

  /**
   * A question as the command line has it.
   *
   * @param audio recording to listen to
   * @param output file for the answer's speech
   */
  record Question(
      ChatMode mode,
      String text,
      Optional<String> audio,
      Optional<String> image,
      Detail detail,
      String system,
      Style style,
      PartOptions parts,
      DecodingOptions decoding,
      Optional<String> output,
      boolean whole) {}

  final int ask(Question question, EncodingOptions encoding) throws Exception {
    Optional<EncodeOptions> encode = question.output().map(encoding::forOutput);
    llm.sampling();
    question.decoding().maxDuration();
    if (json && question.output().filter(Media::isStandard).isPresent()) {
      throw new UsageException("--json and an output on standard output exclude each other");
    }
    for (Optional<String> input : List.of(question.audio(), question.image())) {
      if (input.isPresent()) {
        Media.requireReadable(input.get());
      }
    }
    Optional<OutputFile> target = Optional.empty();
    if (question.output().isPresent()) {
      target =
          Optional.of(
              OutputFile.of(
                  question.output().get(),
                  encoding.noClobber,
                  question.audio().orElse(Media.STANDARD_STREAM),
                  question.image().orElse(Media.STANDARD_STREAM)));
    }
    try (Services services =
        environment.open(
            Slice.DIALOGUE,
            llm.in(common.settings(), question.mode().needsUnits()).withLateWeights())) {
      llm.requireOne(services);
      DialogueRequest request = request(question, services);
      boolean toStandard = question.output().filter(Media::isStandard).isPresent();
      Answering answering =
          new Answering(
              json ? Answering.nowhere() : toStandard ? console().err() : console().out(),
              json ? Answering.nowhere() : console().err());
      DialogueResult result =
          answering.show(
              services.require(Dialogue.class), request, question.mode() == ChatMode.ASR);
      if (target.isPresent() && result.audio().isPresent()) {
        target
            .get()
            .write(
                result.audio().get(),
                services.require(AudioWriter.class),
                encode.get(),
                console().out());
        if (!json) {
          console().err().println(Answering.summary(question.output().get(), result));
        }
      }
      return end(result, question);
    }
  }

  private int end(DialogueResult result, Question question) {
    if (json) {
      console().out().println(Json.write(Answering.report(result, question.output())));
    }
    if (result.problem().isPresent()) {
      console().err().println("emova: " + Answering.printable(result.problem().get()));
      return 1;
    }
    return 0;
  }

  private DialogueRequest request(Question question, Services services) throws Exception {
    Optional<PreparedImage> image = Optional.empty();
    if (question.image().isPresent()) {
      image = Optional.of(image(services, question.image().get(), question.detail()));
    }
    Optional<Audio> speech = Optional.empty();
    if (question.audio().isPresent()) {
      int rate =
          services
              .require(Dialogue.class)
              .sampleRate(llm.wanted(), question.parts().parts().tokenizer());
      speech =
          Optional.of(
              Media.decode(
                  services.require(AudioReader.class),
                  question.audio().get(),
                  console().in(),
                  question.decoding().at(rate)));
    }
    return new DialogueRequest(
        question.mode(),
        question.text(),
        image,
        speech,
        List.of(),
        question.system(),
        llm.sampling(),
        question.style(),
        llm.wanted(),
        question.parts().parts(),
        question.whole() ? DialogueRequest.Delivery.WHOLE : DialogueRequest.Delivery.AT_PAUSES,
        true);
  }

  static PreparedImage image(Services services, String name, Detail detail) throws Exception {
    return services.require(ImagePreparer.class).prepare(Media.path(name), detail);
  }

  static Detail detail(String id) {
    return Detail.ofId(id)
        .orElseThrow(
            () -> new UsageException("unknown detail \"%s\"; known: balanced, full".formatted(id)));
  }

  /** An argument, or standard input where it is {@code -}. */
  final String text(String argument) throws Exception {
    String text =
        Media.isStandard(argument)
            ? Media.readText(argument, console().in(), MAX_TEXT_BYTES)
            : argument;
    if (text.isBlank()) {
      throw new UsageException("the text is empty");
    }
    return text.strip();
  }

  static String system(String given) {
    return given == null ? ChatRequest.DEFAULT_SYSTEM : given;
  }
}
