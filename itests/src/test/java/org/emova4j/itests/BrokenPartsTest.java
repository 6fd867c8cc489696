package org.emova4j.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.health.Diagnosis;
import org.emova4j.api.health.Finding.Status;
import org.emova4j.api.health.Subjects;
import org.emova4j.api.model.ModelRepository;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.ConversionRequest.Parts;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.PartChoice;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.style.Style;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.itests.parts.FailingActivator;
import org.emova4j.itests.parts.FailingTokenizer;
import org.emova4j.itests.parts.StrangeTokenizer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.condition.Condition;

/**
 * What is broken is named, and what worked goes on working; what isn't whole doesn't run; and who
 * chooses among parts gets what he chose.
 */
@Timeout(300)
class BrokenPartsTest {
  private static final String PIPELINE = "org.emova4j.pipeline";
  private static final String API =
      "org.emova4j.api.audio,org.emova4j.api.speech,org.emova4j.api.unit,org.osgi.framework";
  private static final ConversionRequest REQUEST =
      ConversionRequest.of(Style.DEFAULT.withSpeaker("female"));

  @TempDir static Path storage;
  private static final ByteArrayOutputStream LOG = new ByteArrayOutputStream();
  private static final PrintStream STDERR = System.err;
  private static final PrintStream STDOUT = System.out;
  private static Path deploy;
  private static Distribution distribution;
  private static Diagnosis diagnosis;
  private static Audio speech;

  @BeforeAll
  static void startDistribution() throws Exception {
    System.setErr(both(STDERR));
    System.setOut(both(STDOUT));
    deploy = Files.createDirectories(storage.resolve("deploy"));
    distribution = Distribution.start(storage, "all");
    diagnosis = distribution.await(Diagnosis.class);
    SpeechConverter converter = distribution.await(SpeechConverter.class);
    Path question = Path.of(System.getProperty("emova.samples")).resolve("question.flac");
    speech =
        distribution
            .await(AudioReader.class)
            .decode(question, DecodeOptions.atRate(converter.sampleRate(REQUEST)))
            .slice(0, 16_000);
  }

  /** What is printed goes where it went, and is kept. */
  private static PrintStream both(PrintStream stream) {
    return new PrintStream(
        new OutputStream() {
          @Override
          public void write(int b) {
            stream.write(b);
            synchronized (LOG) {
              LOG.write(b);
            }
          }
        },
        true,
        StandardCharsets.UTF_8);
  }

  @AfterAll
  static void stopDistribution() throws Exception {
    System.setErr(STDERR);
    System.setOut(STDOUT);
    if (distribution != null) {
      distribution.close();
    }
  }

  @AfterEach
  void everythingIsWellAgain() throws Exception {
    configure(Map.of());
    try (var files = Files.list(deploy)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    await("well", () -> diagnosis.examine().stream().allMatch(f -> f.status() == Status.OK));
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not %s after 30 s: %s".formatted(what, diagnosis.examine()));
      }
      Thread.sleep(20); // some of what is waited for fires no event
    }
  }

  private static void awaitLog(String text) throws InterruptedException {
    await(
        "in the log: " + text,
        () -> {
          synchronized (LOG) {
            return LOG.toString(StandardCharsets.UTF_8).contains(text);
          }
        });
  }

  private static Audio convert() throws Exception {
    return distribution.await(SpeechConverter.class).convert(speech, REQUEST);
  }

  /** That it is found broken, by all who look, while conversions go on as before. */
  private static void brokenButServing(String subject, String text) throws Exception {
    await(
        "broken: " + text,
        () ->
            diagnosis.examine(subject).text().contains(text)
                && diagnosis.examine(subject).status() == Status.WARNING);
    assertThat(healthCheck(subject)).contains("WARN").contains(text);
    assertThat(gogo("emova:doctor")).contains(text);
    assertThat(convert().length()).isPositive();
  }

  /** By reflection: Felix's types stay in the framework. */
  private static String healthCheck(String subject) throws Exception {
    ServiceReference<?>[] references =
        distribution
            .context()
            .getServiceReferences(
                "org.apache.felix.hc.api.HealthCheck", "(hc.tags=%s)".formatted(subject));
    assertThat(references).hasSize(1);
    Object check = distribution.context().getService(references[0]);
    Class<?> type = check.getClass().getInterfaces()[0];
    return type.getMethod("execute").invoke(check).toString();
  }

  private static String gogo(String command) throws Exception {
    ServiceReference<?> reference =
        distribution
            .context()
            .getServiceReference("org.apache.felix.service.command.CommandProcessor");
    Object processor = distribution.context().getService(reference);
    ClassLoader gogo = processor.getClass().getClassLoader();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Object session =
        gogo.loadClass("org.apache.felix.service.command.CommandProcessor")
            .getMethod("createSession", InputStream.class, OutputStream.class, OutputStream.class)
            .invoke(processor, new ByteArrayInputStream(new byte[0]), out, out);
    Object result =
        gogo.loadClass("org.apache.felix.service.command.CommandSession")
            .getMethod("execute", CharSequence.class)
            .invoke(session, command);
    return out.toString(StandardCharsets.UTF_8) + result;
  }

  @Test
  void aBundleWithAMissingImport() throws Exception {
    BundleFiles.bundle(
        deploy.resolve("a.jar"),
        "test.missing.import",
        StrangeTokenizer.class,
        Map.of("Import-Package", "org.nowhere," + API),
        "");
    brokenButServing(Subjects.BUNDLES, "org.nowhere");
    awaitLog("org.nowhere");
  }

  @Test
  void aBundleWhoseActivatorFails() throws Exception {
    BundleFiles.bundle(
        deploy.resolve("b.jar"),
        "test.failing.activator",
        FailingActivator.class,
        Map.of("Import-Package", API, "Bundle-Activator", FailingActivator.class.getName()),
        "");
    brokenButServing(Subjects.BUNDLES, "test.failing.activator");
    awaitLog("the activator can't find its licence");
  }

  @Test
  void aComponentWhoseConstructorFailsAlthoughItRanksHighest() throws Exception {
    BundleFiles.bundle(
        deploy.resolve("c.jar"),
        "test.failing.component",
        FailingTokenizer.class,
        Map.of("Import-Package", API),
        BundleFiles.tokenizerComponent("failing", FailingTokenizer.class));
    brokenButServing(Subjects.COMPONENTS, "the constructor can't find its table");
    awaitLog("the constructor can't find its table");
  }

  @Test
  void aTokenizerOfACodebookThatNobodyReadsAlthoughItRanksHighest() throws Exception {
    BundleFiles.bundle(
        deploy.resolve("d.jar"),
        "test.strange",
        StrangeTokenizer.class,
        Map.of("Import-Package", API),
        BundleFiles.tokenizerComponent("strange", StrangeTokenizer.class));
    String text = "strange writes codebook strange-40ms-64, which no vocoder reads";
    brokenButServing(Subjects.TOKENIZER, text);
    awaitLog(text);
    PartChoice choice = distribution.await(PartChoice.class);
    assertThatThrownBy(
            () -> choice.use(new Parts(Optional.of("strange"), Optional.empty(), Optional.empty())))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("strange-40ms-64")
        .hasMessageContaining("lite-40ms-4096");
  }

  @Test
  void aModelWhoseWeightsAreDamaged() throws Exception {
    Path folder = BundleFiles.model("8.0.0", storage.resolve("models").resolve("lite@8.0.0"));
    try (RandomAccessFile weights =
        new RandomAccessFile(folder.resolve("tokenizer.safetensors").toFile(), "rw")) {
      weights.write(new byte[64]); // a header of no length
    }
    readModelsAgain();
    brokenButServing(Subjects.TOKENIZER, "model lite:8.0.0 gives no tokenizer");
    awaitLog("lite:8.0.0 gives no tokenizer");
    distribution.await(ModelRepository.class).remove("lite:8.0.0");
  }

  @Test
  void aModelWithAMissingFile() throws Exception {
    Path folder = BundleFiles.model("8.1.0", storage.resolve("models").resolve("lite@8.1.0"));
    Files.delete(folder.resolve("vocoder.safetensors"));
    readModelsAgain();
    brokenButServing(Subjects.MODELS, "vocoder.safetensors is missing");
    awaitLog("vocoder.safetensors is missing");
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
    readModelsAgain();
  }

  private static int ratio = 100;

  private static void readModelsAgain() throws Exception {
    distribution
        .await(ConfigurationAdmin.class)
        .getConfiguration("org.emova4j.models", "?")
        .update(FrameworkUtil.asDictionary(Map.of("max.ratio", ++ratio)));
  }

  @Test
  void aConfigurationThatIsWrong() throws Exception {
    configure(Map.of("swap.patience.seconds", "soon"));
    brokenButServing(Subjects.CONFIGURATION, "swap.patience.seconds is \"soon\"");
    awaitLog("swap.patience.seconds is \"soon\", must be a whole number from 0 to 3600");
    configure(Map.of("vocoder", "nobody"));
    brokenButServing(Subjects.CONFIGURATION, "vocoder is \"nobody\", which is not there");
    configure(Map.of());
    await("well", () -> diagnosis.examine(Subjects.CONFIGURATION).status() == Status.OK);
    configure("org.emova4j.tokenizer", Map.of("pieceSeconds", 0));
    brokenButServing(Subjects.CONFIGURATION, "pieceSeconds 0 is outside 1..600");
    configure("org.emova4j.tokenizer", Map.of("pieceSeconds", 30));
  }

  private static void configure(Map<String, Object> properties) throws Exception {
    configure(PIPELINE, properties);
  }

  private static void configure(String pid, Map<String, Object> properties) throws Exception {
    distribution
        .await(ConfigurationAdmin.class)
        .getConfiguration(pid, "?")
        .update(FrameworkUtil.asDictionary(properties));
  }

  @Test
  void aCallInAGapWaitsAndThenSaysWhatIsMissing() throws Exception {
    configure(Map.of("swap.patience.seconds", 2));
    SpeechConverter converter = distribution.await(SpeechConverter.class);
    Bundle vocoder = distribution.bundle("org.emova4j.vocoder");

    vocoder.stop();
    CompletableFuture<Audio> waits =
        CompletableFuture.supplyAsync(unchecked(() -> convertWith(converter)));
    vocoder.start();
    assertThat(waits.get(20, TimeUnit.SECONDS).length()).isPositive();

    vocoder.stop();
    long start = System.nanoTime();
    assertThatThrownBy(() -> convertWith(converter))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("no vocoder is available")
        .hasMessageContaining("lite went away and has not come back within 2 s");
    assertThat(System.nanoTime() - start).isGreaterThan(1_900_000_000L);
    // By then nobody who comes anew gets half a pipeline.
    await("gated", () -> service(SpeechConverter.class).isEmpty() && !isReady());
    assertThat(healthCheck(Subjects.VOCODER)).contains("CRITICAL");
    assertThat(gogo("hc:exec emova")).contains("CRITICAL").contains("emova4j vocoder");
    assertThatThrownBy(() -> convertWith(converter))
        .hasMessageContaining("no vocoder is available");

    vocoder.start();
    assertThat(convert().length()).isPositive();
    assertThat(isReady()).isTrue();
    configure(Map.of());
  }

  private static Audio convertWith(SpeechConverter converter) throws SpeechException {
    return converter.convert(speech, REQUEST);
  }

  private interface Checked<T> {
    T get() throws Exception;
  }

  private static <T> Supplier<T> unchecked(Checked<T> call) {
    return () -> {
      try {
        return call.get();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    };
  }

  private static <T> Optional<ServiceReference<T>> service(Class<T> type) {
    return Optional.ofNullable(distribution.context().getServiceReference(type));
  }

  private static boolean isReady() {
    try {
      return !distribution
          .context()
          .getServiceReferences(Condition.class, "(osgi.condition.id=emova.conversion)")
          .isEmpty();
    } catch (InvalidSyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aRunningCallEndsOnWhatItBeganWithAndNewOnesStartOnTheNew() throws Exception {
    SpeechTokenizer lite = distribution.await(SpeechTokenizer.class);
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    SpeechTokenizer mine = new Delegating(lite, asked, entered, released);
    ServiceRegistration<SpeechTokenizer> registration =
        distribution
            .context()
            .registerService(
                SpeechTokenizer.class,
                mine,
                FrameworkUtil.asDictionary(
                    Map.of(ServiceProperties.ID, "mine", Constants.SERVICE_RANKING, -5)));
    try {
      assertThat(gogo("emova:use tokenizer mine")).contains("tokenizer  mine");
      CompletableFuture<Audio> running = CompletableFuture.supplyAsync(unchecked(() -> convert()));
      assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(gogo("emova:use tokenizer -")).contains("tokenizer  the best-ranked");

      Audio others = convert();
      assertThat(asked).hasValue(1);
      assertThat(running).isNotDone();
      released.countDown();
      assertThat(running.get(20, TimeUnit.SECONDS).length()).isEqualTo(others.length());
      assertThat(asked).hasValue(1);

      configure(Map.of("tokenizer", "mine"));
      PartChoice choice = distribution.await(PartChoice.class);
      await("chosen", () -> choice.inUse().tokenizer().equals(Optional.of("mine")));
      convert();
      assertThat(asked).hasValue(2);
      assertThatThrownBy(() -> gogo("emova:use vocoder nobody"))
          .rootCause()
          .hasMessage("no vocoder \"nobody\" is available; there are: lite");
      configure(Map.of());
      await("reset", () -> choice.inUse().equals(Parts.ANY));
    } finally {
      registration.unregister();
    }
  }

  private record Delegating(
      SpeechTokenizer lite, AtomicInteger asked, CountDownLatch entered, CountDownLatch released)
      implements SpeechTokenizer {
    @Override
    public Codebook codebook() {
      return lite.codebook();
    }

    @Override
    public int sampleRate() {
      return lite.sampleRate();
    }

    @Override
    public UnitSequence tokenize(Audio recording) throws SpeechException {
      asked.incrementAndGet();
      entered.countDown();
      try {
        released.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return lite.tokenize(recording);
    }
  }
}
