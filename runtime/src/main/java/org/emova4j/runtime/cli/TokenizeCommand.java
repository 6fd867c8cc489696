package org.emova4j.runtime.cli;

import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.speech.SpeechTokenizer;
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
      "",
      "Examples:",
      "  emova tokenize question.flac",
      "  emova tokenize question.flac --format tokens",
      "  emova tokenize question.flac --format json -o question.json",
      "  emova tokenize question.flac | emova synthesize - again.wav",
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
    UnitForm chosen = json ? UnitForm.JSON : form == null ? UnitForm.TEXT : form;
    decoding.maxDuration();
    Media.requireReadable(input);
    OutputFile target = OutputFile.of(output, false, input);
    try (Progress progress = new Progress(console());
        Services services = environment.open(Slice.TOKENIZER, common.settings())) {
      SpeechTokenizer service =
          services.require(SpeechTokenizer.class, Optional.ofNullable(tokenizer));
      progress.stage("reading " + input);
      Audio speech =
          Media.decode(
              services.require(AudioReader.class),
              input,
              console().in(),
              decoding.at(service.sampleRate()));
      progress.stage("tokenizing " + Progress.clock(speech.duration()) + " of speech");
      UnitSequence units = service.tokenize(speech);
      if (reduced) {
        units = units.reduced().untimed();
      }
      target.write(chosen.write(units), console().out());
    }
    return 0;
  }
}
