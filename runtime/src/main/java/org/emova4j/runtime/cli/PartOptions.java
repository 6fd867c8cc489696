package org.emova4j.runtime.cli;

import java.util.Optional;
import org.emova4j.api.speech.ConversionRequest;
import picocli.CommandLine.Option;

/** Which of several tokenizers, style modules and vocoders. */
final class PartOptions {
  @Option(names = "--tokenizer", paramLabel = "ID", description = "Tokenizer to use.")
  String tokenizer;

  @Option(names = "--style", paramLabel = "ID", description = "Style module to use.")
  String style;

  @Option(names = "--vocoder", paramLabel = "ID", description = "Vocoder to use.")
  String vocoder;

  ConversionRequest.Parts parts() {
    return new ConversionRequest.Parts(
        Optional.ofNullable(tokenizer), Optional.ofNullable(style), Optional.ofNullable(vocoder));
  }
}
