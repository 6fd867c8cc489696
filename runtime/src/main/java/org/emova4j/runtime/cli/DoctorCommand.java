package org.emova4j.runtime.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.health.Diagnosis;
import org.emova4j.api.health.Finding;
import org.emova4j.api.health.Finding.Status;
import org.emova4j.api.health.Subjects;
import org.emova4j.api.model.ModelRepository;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechException;
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

  @Override
  int run() throws Exception {
    checkJava();
    checkMemory();
    Slice slice = environment.nearest(Slice.ALL);
    // With what lies in the deploy folder, as the shell starts it.
    try (Services services =
        environment.open(slice, common.settings().withDeployFolder(slice == Slice.ALL))) {
      checkEngine(services);
      if (slice.readsWavAlone()) {
        check("wav", () -> roundTrip(services, AudioFormat.WAV));
      } else {
        check("ffmpeg", () -> roundTrip(services, AudioFormat.FLAC));
      }
      if (slice == Slice.ALL) {
        check("health", () -> examine(services));
      } else {
        checkParts(services, slice);
      }
    }
    if (json) {
      console()
          .out()
          .println(Json.writePretty(findings.stream().map(DoctorCommand::facts).toList()));
    } else {
      for (Finding f : findings) {
        String status = f.status().name().toLowerCase(Locale.ROOT);
        console().out().printf("%-8s %-13s %s%n", status, f.subject(), f.text());
      }
    }
    return findings.stream().noneMatch(f -> f.status() == Status.PROBLEM) ? 0 : 1;
  }

  /** A distribution for one purpose has only some of the parts, and is whole with them. */
  private void checkParts(Services services, Slice slice) {
    checkBundles(services);
    check("models", () -> models(services));
    if (slice != Slice.SYNTHESIS) {
      check("tokenizer", () -> parts(services, SpeechTokenizer.class));
    }
    if (slice != Slice.TOKENIZER) {
      check("style", () -> parts(services, StyleModule.class));
      check("vocoder", () -> parts(services, Vocoder.class));
    }
    if (!slice.readsWavAlone()) {
      check("converter", () -> parts(services, SpeechConverter.class));
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
            status(bad.isEmpty()),
            bad.isEmpty() ? services.bundles().size() + " started" : String.join("; ", bad)));
  }

  private static Optional<String> models(Services services)
      throws FailedException, SpeechException {
    List<String> names =
        services.require(ModelRepository.class).list().stream()
            .map(m -> m.manifest().name())
            .toList();
    if (names.isEmpty()) {
      throw new FailedException("no models are installed");
    }
    return Optional.of(String.join(", ", names));
  }

  private static <S> Optional<String> parts(Services services, Class<S> type)
      throws SpeechException {
    services.require(type);
    return Optional.of(
        services.all(type).stream()
            .map(o -> o.property(ServiceProperties.ID).orElse("there"))
            .collect(Collectors.joining(", ")));
  }

  /** What the system says of itself; of the engine this knows more. */
  private Optional<String> examine(Services services) throws SpeechException {
    awaitConverter(services);
    services.require(Diagnosis.class).examine().stream()
        .filter(f -> !f.subject().equals(Subjects.ENGINE))
        .forEach(findings::add);
    return Optional.empty();
  }

  /** It comes last of all; whatever keeps it away, the examination says. */
  private static void awaitConverter(Services services) {
    try {
      services.require(SpeechConverter.class);
    } catch (SpeechException e) {
      return;
    }
  }

  private void checkJava() {
    int version = Runtime.version().feature();
    findings.add(
        new Finding(
            "java",
            status(version >= MIN_JAVA),
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
            status(available.isEmpty() || available.get() >= MIN_MEMORY_MB),
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

  private void checkEngine(Services services) {
    Optional<Services.EngineFacts> engine = services.engine();
    if (engine.isEmpty()) {
      findings.add(new Finding(Subjects.ENGINE, Status.PROBLEM, "the engine bundle is not there"));
      return;
    }
    Services.EngineFacts facts = engine.get();
    findings.add(
        new Finding(
            Subjects.ENGINE,
            status(facts.problem().isEmpty()),
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

  private static Status status(boolean ok) {
    return ok ? Status.OK : Status.PROBLEM;
  }

  /** A check that returns what it found, if it hasn't said it itself. */
  private interface Check {
    Optional<String> find() throws Exception;
  }

  @SuppressWarnings("CatchingUnchecked") // a check that fails is a finding
  private void check(String subject, Check check) {
    try {
      check.find().ifPresent(text -> findings.add(new Finding(subject, Status.OK, text)));
    } catch (Exception | LinkageError e) {
      if (common.debug) {
        e.printStackTrace(console().err());
      }
      findings.add(
          new Finding(
              subject, Status.PROBLEM, Failures.sentence(e).replace(Services.DOCTOR_HINT, "")));
    }
  }

  private static Optional<String> roundTrip(Services services, AudioFormat format)
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
    return Optional.of("writes and reads audio");
  }

  private static Map<String, Object> facts(Finding finding) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("subject", finding.subject());
    facts.put("ok", finding.status() != Status.PROBLEM);
    facts.put("status", finding.status().name().toLowerCase(Locale.ROOT));
    facts.put("text", finding.text());
    return facts;
  }
}
