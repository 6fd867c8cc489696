package org.emova4j.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.health.Problem;
import org.emova4j.api.model.ModelRepository;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.UnitSequence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceReference;

/** Files that PyTorch wrote become parts of a running system, once somebody trusts them. */
@Timeout(300)
class ScriptPartsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String COMPONENTS =
      """
      {"role": "tokenizer", "architecture": "torchscript", "codebook": "mine-40ms-32", "sampleRate": 16000,
       "files": {"script": "tokenizer.pt"},
       "settings": {"unitsPerSecond": 25, "input": {"kind": "waveform"}, "output": {"kind": "ids", "units": 32}}},
      {"role": "vocoder", "architecture": "torchscript", "codebook": "other-10ms-16", "styleSpace": "mine-4", "sampleRate": 16000,
       "files": {"script": "vocoder.pt"},
       "settings": {"unitsPerSecond": 100, "input": {"kind": "ids", "units": 16}, "style": {"dimensions": 4},
                    "output": {"kind": "waveform"}}}
      """;

  @TempDir Path storage;
  private Distribution distribution;

  @Test
  void aTrustedModelGivesPartsAndAnUntrustedOneProblems() throws Exception {
    Path archive = archive();
    try (Distribution started = Distribution.start(storage, "all")) {
      distribution = started;
      ModelRepository repository = started.await(ModelRepository.class);
      started.await(Vocoder.class); // the engine is up

      repository.install(archive);
      until(
          () ->
              problems().stream().filter(p -> p.contains("not installed as trusted")).count() == 2);
      assertThat(part(SpeechTokenizer.class)).isEmpty();

      repository.installTrusted(archive);
      until(() -> part(SpeechTokenizer.class).isPresent() && part(Vocoder.class).isPresent());
      assertThat(problems()).noneMatch(p -> p.contains("trusted"));
      UnitSequence units =
          part(SpeechTokenizer.class).orElseThrow().tokenize(Audio.of(new float[16_000], 16_000));
      assertThat(units.frameIds()).hasSize(25).containsOnly(0);
      Vocoder vocoder = part(Vocoder.class).orElseThrow();
      Audio sound =
          vocoder.vocode(
              UnitSequence.ofFrames(vocoder.codebook(), 3, 3, 5),
              StyleVector.of("mine-4", 0.5f, 0, 0, 0));
      assertThat(sound.length()).isEqualTo(480);
      assertThat(sound.samples()[8]).isNotZero();

      repository.remove("mine");
      until(() -> part(SpeechTokenizer.class).isEmpty() && part(Vocoder.class).isEmpty());
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void until(Condition condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("it has not come").isLessThan(deadline);
      Thread.sleep(5); // no event says that an event will come
    }
  }

  private <T> Optional<T> part(Class<T> type) throws Exception {
    return distribution.context().getServiceReferences(type, "(emova.id=mine)").stream()
        .findFirst()
        .map(r -> distribution.context().getService(r));
  }

  private List<String> problems() throws Exception {
    return distribution.context().getServiceReferences(Problem.class, null).stream()
        .map((ServiceReference<Problem> r) -> distribution.context().getService(r))
        .map(Problem::text)
        .toList();
  }

  private Path archive() throws Exception {
    Path folder = Files.createDirectories(storage.resolve("mine"));
    Path checkout = Path.of(System.getProperty("emova.samples")).getParent();
    String resources = "src/test/resources/script";
    Files.copy(
        checkout.resolve("tokenizer").resolve(resources).resolve("ids.pt"),
        folder.resolve("tokenizer.pt"));
    Files.copy(
        checkout.resolve("vocoder").resolve(resources).resolve("styled.pt"),
        folder.resolve("vocoder.pt"));
    String files =
        Arrays.asList("tokenizer.pt", "vocoder.pt").stream()
            .map(name -> entry(folder.resolve(name)))
            .collect(Collectors.joining(","));
    Files.writeString(
        folder.resolve("model.json"),
        """
        {"id": "mine", "version": "1.0.0", "description": "Of tests.", "licence": "CC0-1.0",
         "languages": [], "dataSources": [], "quality": {}, "components": [%s], "files": [%s]}
        """
            .formatted(COMPONENTS, files));
    return BundleFiles.archive(folder);
  }

  private static String entry(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      return "{\"name\": \"%s\", \"size\": %d, \"sha256\": \"%s\"}"
          .formatted(file.getFileName(), bytes.length, hash);
    } catch (IOException | NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
