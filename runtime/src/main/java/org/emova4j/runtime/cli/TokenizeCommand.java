package org.emova4j.runtime.cli;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.speech.Phone;
import org.emova4j.api.speech.PhoneRecognizer;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.TokenizeOptions;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Slice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Speech to units. */
@Command(
    name = "tokenize",
    description = "Writes a recording's words as discrete units.",
    footer = {
      "",
      "Forms: text is \"12*3 7*1\" (unit 12 lasts three unit durations), json has the codebook's",
      "facts beside the units, tokens is what a language model reads and has no timing.",
      "With --phones, text is the phones that the units say, json has both.",
      "",
      "Examples:",
      "  emova tokenize question.flac",
      "  emova tokenize question.flac --format tokens",
      "  emova tokenize question.flac --format json -o question.json",
      "  emova tokenize question.flac | emova synthesize - again.wav",
      "  emova tokenize question.flac --tokenizer emova-s2u --phones",
    })
final class TokenizeCommand extends Subcommand {
  @Parameters(index = "0", paramLabel = "IN", description = "Recording; - is standard input.")
  String input;

  @Option(
      names = "--format",
      paramLabel = "FORM",
      description = "text, json or tokens (default: text).")
  UnitForm form;

  @Option(names = "--json", description = "The same as --format json.")
  boolean json;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write here instead of on standard output.")
  String output = Media.STANDARD_STREAM;

  @Option(names = "--reduced", description = "Leave out how long each unit lasts.")
  boolean reduced;

  @Option(names = "--unreduced", description = "One id for each unit duration, with repeats.")
  boolean unreduced;

  @Option(names = "--phones", description = "Write which phones are heard.")
  boolean phones;

  @Option(
      names = "--compat",
      paramLabel = "RULES",
      description =
          "own, or reference: cut and refuse recordings as the model's publishers do, faults and"
              + " all (default: own).")
  String compat = "own";

  @Option(names = "--tokenizer", paramLabel = "ID", description = "Tokenizer to use.")
  String tokenizer;

  @Mixin DecodingOptions decoding = new DecodingOptions();

  TokenizeCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws Exception {
    if (json && form != null && form != UnitForm.JSON) {
      throw new UsageException("--json and --format %s exclude each other".formatted(form));
    }
    if (reduced && unreduced) {
      throw new UsageException("--reduced and --unreduced exclude each other");
    }
    boolean reference = compat.equals("reference");
    if (!reference && !compat.equals("own")) {
      throw new UsageException("--compat %s is neither own nor reference".formatted(compat));
    }
    UnitForm chosen = json ? UnitForm.JSON : form == null ? UnitForm.TEXT : form;
    if (phones && chosen == UnitForm.TOKENS) {
      throw new UsageException("--phones and --format tokens exclude each other");
    }
    decoding.maxDuration();
    Media.requireReadable(input);
    OutputFile target = OutputFile.of(output, false, input);
    try (Progress progress = new Progress(console());
        Services services =
            environment.open(Slice.TOKENIZER, common.settings().withLateWeights())) {
      SpeechTokenizer service =
          services.require(SpeechTokenizer.class, Optional.ofNullable(tokenizer));
      Optional<PhoneRecognizer> recognizer = phones ? service.phones() : Optional.empty();
      if (phones && recognizer.isEmpty()) {
        throw new FailedException("the tokenizer's model has no phone head");
      }
      progress.stage("reading " + input);
      Audio speech =
          Media.decode(
              services.require(AudioReader.class),
              input,
              console().in(),
              decoding.at(service.sampleRate()));
      progress.stage("tokenizing " + Progress.clock(speech.duration()) + " of speech");
      UnitSequence units =
          reference
              ? service.tokenize(speech, new TokenizeOptions(TokenizeOptions.Rules.REFERENCE))
              : service.tokenize(speech);
      List<Phone> heard = phones ? recognizer.orElseThrow().recognize(units) : List.of();
      target.write(text(chosen, shaped(units), heard), console().out());
    }
    return 0;
  }

  private UnitSequence shaped(UnitSequence units) {
    if (unreduced) {
      return UnitSequence.of(units.codebook(), units.frameIds());
    }
    return reduced ? units.reduced().untimed() : units;
  }

  private String text(UnitForm form, UnitSequence units, List<Phone> heard) {
    if (!phones) {
      return form.write(units);
    }
    return form == UnitForm.TEXT
        ? heard.stream().map(Phone::label).collect(Collectors.joining(" ", "", "\n"))
        : UnitForm.writeJson(units, heard);
  }
}
