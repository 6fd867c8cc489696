package org.emova4j.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.AudioInfo;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.model.ModelRepository;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.ConversionRequest.Parts;
import org.emova4j.api.speech.PartChoice;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

class ShellCommandsTest {
  private static final Codebook CODEBOOK = new Codebook("c", 16, Duration.ofMillis(40));
  private static final Audio SPEECH = Audio.adopt(new float[160], 16_000);
  private static final Audio RESULT = Audio.adopt(new float[22_050], 22_050);

  @TempDir Path folder;

  private final AudioReader reader = mock(AudioReader.class);
  private final AudioWriter writer = mock(AudioWriter.class);
  private final SpeechConverter converter = mock(SpeechConverter.class);
  private final SpeechTokenizer tokenizer = mock(SpeechTokenizer.class);
  private final SpeechTokenizer other = mock(SpeechTokenizer.class);
  private final StyleModule styles = mock(StyleModule.class);
  private final Vocoder vocoder = mock(Vocoder.class);
  private final SpeechCommands commands =
      new SpeechCommands(
          reader,
          writer,
          converter,
          tokenizer,
          List.of(
              Map.entry(Map.of("emova.id", "mine"), other),
              Map.entry(Map.of("emova.id", "lite"), tokenizer)),
          styles,
          vocoder);

  @Test
  void keepsTheSpeakerAtTheRecordingsOwnRate() throws Exception {
    Path input = Files.writeString(folder.resolve("in.flac"), "sound");
    Path output = folder.resolve("out.wav");
    ConversionRequest request = ConversionRequest.of(Style.DEFAULT.withSpeaker("same"));
    when(reader.probe(input))
        .thenReturn(
            new AudioInfo("flac", "flac", 1, 44_100, Optional.empty(), OptionalLong.empty()));
    when(converter.sampleRate(request, 44_100)).thenReturn(44_100);
    when(reader.decode(input, DecodeOptions.atRate(44_100))).thenReturn(SPEECH);
    when(converter.convert(SPEECH, request)).thenReturn(RESULT);

    assertThat(commands.convert(input.toString(), output.toString(), "speaker=same"))
        .endsWith("1.00 s at 22050 Hz");
  }

  @Test
  void convertsWithTheStyleThatTheWordsSay() throws Exception {
    ConversionRequest request =
        ConversionRequest.of(
            new Style(
                Optional.of("female"),
                Optional.empty(),
                OptionalDouble.of(0.5),
                Optional.of(new Style.Amount(-2)),
                Optional.of(new Style.Label("fast"))));
    when(converter.sampleRate(request)).thenReturn(16_000);
    when(reader.decode(Path.of("in.flac"), DecodeOptions.atRate(16_000))).thenReturn(SPEECH);
    when(converter.convert(SPEECH, request)).thenReturn(RESULT);

    String answer =
        commands.convert(
            "in.flac", "out.mp3", "speaker=female", "intensity=0.5", "pitch=-2", "speed=fast");

    assertThat(answer).isEqualTo("out.mp3: 1.00 s at 22050 Hz");
    verify(writer).encode(RESULT, Path.of("out.mp3"), EncodeOptions.of(AudioFormat.MP3));
  }

  @Test
  void convertsWithTheStyleOfAnotherRecording() throws Exception {
    Audio other = Audio.adopt(new float[320], 22_050);
    when(converter.sampleRate(any())).thenReturn(16_000);
    when(converter.referenceSampleRate(any())).thenReturn(22_050);
    when(reader.decode(Path.of("in.flac"), DecodeOptions.atRate(16_000))).thenReturn(SPEECH);
    when(reader.decode(Path.of("other.wav"), DecodeOptions.atRate(22_050))).thenReturn(other);
    ConversionRequest request =
        new ConversionRequest(Style.DEFAULT, Optional.of(other), true, ConversionRequest.Parts.ANY);
    when(converter.convert(SPEECH, request)).thenReturn(RESULT);

    commands.convert("in.flac", "out.wav", "from=other.wav");

    verify(writer).encode(eq(RESULT), eq(Path.of("out.wav")), any());
  }

  @Test
  void speaksWhatItTokenized() throws Exception {
    UnitSequence units = UnitSequence.of(CODEBOOK, 1, 2);
    when(tokenizer.sampleRate()).thenReturn(16_000);
    when(reader.decode(any(Path.class), any())).thenReturn(SPEECH);
    when(tokenizer.tokenize(SPEECH)).thenReturn(units);
    when(vocoder.codebook()).thenReturn(CODEBOOK);
    when(styles.encode(Style.DEFAULT)).thenReturn(StyleVector.of("s", 1));
    when(vocoder.vocode(units, StyleVector.of("s", 1))).thenReturn(RESULT);

    Path file = Files.writeString(folder.resolve("units"), commands.tokenize("in.wav"));
    commands.synthesize(file.toString(), "out.wav");

    verify(writer).encode(eq(RESULT), eq(Path.of("out.wav")), any());
  }

  @Test
  void tokenizesWithTheTokenizerThatIsNamed() throws Exception {
    UnitSequence units = UnitSequence.of(CODEBOOK, 7);
    when(other.sampleRate()).thenReturn(24_000);
    when(reader.decode(Path.of("in.wav"), DecodeOptions.atRate(24_000))).thenReturn(SPEECH);
    when(other.tokenize(SPEECH)).thenReturn(units);

    assertThat(commands.tokenize("in.wav", "tokenizer=mine")).isEqualTo("<|speech_7|>");
    for (String wrong : List.of("tokenizer=theirs", "mine")) {
      assertThatThrownBy(() -> commands.tokenize("in.wav", wrong))
          .hasMessage("\"%s\" names no tokenizer; known: tokenizer=mine, tokenizer=lite", wrong);
    }
  }

  @Test
  void saysWhichServiceIsMissing() {
    SpeechCommands alone = new SpeechCommands(null, null, null, null, List.of(), null, null);

    assertThatThrownBy(() -> alone.convert("in.wav", "out.wav"))
        .hasMessageContaining("there is no converter at the moment");
    assertThatThrownBy(() -> alone.tokenize("in.wav"))
        .hasMessageContaining("there is no tokenizer at the moment");
    assertThatThrownBy(alone::styles).hasMessageContaining("there is no style module");
  }

  @Test
  void refusesWordsThatAreNoStyle() {
    assertThatThrownBy(() -> commands.convert("in.wav", "out.wav", "colour=red"))
        .hasMessageContaining("\"colour=red\" is none of speaker=");
    assertThatThrownBy(() -> commands.convert("in.wav", "out.wav", "intensity=much"))
        .hasMessageContaining("intensity \"much\" is no number");
    assertThatThrownBy(() -> commands.convert("in.wav", "out.xyz")).hasMessageContaining("out.xyz");
  }

  @Test
  void verifiesAndRemovesModels() throws Exception {
    ModelRepository repository = mock(ModelRepository.class);
    when(repository.verify("lite")).thenReturn(List.of("a is missing", "b is damaged"));
    ModelCommands models = new ModelCommands(repository);

    assertThat(models.models("verify", "lite")).isEqualTo("lite: a is missing; b is damaged");
    assertThat(models.models("remove", "lite")).isEqualTo("removed lite");
    verify(repository).remove("lite");
    assertThatThrownBy(() -> models.models("destroy", "lite")).hasMessageContaining("destroy");
  }

  @Test
  void listsPartsWithTheirProperties() throws Exception {
    BundleContext context = mock(BundleContext.class);
    Bundle bundle = mock(Bundle.class);
    ServiceReference<?> reference = mock(ServiceReference.class);
    when(bundle.getSymbolicName()).thenReturn("org.example");
    when(reference.getBundle()).thenReturn(bundle);
    when(reference.getProperty(ServiceProperties.ID)).thenReturn("lite");
    when(reference.getProperty(ServiceProperties.CODEBOOK)).thenReturn("c");
    when(reference.getProperty(ServiceProperties.ARCHITECTURE))
        .thenReturn(new String[] {"lite", "x"});
    when(context.getServiceReferences(Vocoder.class.getName(), null))
        .thenAnswer(call -> new ServiceReference<?>[] {reference});

    assertThat(new FrameworkCommands(context).parts())
        .contains("SpeechTokenizer  none")
        .contains(
            "Vocoder          lite       ranking 0, codebook c, architecture lite+x,"
                + " from org.example");
  }

  @Test
  void changesTheChoiceOfPartsAllAtOnce() throws Exception {
    PartChoice choice = mock(PartChoice.class);
    Parts chosen = new Parts(Optional.of("old"), Optional.of("calm"), Optional.empty());
    Parts wanted = new Parts(Optional.empty(), Optional.of("calm"), Optional.of("new"));
    when(choice.inUse()).thenReturn(chosen, chosen, wanted);
    SwapCommands swap = new SwapCommands(choice, null);

    assertThat(swap.use())
        .containsExactly("tokenizer  old", "style      calm", "vocoder    the best-ranked");
    assertThat(swap.use("tokenizer", "-", "vocoder", "new"))
        .containsExactly("tokenizer  the best-ranked", "style      calm", "vocoder    new");
    verify(choice).use(wanted);
    assertThatThrownBy(() -> swap.use("tokenizer")).hasMessageContaining("needs a name");
    assertThatThrownBy(() -> swap.use("microphone", "x"))
        .hasMessageContaining("\"microphone\" is none of tokenizer, style, vocoder");
    assertThatThrownBy(swap::doctor).hasMessageContaining("there is no diagnosis");
  }
}
