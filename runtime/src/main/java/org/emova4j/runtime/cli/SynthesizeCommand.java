package org.emova4j.runtime.cli;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Slice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Units and a style to speech. */
@Command(
    name = "synthesize",
    description = "Speaks units, in any form that \"emova tokenize\" writes.",
    footer = {
      "",
      "Examples:",
      "  emova synthesize question.json out.wav --speaker female --emotion happy",
      "  emova tokenize question.flac | emova synthesize - out.mp3 --speed slow",
      "  echo '<|speech_12|><|speech_7|>' | emova synthesize - out.wav",
    })
final class SynthesizeCommand extends Subcommand {
  private static final int MAX_TEXT_BYTES = 64 << 20;

  @Parameters(
      index = "0",
      paramLabel = "UNITS",
      description = "File with units; - is standard input.")
  String input;

  @Parameters(index = "1", paramLabel = "OUT", description = "Result; - is standard output.")
  String output;

  @Mixin StyleOptions styleOptions = new StyleOptions();
  @Mixin DecodingOptions decoding = new DecodingOptions();
  @Mixin EncodingOptions encoding = new EncodingOptions();

  @Option(names = "--style", paramLabel = "ID", description = "Style module to use.")
  String styleModule;

  @Option(names = "--vocoder", paramLabel = "ID", description = "Vocoder to use.")
  String vocoder;

  SynthesizeCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws Exception {
    Style style = styleOptions.style();
    if (style.keepsSpeaker()) {
      throw new UsageException("--speaker same goes with convert: units hold no voice to keep");
    }
    EncodeOptions encode = encoding.forOutput(output);
    Duration limit = decoding.maxDuration();
    Media.requireReadable(input);
    String reference =
        Optional.ofNullable(styleOptions.reference).map(Object::toString).orElse(input);
    Media.requireReadable(reference);
    OutputFile target = OutputFile.of(output, encoding.noClobber, input, reference);
    String text = Media.readText(input, console().in(), MAX_TEXT_BYTES);

    try (Progress progress = new Progress(console());
        Services services =
            environment.open(Slice.SYNTHESIS, common.settings().withLateWeights())) {
      Vocoder voice = services.require(Vocoder.class, Optional.ofNullable(vocoder));
      StyleModule module =
          styleModule == null
              ? services
                  .require(
                      StyleModule.class, Map.of(ServiceProperties.STYLE_SPACE, voice.styleSpace()))
                  .service()
              : services.require(StyleModule.class, Optional.of(styleModule));
      StyleOptions.requireKnown(style, module.catalogue());
      UnitSequence units = UnitForm.parse(text, voice.codebook());
      if (units.length() == 0) {
        throw new FailedException("%s: holds no units".formatted(input));
      }
      Duration duration =
          units
              .duration()
              .orElseGet(() -> voice.codebook().unitDuration().multipliedBy(units.length()));
      if (duration.compareTo(limit) > 0) {
        throw new FailedException(
            "%s: lasts %s, more than --max-duration %d"
                .formatted(input, Progress.clock(duration), limit.toSeconds()));
      }
      StyleVector vector;
      if (styleOptions.reference == null) {
        vector = module.encode(style);
      } else {
        Audio recording =
            services
                .require(AudioReader.class)
                .decode(styleOptions.reference, decoding.at(module.referenceSampleRate()));
        vector = module.encode(recording, style);
      }
      progress.stage("speaking " + units.length() + " units");
      Audio result = voice.vocode(units, vector);
      target.write(result, services.require(AudioWriter.class), encode, console().out());
    }
    return 0;
  }
}
