package org.emova4j.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioInfo;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.health.Diagnosis;
import org.emova4j.api.health.Finding;
import org.emova4j.api.health.Finding.Status;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelImporter;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.model.ModelRepository;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.Phone;
import org.emova4j.api.speech.PhoneRecognizer;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.TokenizeOptions;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleCatalogue;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Slice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class CommandsTest {
  private static final Codebook CODEBOOK =
      new Codebook("lite-40ms-4096", 4096, Duration.ofMillis(40));
  private static final UnitSequence UNITS =
      UnitSequence.ofTimed(CODEBOOK, new int[] {12, 7, 12}, new int[] {3, 1, 2});
  private static final Audio SOUND = Audio.adopt(new float[1600], 16_000);

  @TempDir Path folder;

  private final FakeEnvironment environment = new FakeEnvironment();

  static Stream<String> commands() {
    CommandLine top = new EmovaCommandLine(new FakeEnvironment(), "1").commandLine();
    List<String> names = new ArrayList<>();
    names.add("");
    top.getSubcommands()
        .forEach(
            (name, command) -> {
              if (!name.equals("help") && !command.getCommandSpec().usageMessage().hidden()) {
                names.add(name);
                command.getSubcommands().keySet().forEach(sub -> names.add(name + " " + sub));
              }
            });
    return names.stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpOfEveryCommandHasAnExampleAndStartsNothing(String command) {
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.removeIf(String::isEmpty);
    arguments.add("--help");

    assertThat(environment.run(arguments.toArray(String[]::new))).isZero();

    assertThat(environment.out())
        .startsWith("Usage: " + ("emova " + command).strip())
        .contains("Examples:")
        .contains("  emova " + command);
    assertThat(environment.err()).isEmpty();
    assertThat(environment.opened).isEmpty();
  }

  @Test
  void saysItsVersion() {
    assertThat(environment.run("--version")).isZero();
    assertThat(environment.out()).isEqualTo("emova4j 1.2.3\n");
  }

  @Test
  void wrongUsageStartsNothingAndPointsToHelp() {
    assertThat(environment.run("convrt")).isEqualTo(2);
    assertThat(environment.run()).isEqualTo(2);
    assertThat(environment.run("models")).isEqualTo(2);
    assertThat(environment.run("probe")).isEqualTo(2);

    assertThat(environment.err())
        .contains("did you mean convert or compare?")
        .contains("Try \"emova models --help\".");
    assertThat(environment.opened).isEmpty();
  }

  @Test
  void understandsCommonOptionsBeforeTheCommandToo() {
    assertThat(environment.run("--threads", "2", "bundles")).isZero();
    assertThat(environment.settings.get(0).threads()).hasValue(2);
  }

  @ParameterizedTest
  @MethodSource("org.emova4j.runtime.cli.UnitFormTest#forms")
  void whatTokenizeWritesSynthesizeReads(UnitForm form) throws Exception {
    Path recording = Files.writeString(folder.resolve("in.wav"), "sound");
    Path units = folder.resolve("units");
    Path result = folder.resolve("out.wav");
    SpeechTokenizer tokenizer = mock(SpeechTokenizer.class);
    when(tokenizer.sampleRate()).thenReturn(16_000);
    when(tokenizer.tokenize(SOUND)).thenReturn(UNITS);
    AudioReader reader = mock(AudioReader.class);
    when(reader.decode(any(Path.class), any())).thenReturn(SOUND);
    Vocoder vocoder = vocoder();
    StyleModule styles = styles();
    environment
        .with(SpeechTokenizer.class, tokenizer)
        .with(AudioReader.class, reader)
        .with(Vocoder.class, vocoder)
        .with(StyleModule.class, styles)
        .with(AudioWriter.class, mock(AudioWriter.class));

    assertThat(
            environment.run(
                "tokenize",
                recording.toString(),
                "--format",
                form.toString(),
                "-o",
                units.toString()))
        .isZero();
    int code = environment.run("synthesize", units.toString(), "-", "--format", "wav");

    assertThat(environment.err()).isEmpty();
    assertThat(code).isZero();
    assertThat(result).doesNotExist();
    verify(vocoder).vocode(eq(form == UnitForm.TOKENS ? UNITS.untimed() : UNITS), any());
    assertThat(environment.opened).containsExactly(Slice.TOKENIZER, Slice.SYNTHESIS);
  }

  @Test
  void reducedUnitsCarryNoTiming() throws Exception {
    SpeechTokenizer tokenizer = mock(SpeechTokenizer.class);
    when(tokenizer.sampleRate()).thenReturn(16_000);
    when(tokenizer.tokenize(any())).thenReturn(UNITS);
    AudioReader reader = mock(AudioReader.class);
    when(reader.decode(any(java.io.InputStream.class), any(), any())).thenReturn(SOUND);
    environment.with(SpeechTokenizer.class, tokenizer).with(AudioReader.class, reader);

    assertThat(environment.run("tokenize", "-", "--reduced")).isZero();

    assertThat(environment.out()).isEqualTo("12 7 12\n");
  }

  private SpeechTokenizer listening() throws Exception {
    SpeechTokenizer tokenizer = mock(SpeechTokenizer.class);
    when(tokenizer.sampleRate()).thenReturn(16_000);
    when(tokenizer.tokenize(any())).thenReturn(UNITS);
    AudioReader reader = mock(AudioReader.class);
    when(reader.decode(any(java.io.InputStream.class), any(), any())).thenReturn(SOUND);
    environment.with(SpeechTokenizer.class, tokenizer).with(AudioReader.class, reader);
    return tokenizer;
  }

  @Test
  void unreducedUnitsAreRepeated() throws Exception {
    listening();
    assertThat(environment.run("tokenize", "-", "--unreduced")).isZero();
    assertThat(environment.out()).startsWith("12 12 12 7");
    assertThat(environment.run("tokenize", "-", "--unreduced", "--reduced")).isEqualTo(2);
  }

  @Test
  void phonesStandInPlaceOfUnitsOrBesideThem() throws Exception {
    SpeechTokenizer tokenizer = listening();
    assertThat(environment.run("tokenize", "-", "--phones")).isEqualTo(1);
    assertThat(environment.err()).contains("has no phone head");
    PhoneRecognizer recognizer = mock(PhoneRecognizer.class);
    when(recognizer.recognize(UNITS))
        .thenReturn(
            List.of(
                new Phone("en_HH", Duration.ofMillis(40), Duration.ofMillis(80)),
                new Phone("en_AH0", Duration.ofMillis(120), Duration.ofMillis(40))));
    when(tokenizer.phones()).thenReturn(Optional.of(recognizer));

    assertThat(environment.run("tokenize", "-", "--phones")).isZero();
    assertThat(environment.out()).isEqualTo("en_HH en_AH0\n");
    assertThat(environment.run("tokenize", "-", "--phones", "--json")).isZero();
    assertThat(environment.out())
        .contains("\"units\"")
        .contains("{\"label\":\"en_HH\",\"start\":0.04,\"duration\":0.08}");
    assertThat(environment.run("tokenize", "-", "--phones", "--format", "tokens")).isEqualTo(2);
  }

  @Test
  void compatibilityReachesTheTokenizer() throws Exception {
    SpeechTokenizer tokenizer = listening();
    TokenizeOptions options = new TokenizeOptions(TokenizeOptions.Rules.REFERENCE);
    when(tokenizer.tokenize(SOUND, options)).thenReturn(UNITS.untimed());

    assertThat(environment.run("tokenize", "-", "--compat", "reference")).isZero();
    assertThat(environment.out()).isEqualTo("12 7 12\n");
    assertThat(environment.run("tokenize", "-", "--compat", "strict")).isEqualTo(2);
    assertThat(environment.err()).contains("--compat strict");
  }

  @Test
  void synthesizeRefusesUnitsOfAnotherCodebookAndTooManyOfThem() throws Exception {
    environment
        .with(Vocoder.class, vocoder())
        .with(StyleModule.class, styles())
        .with(AudioWriter.class, mock(AudioWriter.class));

    environment.withInput("{\"codebook\":\"emova-40ms-4096\",\"units\":[1]}");
    assertThat(environment.run("synthesize", "-", "-", "--format=wav")).isEqualTo(1);
    assertThat(environment.err()).contains("emova-40ms-4096").contains("lite-40ms-4096");

    environment.withInput("1*100000");
    assertThat(environment.run("synthesize", "-", "-", "--format=wav", "--max-duration=60"))
        .isEqualTo(1);
    assertThat(environment.err()).contains("lasts 1:06:40, more than --max-duration 60");

    environment.withInput("  ");
    assertThat(environment.run("synthesize", "-", "-", "--format=wav")).isEqualTo(1);
    assertThat(environment.err()).contains("holds no units");
  }

  private static Vocoder vocoder() throws Exception {
    Vocoder vocoder = mock(Vocoder.class);
    when(vocoder.codebook()).thenReturn(CODEBOOK);
    when(vocoder.styleSpace()).thenReturn("lite-1");
    when(vocoder.vocode(any(), any())).thenReturn(SOUND);
    return vocoder;
  }

  private static StyleModule styles() throws Exception {
    StyleModule styles = mock(StyleModule.class);
    when(styles.styleSpace()).thenReturn("lite-1");
    when(styles.catalogue())
        .thenReturn(
            new StyleCatalogue(
                List.of("female"),
                List.of("neutral", "happy"),
                List.of("low", "normal"),
                List.of("normal", "fast"),
                true));
    when(styles.encode(any())).thenReturn(StyleVector.of("lite-1", 0));
    when(styles.describe(any()))
        .thenReturn(Style.DEFAULT.withSpeaker("female").withPitch(new Style.Amount(-2)));
    return styles;
  }

  @Test
  void listsStylesAndDescribesARecording() throws Exception {
    Path recording = Files.writeString(folder.resolve("in.wav"), "sound");
    AudioReader reader = mock(AudioReader.class);
    when(reader.decode(any(Path.class), any())).thenReturn(SOUND);
    StyleModule styles = styles();
    when(styles.referenceSampleRate()).thenReturn(16_000);
    environment.with(StyleModule.class, styles).with(AudioReader.class, reader);

    assertThat(environment.run("styles")).isZero();
    assertThat(environment.out()).contains("emotions  neutral, happy\n");
    assertThat(environment.run("styles", "--json")).isZero();
    assertThat(environment.out()).contains("\"styleSpace\" : \"lite-1\"");
    assertThat(environment.run("styles", "--describe", recording.toString())).isZero();
    assertThat(environment.out()).contains("speaker   female\npitch     -2.0\n");
    assertThat(environment.opened).containsOnly(Slice.STYLE);
  }

  @Test
  void probesEveryFileAlthoughOneIsBroken() throws Exception {
    Path good = Files.writeString(folder.resolve("good.wav"), "sound");
    Path bad = Files.writeString(folder.resolve("bad.wav"), "noise");
    AudioReader reader = mock(AudioReader.class);
    when(reader.probe(good))
        .thenReturn(
            new AudioInfo(
                "wav",
                "pcm_s16le",
                2,
                44_100,
                Optional.of(Duration.ofMillis(1500)),
                OptionalLong.of(1_411_200)));
    when(reader.probe(bad)).thenThrow(new UnsupportedAudioException("bad.wav is damaged"));
    environment.with(AudioReader.class, reader);

    assertThat(environment.run("probe", bad.toString(), good.toString())).isEqualTo(1);

    assertThat(environment.err()).isEqualTo("emova: bad.wav is damaged\n");
    assertThat(environment.out())
        .isEqualTo(good + ": wav, pcm_s16le, 2 channels, 44100 Hz, 1.500 s, 1411 kbit/s\n");
    assertThat(environment.opened).containsExactly(Slice.AUDIO);
  }

  @Test
  void managesModelsWithoutTheEngine() throws Exception {
    ModelRepository repository = mock(ModelRepository.class);
    ModelArchive archive = archive();
    when(repository.list()).thenReturn(List.of(archive));
    when(repository.install(any())).thenReturn(archive);
    when(repository.verify("lite:1.0.0")).thenReturn(List.of());
    Path file = Files.writeString(folder.resolve("m.tar.zst"), "archive");
    environment.with(ModelRepository.class, repository);

    assertThat(environment.run("models", "list")).isZero();
    assertThat(environment.run("models", "list", "--json")).isZero();
    assertThat(environment.run("models", "show", "lite")).isZero();
    assertThat(environment.run("models", "install", file.toString())).isZero();
    assertThat(environment.run("models", "verify")).isZero();
    assertThat(environment.run("models", "remove", "lite")).isZero();

    assertThat(environment.out())
        .contains("lite:1.0.0")
        .contains("codebook lite-40ms-4096")
        .contains("installed lite:1.0.0\n")
        .contains("lite:1.0.0: ok\n")
        .contains("removed lite\n");
    verify(repository).remove("lite");
    assertThat(environment.opened).containsOnly(Slice.MODELS);
  }

  @Test
  void aModelThatIsAProgramIsInstalledAsTrustedOnlyIfAsked() throws Exception {
    ModelManifest.Component part =
        new ModelManifest.Component(
            "tokenizer", "torchscript", Optional.of("c"), Optional.empty(), 16_000, Map.of());
    ModelManifest manifest =
        new ModelManifest(
            "mine", "1", "", "", List.of(), List.of(), Map.of(), List.of(part), List.of());
    ModelArchive refused = mock(ModelArchive.class);
    when(refused.manifest()).thenReturn(manifest);
    ModelArchive trusted = mock(ModelArchive.class);
    when(trusted.manifest()).thenReturn(manifest);
    when(trusted.trusted()).thenReturn(true);
    ModelRepository repository = mock(ModelRepository.class);
    Path file = Files.writeString(folder.resolve("m.tar.gz"), "archive");
    when(repository.install(file)).thenReturn(refused);
    when(repository.installTrusted(file)).thenReturn(trusted);
    environment.with(ModelRepository.class, repository);

    assertThat(environment.run("models", "install", "--trusted", file.toString())).isZero();
    assertThat(environment.err()).isEmpty();
    assertThat(environment.run("models", "install", file.toString())).isZero();
    assertThat(environment.err()).contains("mine:1 is TorchScript, a program", "--trusted");
    assertThat(environment.out()).isEqualTo("installed mine:1\ninstalled mine:1\n");
  }

  @Test
  void aDamagedOrUnknownModelIsAFailure() throws Exception {
    ModelRepository repository = mock(ModelRepository.class);
    ModelArchive archive = archive();
    when(repository.list()).thenReturn(List.of(archive));
    when(repository.verify("lite")).thenReturn(List.of("tokenizer.safetensors is missing"));
    when(repository.verify("other"))
        .thenThrow(new ModelUnavailableException("no model \"other\" is installed"));
    environment.with(ModelRepository.class, repository);

    assertThat(environment.run("models", "verify", "lite")).isEqualTo(1);
    assertThat(environment.out()).isEqualTo("lite: tokenizer.safetensors is missing\n");
    assertThat(environment.run("models", "verify", "other")).isEqualTo(1);
    assertThat(environment.run("models", "show", "other")).isEqualTo(1);
    assertThat(environment.err())
        .contains("no model \"other\" is installed; there are: lite:1.0.0");
  }

  private static ModelArchive archive() {
    ModelArchive archive = mock(ModelArchive.class);
    when(archive.manifest())
        .thenReturn(
            new ModelManifest(
                "lite",
                "1.0.0",
                "a small voice",
                "CC-BY-4.0",
                List.of("en"),
                List.of(new ModelManifest.DataSource("corpus", "CC0-1.0")),
                Map.of("wer", 0.2),
                List.of(
                    new ModelManifest.Component(
                        "tokenizer",
                        "lite",
                        Optional.of("lite-40ms-4096"),
                        Optional.empty(),
                        16_000,
                        Map.of("weights", "tokenizer.safetensors"))),
                List.of(new ModelManifest.FileEntry("tokenizer.safetensors", 3, "0".repeat(64)))));
    return archive;
  }

  @Test
  void doctorNamesWhatIsWrong() {
    environment.engine =
        Optional.of(
            new Services.EngineFacts(
                Optional.of("libtorch_cpu.so is missing in /natives"),
                "2.7.1",
                Optional.empty(),
                "linux-x86_64",
                1));

    environment.with(
        Diagnosis.class,
        new FakeDiagnosis(
            new Finding("engine", Status.PROBLEM, "the engine is not there"),
            new Finding("models", Status.PROBLEM, "no models are installed"),
            new Finding("bundles", Status.OK, "1 run")));

    assertThat(environment.run("doctor")).isEqualTo(1);

    assertThat(environment.out())
        .containsPattern("problem +engine +libtorch_cpu.so is missing in /natives")
        .containsPattern("problem +models +no models are installed")
        .containsPattern("ok +bundles +1 run")
        .doesNotContain("the engine is not there");
    assertThat(environment.settings.get(0).deployFolder()).isTrue();
  }

  @Test
  void doctorIsContentWithASystemThatWorksAlthoughAPartIsBroken() throws Exception {
    AudioReader reader = mock(AudioReader.class);
    when(reader.decode(any(Path.class), any(DecodeOptions.class)))
        .thenReturn(Audio.of(new float[16_000], 16_000));
    environment.engine =
        Optional.of(
            new Services.EngineFacts(
                Optional.empty(), "2.7.1", Optional.empty(), "linux-x86_64", 1));
    environment
        .with(AudioReader.class, reader)
        .with(AudioWriter.class, mock(AudioWriter.class))
        .with(
            Diagnosis.class,
            new FakeDiagnosis(
                new Finding("vocoder", Status.WARNING, "lite; but model mine:1 gives none")));

    assertThat(environment.run("doctor", "--json")).isZero();

    assertThat(environment.out())
        .contains("\"status\" : \"warning\"")
        .contains("model mine:1 gives none");
  }

  private record FakeDiagnosis(Map<String, Finding> findings) implements Diagnosis {
    FakeDiagnosis(Finding... findings) {
      this(
          Arrays.stream(findings)
              .collect(
                  Collectors.toMap(Finding::subject, f -> f, (a, b) -> a, LinkedHashMap::new)));
    }

    @Override
    public List<String> subjects() {
      return List.copyOf(findings.keySet());
    }

    @Override
    public Finding examine(String subject) {
      return findings.get(subject);
    }
  }

  @Test
  void bundlesListsASlice() {
    assertThat(environment.run("bundles", "--slice", "tokenizer")).isZero();
    assertThat(environment.opened).containsExactly(Slice.TOKENIZER);
    assertThat(environment.out()).contains("org.example 1.0.0");

    assertThat(environment.run("bundles", "--slice", "nonsense")).isEqualTo(2);
  }

  @Test
  void bundlesThatDidNotStartAreAProblem() {
    environment.bundles =
        List.of(
            new Services.BundleFacts("org.part", "1.0.0", "RESOLVED", 1, true),
            new Services.BundleFacts("org.stuck", "1.0.0", "RESOLVED", 1, false));

    assertThat(environment.run("bundles")).isZero();
    assertThat(environment.run("bundles", "--start")).isEqualTo(1);
  }

  @Test
  void helpThatCannotBeWrittenIsAFailure() {
    assertThat(environment.withFullOutput().run("--help")).isEqualTo(1);
    assertThat(environment.withFullOutput().run("bundles", "--json")).isEqualTo(1);

    assertThat(environment.err())
        .isEqualTo(
            "emova: standard output can't be written\nemova: standard output can't be written\n");
  }

  @Test
  void helpSumsUpEachCommandInWholeSentences() {
    assertThat(environment.run("--help")).isZero();

    assertThat(environment.out().lines().filter(l -> l.startsWith("  bench")).findFirst())
        .hasValueSatisfying(line -> assertThat(line).endsWith("."));
  }

  @Test
  void benchPassesTheModelsFolderOn() {
    BenchCommand bench = new BenchCommand(environment);
    assertThat(bench.withModels(List.of("convert"))).containsExactly("convert");

    bench.common.modelsFolder = Path.of("/models");
    assertThat(bench.withModels(List.of("convert")))
        .containsExactly("convert", "--models-dir", "/models");
  }

  @Test
  void tokenizeReplacesItsOutputAsAWholeAndLeavesNothingElse() throws Exception {
    SpeechTokenizer tokenizer = mock(SpeechTokenizer.class);
    AudioReader reader = mock(AudioReader.class);
    when(tokenizer.sampleRate()).thenReturn(16_000);
    when(tokenizer.tokenize(any())).thenReturn(UNITS);
    when(reader.decode(any(Path.class), any())).thenReturn(SOUND);
    environment.with(SpeechTokenizer.class, tokenizer).with(AudioReader.class, reader);
    Path input = Files.writeString(folder.resolve("in.wav"), "sound");
    Path output = Files.writeString(folder.resolve("units.txt"), "old");
    // What has the old file keeps it: it is not written over.
    Path old = Files.createLink(folder.resolve("old.txt"), output);

    assertThat(environment.run("tokenize", input.toString(), "-o", output.toString())).isZero();

    assertThat(output).content().startsWith("12*3 7");
    assertThat(old).hasContent("old");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(input, output, old);
    }
  }

  @Test
  void unitsHoldNoVoiceToKeep() throws Exception {
    assertThat(environment.run("synthesize", "-", "-", "--format=wav", "--speaker=same"))
        .isEqualTo(2);
    assertThat(environment.err()).contains("--speaker same goes with convert");
  }

  @Test
  void stylesSaysWhatTheSameSpeakerIs() throws Exception {
    StyleModule styles = mock(StyleModule.class);
    when(styles.catalogue())
        .thenReturn(
            new StyleCatalogue(
                List.of("female", "same"), List.of("neutral"), List.of(), List.of(), false));
    environment.with(StyleModule.class, styles);

    assertThat(environment.run("styles")).isZero();
    assertThat(environment.out())
        .contains("female, same")
        .contains("speaker same keeps the recording's own voice (convert only)");
  }

  @Test
  void importsIntoTheModelsFolderOrIntoAFile() throws Exception {
    Path source = Files.writeString(folder.resolve("G.pth"), "weights");
    ModelImporter importer = mock(ModelImporter.class);
    ModelManifest manifest =
        new ModelManifest(
            "emova-u2s",
            "1.0.0",
            "",
            "NOASSERTION",
            List.of("en"),
            List.of(),
            Map.of(),
            List.of(
                new ModelManifest.Component(
                    "vocoder",
                    "uvits",
                    Optional.of("emova-40ms-4096"),
                    Optional.of("emova-256"),
                    22_050,
                    Map.of())),
            List.of());
    when(importer.importModels(any(), any()))
        .thenAnswer(
            call -> {
              Path archive = call.<Path>getArgument(1).resolve("emova-u2s-1.0.0.tar.gz");
              Files.writeString(archive, "archive");
              return List.of(
                  new ModelImporter.Imported(archive, manifest, List.of("left out 3 tensors")));
            });
    ModelRepository repository = mock(ModelRepository.class);
    ModelArchive installed = mock(ModelArchive.class);
    when(installed.manifest()).thenReturn(manifest);
    when(repository.install(any())).thenReturn(installed);
    environment.with(ModelImporter.class, importer).with(ModelRepository.class, repository);

    assertThat(environment.run("models", "import", source.toString())).isZero();
    assertThat(environment.out())
        .contains("installed emova-u2s:1.0.0")
        .contains("  left out 3 tensors");

    Path out = folder.resolve("u2s.tar.gz");
    assertThat(environment.run("models", "import", source.toString(), "--out", out.toString()))
        .isZero();
    assertThat(out).hasContent("archive");
    assertThat(environment.run("models", "import", folder.resolve("none.pth").toString()))
        .isEqualTo(1);
  }

  @Test
  void aMixIsAnotherStyleThatDiffersByItsKeys() {
    Style happy = Style.DEFAULT.withSpeaker("female").withEmotion("happy");
    assertThat(StyleOptions.mixed(happy, "emotion=sad,pitch=-2:0.25"))
        .isEqualTo(happy.mixedWith(happy.withEmotion("sad").withPitch(new Style.Amount(-2)), 0.25));
    for (String wrong : List.of("sad:0.3", "emotion=sad", "emotion=sad:x", ":0.3", "mood=a:1")) {
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> StyleOptions.mixed(happy, wrong))
          .as(wrong)
          .isInstanceOf(UsageException.class)
          .hasMessageStartingWith("--mix");
    }
  }
}
