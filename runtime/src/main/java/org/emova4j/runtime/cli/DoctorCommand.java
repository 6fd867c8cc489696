package org.emova4j.runtime.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.model.ModelRepository;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.SpeechModifier;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.StyleModule;
import org.emova4j.runtime.Json;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Slice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Looks at everything that a conversion needs. */
@Command(
    name = "doctor",
    description = "Says whether everything is there that conversions need, and what is not.",
    footer = {"", "Examples:", "  emova doctor", "  emova doctor --json"})
final class DoctorCommand extends Subcommand {
  private static final int MIN_JAVA = 17;
  private static final long MIN_MEMORY_MB = 900;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  private final List<Finding> findings = new ArrayList<>();

  DoctorCommand(Environment environment) {
    super(environment);
  }

  private record Finding(String subject, boolean ok, String text) {}

  @Override
  int run() throws Exception {
    checkJava();
    checkMemory();
    // A distribution for one purpose has only some of the parts, and is whole with them.
    Slice slice = environment.nearest(Slice.CONVERTER);
    try (Services services = environment.open(slice, common.settings())) {
      checkBundles(services);
      checkEngine(services);
      if (slice.readsWavAlone()) {
        check("wav", () -> roundTrip(services, AudioFormat.WAV));
      } else {
        check("ffmpeg", () -> roundTrip(services, AudioFormat.FLAC));
      }
      check("models", () -> models(services));
      if (slice != Slice.SYNTHESIS) {
        check("tokenizer", () -> parts(services, SpeechTokenizer.class));
      }
      if (slice != Slice.TOKENIZER) {
        check("style", () -> parts(services, StyleModule.class));
        check("vocoder", () -> parts(services, Vocoder.class));
      }
      if (slice == Slice.CONVERTER || slice == Slice.ALL) {
        check("modifier", () -> parts(services, SpeechModifier.class));
      }
      if (!slice.readsWavAlone()) {
        check("converter", () -> parts(services, SpeechConverter.class));
      }
    }
    if (json) {
      console()
          .out()
          .println(Json.writePretty(findings.stream().map(DoctorCommand::facts).toList()));
    } else {
      for (Finding f : findings) {
        console().out().printf("%-8s %-10s %s%n", f.ok() ? "ok" : "problem", f.subject(), f.text());
      }
    }
    return findings.stream().allMatch(Finding::ok) ? 0 : 1;
  }

  private void checkJava() {
    int version = Runtime.version().feature();
    findings.add(
        new Finding(
            "java",
            version >= MIN_JAVA,
            "%s (%s), %s %s"
                .formatted(
                    System.getProperty("java.version"),
                    System.getProperty("java.vendor"),
                    System.getProperty("os.name"),
                    System.getProperty("os.arch"))));
  }

  private void checkMemory() {
    Optional<Long> available = availableMegabytes();
    findings.add(
        new Finding(
            "memory",
            available.isEmpty() || available.get() >= MIN_MEMORY_MB,
            "%s MB available, Java heap up to %d MB, %d processors"
                .formatted(
                    available.map(Object::toString).orElse("unknown"),
                    Runtime.getRuntime().maxMemory() >> 20,
                    Runtime.getRuntime().availableProcessors())));
  }

  /** From Linux; other systems don't say it in a file. */
  private static Optional<Long> availableMegabytes() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
      return lines
          .filter(line -> line.startsWith("MemAvailable:"))
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void checkBundles(Services services) {
    List<String> bad =
        services.bundles().stream()
            .filter(b -> !b.isUp())
            .map(b -> "%s is %s".formatted(b.name(), b.state()))
            .toList();
    findings.add(
        new Finding(
            "bundles",
            bad.isEmpty(),
            bad.isEmpty() ? services.bundles().size() + " started" : String.join("; ", bad)));
  }

  private void checkEngine(Services services) {
    Optional<Services.EngineFacts> engine = services.engine();
    if (engine.isEmpty()) {
      findings.add(new Finding("engine", false, "the engine bundle is not there"));
      return;
    }
    Services.EngineFacts facts = engine.get();
    findings.add(
        new Finding(
            "engine",
            facts.problem().isEmpty(),
            facts
                .problem()
                .orElseGet(
                    () ->
                        "libtorch %s for %s, %d threads, from %s"
                            .formatted(
                                facts.version(),
                                facts.platform(),
                                facts.threads(),
                                facts.nativesFolder().map(Path::toString).orElse("elsewhere")))));
  }

  /** A check that returns what it found. */
  private interface Check {
    String find() throws Exception;
  }

  @SuppressWarnings("CatchingUnchecked") // a check that fails is a finding
  private void check(String subject, Check check) {
    try {
      findings.add(new Finding(subject, true, check.find()));
    } catch (Exception | LinkageError e) {
      if (common.debug) {
        e.printStackTrace(console().err());
      }
      findings.add(
          new Finding(subject, false, Failures.sentence(e).replace(Services.DOCTOR_HINT, "")));
    }
  }

  private static String roundTrip(Services services, AudioFormat format)
      throws SpeechException, IOException {
    AudioWriter writer = services.require(AudioWriter.class);
    AudioReader reader = services.require(AudioReader.class);
    int rate = 16_000;
    Path file = Files.createTempFile("emova-", "." + format.id());
    try {
      writer.encode(Audio.adopt(new float[rate], rate), file, EncodeOptions.of(format));
      int samples = reader.decode(file, DecodeOptions.atRate(rate)).length();
      if (samples != rate) {
        throw new IOException("wrote %d samples but read %d".formatted(rate, samples));
      }
    } finally {
      Files.deleteIfExists(file);
    }
    return "writes and reads audio";
  }

  private static String models(Services services) throws FailedException, SpeechException {
    List<String> names =
        services.require(ModelRepository.class).list().stream()
            .map(m -> m.manifest().name())
            .toList();
    if (names.isEmpty()) {
      throw new FailedException("no models are installed");
    }
    return String.join(", ", names);
  }

  private static <S> String parts(Services services, Class<S> type) throws SpeechException {
    services.require(type);
    return String.join(
        ", ",
        services.all(type).stream()
            .map(o -> o.property(org.emova4j.api.ServiceProperties.ID).orElse("there"))
            .toList());
  }

  private static Map<String, Object> facts(Finding finding) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("subject", finding.subject());
    facts.put("ok", finding.ok());
    facts.put("text", finding.text());
    return facts;
  }
}
