package org.emova4j.shell.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.felix.service.command.Descriptor;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.StyleCatalogue;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.UnitSequence;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Conversion and its parts. The commands outlive the services: each call uses whichever is the best
 * at that moment.
 */
@Component(
    service = SpeechCommands.class,
    property = {
      "osgi.command.scope=emova",
      "osgi.command.function=convert",
      "osgi.command.function=tokenize",
      "osgi.command.function=synthesize",
      "osgi.command.function=styles"
    })
public final class SpeechCommands {
  private static final long MAX_UNIT_TEXT_BYTES = 64L << 20;
  private static final String CHOICE = "tokenizer=";

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile AudioReader reader;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile AudioWriter writer;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile SpeechConverter converter;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile SpeechTokenizer tokenizer;

  @Reference(policy = ReferencePolicy.DYNAMIC)
  private volatile List<Map.Entry<Map<String, Object>, SpeechTokenizer>> tokenizers = List.of();

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile StyleModule styleModule;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile Vocoder vocoder;

  @Activate
  public SpeechCommands() {}

  SpeechCommands(
      AudioReader reader,
      AudioWriter writer,
      SpeechConverter converter,
      SpeechTokenizer tokenizer,
      List<Map.Entry<Map<String, Object>, SpeechTokenizer>> tokenizers,
      StyleModule styleModule,
      Vocoder vocoder) {
    this.reader = reader;
    this.writer = writer;
    this.converter = converter;
    this.tokenizer = tokenizer;
    this.tokenizers = tokenizers;
    this.styleModule = styleModule;
    this.vocoder = vocoder;
  }

  @Descriptor("says a recording's words in another style")
  public String convert(
      @Descriptor("recording") String input,
      @Descriptor("result; its name says the format") String output,
      @Descriptor(StyleArguments.HELP) String... style)
      throws IOException, SpeechException {
    EncodeOptions encode = EncodeOptions.of(format(output));
    StyleArguments arguments = StyleArguments.parse(style);
    ConversionRequest request = ConversionRequest.of(arguments.style());
    SpeechConverter service = Present.require(converter, "converter");
    int rate =
        request.style().keepsSpeaker() && Files.isRegularFile(Path.of(input))
            ? service.sampleRate(
                request, Present.require(reader, "audio reader").probe(Path.of(input)).sampleRate())
            : service.sampleRate(request);
    Audio speech = read(input, rate);
    if (arguments.reference().isPresent()) {
      Audio reference = read(arguments.reference().get(), service.referenceSampleRate(request));
      request =
          new ConversionRequest(
              request.style(), Optional.of(reference), request.keepProsody(), request.parts());
    }
    return write(service.convert(speech, request), output, encode);
  }

  @Descriptor("writes a recording's words as units")
  public String tokenize(@Descriptor("recording") String input) throws SpeechException {
    return units(input, Present.require(tokenizer, "tokenizer"));
  }

  @Descriptor("writes a recording's words as units of a tokenizer of your choice")
  public String tokenize(
      @Descriptor("recording") String input, @Descriptor("tokenizer=ID") String choice)
      throws SpeechException {
    String id = choice.startsWith(CHOICE) ? choice.substring(CHOICE.length()) : "";
    List<String> known =
        tokenizers.stream().map(t -> String.valueOf(t.getKey().get(ServiceProperties.ID))).toList();
    if (!known.contains(id)) {
      throw new IllegalArgumentException(
          "\"%s\" names no tokenizer; known: %s"
              .formatted(
                  choice, known.stream().map(CHOICE::concat).collect(Collectors.joining(", "))));
    }
    return units(input, tokenizers.get(known.indexOf(id)).getValue());
  }

  private String units(String input, SpeechTokenizer service) throws SpeechException {
    return service.tokenize(read(input, service.sampleRate())).toText();
  }

  @Descriptor("speaks units, as tokenize writes them")
  public String synthesize(
      @Descriptor("file with <|speech_N|>...") String units,
      @Descriptor("result; its name says the format") String output,
      @Descriptor(StyleArguments.HELP) String... style)
      throws IOException, SpeechException {
    EncodeOptions encode = EncodeOptions.of(format(output));
    Vocoder voice = Present.require(vocoder, "vocoder");
    StyleModule styles = Present.require(styleModule, "style module");
    Path file = Path.of(units);
    if (Files.size(file) > MAX_UNIT_TEXT_BYTES) {
      throw new IllegalArgumentException(
          "%s is longer than %d bytes".formatted(units, MAX_UNIT_TEXT_BYTES));
    }
    UnitSequence sequence = UnitSequence.parse(voice.codebook(), Files.readString(file));
    StyleArguments arguments = StyleArguments.parse(style);
    StyleVector vector =
        arguments.reference().isPresent()
            ? styles.encode(
                read(arguments.reference().get(), styles.referenceSampleRate()), arguments.style())
            : styles.encode(arguments.style());
    return write(voice.vocode(sequence, vector), output, encode);
  }

  @Descriptor("lists the labels of styles")
  public List<String> styles() {
    StyleCatalogue catalogue = Present.require(styleModule, "style module").catalogue();
    return List.of(
        "speakers: " + String.join(", ", catalogue.speakers()),
        "emotions: " + String.join(", ", catalogue.emotions()),
        "pitches: " + String.join(", ", catalogue.pitches()),
        "speeds: " + String.join(", ", catalogue.speeds()));
  }

  private Audio read(String file, int sampleRate) throws SpeechException {
    return Present.require(reader, "audio reader")
        .decode(Path.of(file), DecodeOptions.atRate(sampleRate));
  }

  private String write(Audio audio, String file, EncodeOptions options)
      throws IOException, SpeechException {
    Present.require(writer, "audio writer").encode(audio, Path.of(file), options);
    return "%s: %.2f s at %d Hz"
        .formatted(file, audio.duration().toMillis() / 1000.0, audio.sampleRate());
  }

  private static AudioFormat format(String file) {
    return AudioFormat.ofFileName(file)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the name \"%s\" says no format that can be written".formatted(file)));
  }
}
