package org.emova4j.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFinisher;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.AudioInfo;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.ChannelPolicy;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.audio.Finishing;
import org.emova4j.api.audio.LevelTarget;
import org.emova4j.api.audio.Take;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.InferenceFailedException;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleCatalogue;
import org.emova4j.runtime.Slice;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mockito.ArgumentCaptor;

class ConvertCommandTest {
  private static final int RATE = 16_000;
  private static final Audio SPEECH = Audio.adopt(new float[RATE], RATE);
  private static final Audio RESULT = Audio.adopt(new float[22_050], 22_050);
  private static final AudioFinisher.Finished FINISHED =
      new AudioFinisher.Finished(
          RESULT.duration(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          List.of());

  @TempDir Path folder;

  private final SpeechConverter converter = mock(SpeechConverter.class);
  private final AudioReader reader = mock(AudioReader.class);
  private final AudioFinisher finisher = mock(AudioFinisher.class);
  private final FakeEnvironment environment =
      new FakeEnvironment()
          .with(SpeechConverter.class, converter)
          .with(AudioReader.class, reader)
          .with(AudioFinisher.class, finisher);
  private Path input;
  private Path output;

  @BeforeEach
  void wellBehavedServices() throws Exception {
    input = Files.writeString(folder.resolve("in.flac"), "sound");
    output = folder.resolve("out.mp3");
    when(converter.catalogue(any()))
        .thenReturn(
            new StyleCatalogue(
                List.of("female", "male", "same"),
                List.of("neutral", "happy"),
                List.of("low", "normal", "high"),
                List.of("slow", "normal", "fast"),
                true));
    when(converter.sampleRate(any())).thenReturn(RATE);
    when(converter.referenceSampleRate(any())).thenReturn(22_050);
    when(converter.convert(any(), any())).thenReturn(RESULT);
    when(reader.decode(any(Path.class), any())).thenReturn(SPEECH);
    when(reader.decode(any(InputStream.class), any(), any())).thenReturn(SPEECH);
    doAnswer(
            call -> {
              Files.writeString(call.getArgument(1), "encoded");
              return FINISHED;
            })
        .when(finisher)
        .write(any(), any(), any(), any());
  }

  private int convert(String... options) {
    return environment.run(
        Stream.concat(Stream.of("convert", input.toString(), output.toString()), Stream.of(options))
            .toArray(String[]::new));
  }

  @Test
  void turnsOptionsIntoARequest() throws Exception {
    int code =
        convert(
            "--speaker=female",
            "--emotion",
            "happy",
            "--intensity=0.5",
            "--pitch",
            "-3.5",
            "--speed=fast",
            "--predict-prosody",
            "--tokenizer=t",
            "--style=s",
            "--vocoder=v",
            "--max-duration=60",
            "--rate=44100",
            "--bitrate=128k",
            "--channels=2");

    assertThat(environment.err()).isEmpty();
    assertThat(code).isZero();
    verify(reader).decode(eq(input), eq(decodeOptions(60)));
    ArgumentCaptor<ConversionRequest> request = ArgumentCaptor.forClass(ConversionRequest.class);
    verify(converter).convert(eq(SPEECH), request.capture());
    assertThat(request.getValue())
        .isEqualTo(
            new ConversionRequest(
                new Style(
                    Optional.of("female"),
                    Optional.of("happy"),
                    OptionalDouble.of(0.5),
                    Optional.of(new Style.Amount(-3.5)),
                    Optional.of(new Style.Label("fast"))),
                Optional.empty(),
                false,
                new ConversionRequest.Parts(Optional.of("t"), Optional.of("s"), Optional.of("v"))));
    verify(finisher)
        .write(
            eq(new Take(List.of(RESULT), Optional.of(input), SPEECH.duration())),
            any(),
            eq(
                new EncodeOptions(
                    AudioFormat.MP3, OptionalInt.of(44_100), OptionalInt.of(128_000), 2)),
            eq(Finishing.NONE));
    assertThat(output).hasContent("encoded");
  }

  private static DecodeOptions decodeOptions(int seconds) {
    return new DecodeOptions(
        RATE, java.time.Duration.ofSeconds(seconds), DecodeOptions.DEFAULT_MAX_BYTES);
  }

  @Test
  void startsOnlyTheConverterSliceAndStopsIt() {
    assertThat(convert("--threads=3", "--models-dir=/models")).isZero();

    assertThat(environment.opened).containsExactly(Slice.CONVERTER);
    assertThat(environment.settings.get(0).threads()).hasValue(3);
    assertThat(environment.settings.get(0).modelsFolder()).contains(Path.of("/models"));
    assertThat(environment.closed).isOne();
  }

  @Test
  void allThreadsOverrideTheConfigurationButNoOptionDoesNot() {
    assertThat(convert("--threads=all")).isZero();
    assertThat(convert()).isZero();

    assertThat(environment.settings.get(0).threads()).hasValue(0);
    assertThat(environment.settings.get(1).threads()).isEmpty();
  }

  @Test
  void takesTheStyleOfAReference() throws Exception {
    Path voice = Files.writeString(folder.resolve("voice.wav"), "sound");

    assertThat(convert("--style-from", voice.toString())).isZero();

    ArgumentCaptor<ConversionRequest> request = ArgumentCaptor.forClass(ConversionRequest.class);
    verify(converter).convert(any(), request.capture());
    assertThat(request.getValue().reference()).contains(SPEECH);
    assertThat(request.getValue().style()).isEqualTo(Style.DEFAULT);
    verify(reader).decode(eq(voice), argThat(options -> options.sampleRate() == 22_050));
  }

  @Test
  void finishesTheSoundAndPassesWarningsOn() throws Exception {
    doAnswer(
            call -> {
              Files.writeString(call.getArgument(1), "encoded");
              return new AudioFinisher.Finished(
                  RESULT.duration(),
                  OptionalDouble.of(-16),
                  OptionalDouble.of(-16),
                  OptionalDouble.of(-1),
                  List.of("hm"));
            })
        .when(finisher)
        .write(any(), any(), any(), any());

    assertThat(convert("--loudness=-16", "--true-peak=-1", "--metadata=drop", "--json")).isZero();

    verify(finisher)
        .write(
            any(),
            any(),
            any(),
            eq(
                new Finishing(
                    ChannelPolicy.MIX,
                    Optional.empty(),
                    Optional.of(new LevelTarget(LevelTarget.Measure.LUFS, -16)),
                    OptionalDouble.of(-1),
                    false,
                    Optional.empty(),
                    Optional.empty())));
    assertThat(environment.err()).contains("hm");
    assertThat(environment.out()).contains("\"loudness\"", "-16.0", "\"truePeak\"", "-1.0");
  }

  @Test
  void pipesFromStandardInputToStandardOutput() throws Exception {
    doAnswer(
            call -> {
              Files.write(call.getArgument(1), new byte[] {1, 2, 3});
              return FINISHED;
            })
        .when(finisher)
        .write(any(), any(), any(), any());

    assertThat(environment.run("convert", "-", "-", "--format", "flac")).isZero();

    assertThat(environment.outBytes()).containsExactly(1, 2, 3);
    verify(reader).decode(eq(environment.in), eq("standard input"), any());
  }

  @Test
  void failsWhenStandardOutputTakesNothing() throws Exception {
    doAnswer(
            call -> {
              Files.write(call.getArgument(1), new byte[] {1, 2, 3});
              return FINISHED;
            })
        .when(finisher)
        .write(any(), any(), any(), any());

    int code = environment.withFullOutput().run("convert", input.toString(), "-", "--format=wav");

    assertThat(code).isEqualTo(1);
    assertThat(environment.err()).isEqualTo("emova: standard output can't be written\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--emotion=hapy|unknown emotion \"hapy\"; known: neutral, happy",
        "--speaker=robot|unknown speaker \"robot\"; known: female, male",
        "--pitch=higher|unknown pitch \"higher\"; known: low, normal, high",
        "--speed=faster|unknown speed \"faster\"; known: slow, normal, fast",
        "--intensity=1.5|intensity 1.5 is outside 0..1",
        "--intensity=much|'much' is not a double",
        "--pitch=99|pitch 99.0 is outside -24.0..24.0 semitones",
        "--speed=9|speed 9.0 is outside 0.25..4.0",
        "--channels=3|channels 3 is outside 1..2",
        "--rate=5|sampleRate 5 is outside 1000..768000 Hz",
        "--bitrate=fat|--bitrate \"fat\" is no number of bits a second",
        "--bitrate=1k|bitRate 1000 is outside 6000..640000 bits a second",
        "--format=xyz|unknown format \"xyz\"; known: wav, wav24, wav-float, wav-ulaw, wav-alaw, flac,",
        "--threads=0|--threads \"0\" is neither a number from 1 to 1024 nor all",
        "--max-duration=0|--max-duration 0.0 is outside 0..1000000",
        "--colour=red|Unknown option: '--colour=red'",
      })
  void refusesWrongValuesWithTheirLimits(String option, String message) {
    assertThat(convert(option)).isEqualTo(2);

    assertThat(environment.err()).startsWith("emova: ").contains(message);
    assertThat(output).doesNotExist();
    verifyNoInteractions(finisher);
  }

  @Test
  void refusesToReplaceItsInput() throws Exception {
    output = Files.createSymbolicLink(folder.resolve("link.mp3"), input);

    assertThat(convert()).isEqualTo(2);

    assertThat(environment.err()).contains("is both input and output");
    assertThat(input).hasContent("sound");
    assertThat(environment.opened).isEmpty();
  }

  @Test
  void saysWhatIsMissingBeforeAnythingStarts() {
    input = folder.resolve("missing.wav");
    assertThat(convert()).isEqualTo(1);
    assertThat(environment.err()).isEqualTo("emova: " + input + ": no such file\n");

    input = folder;
    output = folder.resolve("no/such/folder/out.mp3");
    assertThat(convert()).isEqualTo(1);
    assertThat(environment.opened).isEmpty();
  }

  @Test
  void needsAFormatThatTheOutputsNameDoesNotSay() {
    output = folder.resolve("out.xyz");
    assertThat(convert()).isEqualTo(2);
    assertThat(environment.err()).contains("out.xyz\" says no format").contains("flac");

    assertThat(environment.run("convert", input.toString(), "-")).isEqualTo(2);
    assertThat(environment.err()).contains("standard output needs --format");
  }

  @Test
  void replacesAnExistingOutputUnlessToldNotTo() throws Exception {
    Files.writeString(output, "old");

    assertThat(convert("--no-clobber")).isEqualTo(1);
    assertThat(environment.err()).contains("exists already (--no-clobber)");
    assertThat(output).hasContent("old");

    assertThat(convert()).isZero();
    assertThat(output).hasContent("encoded");
  }

  @Test
  void doesNotReplaceWhatAppearsMeanwhileIfToldNotTo() throws Exception {
    when(converter.convert(any(), any()))
        .thenAnswer(
            call -> {
              Files.writeString(output, "somebody else's");
              return RESULT;
            });

    assertThat(convert("--no-clobber")).isEqualTo(1);

    assertThat(environment.err()).isEqualTo("emova: " + output + ": exists already\n");
    assertThat(output).hasContent("somebody else's");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(input, output);
    }
  }

  @Test
  void leavesTheOldOutputAndNothingElseWhenWritingFails() throws Exception {
    Files.writeString(output, "old");
    doAnswer(
            call -> {
              Files.writeString(call.getArgument(1), "half");
              throw new IOException("disk full");
            })
        .when(finisher)
        .write(any(), any(), any(), any());

    assertThat(convert()).isEqualTo(1);

    assertThat(environment.err()).isEqualTo("emova: disk full\n");
    assertThat(output).hasContent("old");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(input, output);
    }
  }

  @Test
  void reportsAFailureInOneSentenceAndTheStackTraceOnDemand() throws Exception {
    when(converter.convert(any(), any()))
        .thenThrow(
            new InferenceFailedException(
                "the vocoder failed\nat layer 3", new IllegalStateException("shape")));

    assertThat(convert()).isEqualTo(1);
    assertThat(environment.err()).isEqualTo("emova: the vocoder failed at layer 3\n");

    assertThat(convert("--debug")).isEqualTo(1);
    assertThat(environment.err()).contains("Caused by: java.lang.IllegalStateException: shape");
  }

  @Test
  void passesOnWhyAFileIsNoAudio() throws Exception {
    when(reader.decode(any(Path.class), any()))
        .thenThrow(new UnsupportedAudioException("in.flac holds no audio"));

    assertThat(convert()).isEqualTo(1);

    assertThat(environment.err()).isEqualTo("emova: in.flac holds no audio\n");
  }

  @Test
  void survivesRunningOutOfMemory() throws Exception {
    when(converter.convert(any(), any())).thenThrow(new OutOfMemoryError("Java heap space"));

    assertThat(convert()).isEqualTo(1);

    assertThat(environment.err()).contains("out of memory").contains("EMOVA_JAVA_OPTS");
  }

  @Test
  void reportsDurationsAsJson() {
    assertThat(convert("--json")).isZero();

    assertThat(environment.out())
        .contains("\"inputSeconds\":1.0")
        .contains("\"outputSeconds\":1.0")
        .contains("\"sampleRate\":22050");
  }

  @Test
  void keepsTheSpeakerAtTheRecordingsOwnRate() throws Exception {
    when(reader.probe(input))
        .thenReturn(
            new AudioInfo("flac", "flac", 1, 44_100, Optional.empty(), OptionalLong.empty()));
    when(converter.sampleRate(any(), eq(44_100))).thenReturn(44_100);

    assertThat(convert("--speaker=same", "--pitch=high")).isZero();

    verify(reader).decode(input, DecodeOptions.atRate(44_100));
    assertThat(output).hasContent("encoded");
  }

  @Test
  void standardInputIsReadOnceWhereTheSpeakerIsKept() throws Exception {
    when(converter.sampleRate(any())).thenReturn(48_000);

    assertThat(environment.run("convert", "-", output.toString(), "--speaker=same")).isZero();

    verify(reader).decode(any(InputStream.class), any(), eq(DecodeOptions.atRate(48_000)));
    verify(reader, never()).probe(any(Path.class));
  }

  @ParameterizedTest
  @CsvSource({
    "--style-from=IN, would take another",
    "--predict-prosody, uses no units",
    "--tokenizer=lite, uses no units",
    "--vocoder=lite, uses no units"
  })
  void whatDoesNotGoWithTheSameSpeakerIsWrongUsage(String option, String message) {
    assertThat(convert("--speaker=same", option.replace("IN", input.toString()))).isEqualTo(2);

    assertThat(environment.err()).contains(message);
    assertThat(environment.opened).isEmpty();
  }
}
