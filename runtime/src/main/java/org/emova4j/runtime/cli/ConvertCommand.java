package org.emova4j.runtime.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFinisher;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.ChannelPolicy;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.audio.Finishing;
import org.emova4j.api.audio.Take;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.style.Style;
import org.emova4j.runtime.Json;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Slice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A recording in, the same words in another style out. */
@Command(
    name = "convert",
    description = "Says a recording's words in another voice, mood, pitch or speed.",
    footer = {
      "",
      "Examples:",
      "  emova convert question.flac out.mp3 --speaker female --emotion happy",
      "  emova convert talk.m4a talk.opus --pitch -3 --speed 1.2 --bitrate 32k",
      "  emova convert question.flac out.wav --style-from other-voice.wav",
      "  emova convert talk.m4a talk.opus --speaker same --pitch high --speed fast",
      "  emova convert talk.m4a talk.mp3 --speaker male --loudness -16 --true-peak -1",
      "  ffmpeg -i film.mkv -f wav - | emova convert - - --format flac --speaker male > out.flac",
      "",
      "An output that exists is replaced once the new one is complete (see --no-clobber).",
    })
final class ConvertCommand extends Subcommand {
  @Parameters(index = "0", paramLabel = "IN", description = "Recording; - is standard input.")
  String input;

  @Parameters(index = "1", paramLabel = "OUT", description = "Result; - is standard output.")
  String output;

  @Mixin StyleOptions styleOptions = new StyleOptions();
  @Mixin PartOptions parts = new PartOptions();
  @Mixin DecodingOptions decoding = new DecodingOptions();
  @Mixin EncodingOptions encoding = new EncodingOptions();
  @Mixin FinishingOptions finishing = new FinishingOptions();

  @Option(
      names = "--predict-prosody",
      description = "Predict timing, melody and loudness instead of keeping the recording's.")
  boolean predictProsody;

  @Option(names = "--json", description = "Report durations as JSON on standard output.")
  boolean json;

  ConvertCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws Exception {
    Style style = styleOptions.style();
    if (style.keepsSpeaker()) {
      requireOwnVoice();
    }
    EncodeOptions encode = encoding.forOutput(output);
    Finishing wanted = finishing.finishing(ChannelPolicy.MIX, Optional.empty());
    decoding.maxDuration();
    if (json && Media.isStandard(output)) {
      throw new UsageException("--json and an output on standard output exclude each other");
    }
    String reference =
        Optional.ofNullable(styleOptions.reference).map(Object::toString).orElse(input);
    Media.requireReadable(input);
    Media.requireReadable(reference);
    OutputFile target = OutputFile.of(output, encoding.noClobber, input, reference);

    try (Progress progress = new Progress(console());
        Services services =
            environment.open(Slice.CONVERTER, common.settings().withLateWeights())) {
      ConversionRequest request =
          new ConversionRequest(style, Optional.empty(), !predictProsody, parts.parts());
      SpeechConverter converter = services.require(SpeechConverter.class);
      StyleOptions.requireKnown(style, converter.catalogue(request));
      AudioReader reader = services.require(AudioReader.class);
      int rate =
          style.keepsSpeaker() && Media.isFile(input)
              ? converter.sampleRate(request, reader.probe(Media.path(input)).sampleRate())
              : converter.sampleRate(request);

      progress.stage("reading " + input);
      Audio speech = Media.decode(reader, input, console().in(), decoding.at(rate));
      Duration inputDuration = speech.duration();
      if (styleOptions.reference != null) {
        Audio voice =
            reader.decode(
                styleOptions.reference, decoding.at(converter.referenceSampleRate(request)));
        request =
            new ConversionRequest(style, Optional.of(voice), !predictProsody, request.parts());
      }
      progress.stage("converting " + Progress.clock(inputDuration) + " of speech");
      Audio result = converter.convert(speech, request);
      progress.stage("writing " + output);
      Take take =
          new Take(
              List.of(result),
              Optional.of(input).filter(Media::isFile).map(Media::path),
              inputDuration);
      AudioFinisher.Finished finished =
          target.write(
              take, services.require(AudioFinisher.class), encode, wanted, console().out());
      finished.warnings().forEach(w -> console().err().printf("emova: %s: %s%n", output, w));
      if (json) {
        console().out().println(Json.write(report(take, finished, progress.seconds())));
      }
    }
    return 0;
  }

  /** Options that need units, or another voice. */
  private void requireOwnVoice() {
    if (styleOptions.reference != null) {
      throw new UsageException(
          "--speaker same keeps the recording's own voice; --style-from would take another");
    }
    if (predictProsody || parts.tokenizer != null || parts.vocoder != null) {
      throw new UsageException(
          "--speaker same uses no units: --predict-prosody, --tokenizer and --vocoder don't go"
              + " with it");
    }
  }

  private Map<String, Object> report(Take take, AudioFinisher.Finished finished, double seconds) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("input", input);
    report.put("inputSeconds", take.sourceLength().toMillis() / 1000.0);
    report.put("output", output);
    report.put("outputSeconds", finished.duration().toMillis() / 1000.0);
    report.put("sampleRate", take.sides().get(0).sampleRate());
    finished.loudness().ifPresent(value -> report.put("loudness", rounded(value)));
    finished.truePeak().ifPresent(value -> report.put("truePeak", rounded(value)));
    report.put("elapsedSeconds", Math.round(seconds * 1000) / 1000.0);
    return report;
  }

  private static double rounded(double decibels) {
    return Math.round(decibels * 100) / 100.0;
  }
}
