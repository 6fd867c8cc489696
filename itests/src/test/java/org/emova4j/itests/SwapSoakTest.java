package org.emova4j.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.model.ModelRepository;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.PartChoice;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleModule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Everything is swapped, one after the other, while callers convert at full speed. For half a
 * minute, or for as many seconds as {@code -Demova.soak.seconds} says.
 */
@Timeout(3_600)
class SwapSoakTest {
  private static final int CALLERS = 4;
  private static final int DEPLOYED = 3; // minor version of what goes through the deploy folder
  private static final List<String> PARTS =
      List.of("org.emova4j.tokenizer", "org.emova4j.style", "org.emova4j.vocoder");
  private static final ConversionRequest REQUEST =
      ConversionRequest.of(Style.DEFAULT.withSpeaker("female").withEmotion("happy"));

  @TempDir Path storage;
  private Distribution distribution;
  private Load load;
  private Blackouts blackouts;
  private final List<WeakReference<ClassLoader>> replaced = new ArrayList<>();
  private final List<String> disturbed = new CopyOnWriteArrayList<>();
  private volatile String concerned = "";
  private int rounds;

  /** One swap; ends when the new is in place. */
  private interface Swap {
    void run(String part) throws Exception;
  }

  @Test
  void noCallIsLostAndNobodyElseIsDisturbed() throws Exception {
    int seconds = Integer.getInteger("emova.soak.seconds", 30);
    Path deploy = Files.createDirectories(storage.resolve("deploy"));
    try (Distribution started = Distribution.start(storage, "all")) {
      distribution = started;
      SpeechConverter converter = started.await(SpeechConverter.class);
      Audio speech = speech(converter);
      blackouts =
          new Blackouts(
              started.context(), List.of(SpeechTokenizer.class, StyleModule.class, Vocoder.class));
      Map<Bundle, BundleRevision> revisions = revisionsOfOthers();
      started.context().addBundleListener(watch());
      List<Long> resident = new ArrayList<>();
      try (Standstill standstill = new Standstill();
          Load running = new Load(CALLERS, converter, speech, REQUEST)) {
        load = running;
        running.awaitCalls(2 * CALLERS);
        long begin = System.nanoTime();
        int samples = 10;
        while (System.nanoTime() - begin < Duration.ofSeconds(seconds).toNanos()) {
          round(deploy);
          long spent = (System.nanoTime() - begin) / 1_000_000_000;
          if (spent * samples / seconds >= resident.size()) {
            resident.add(Memory.residentMegabytes());
          }
        }
        running.awaitCalls(2 * CALLERS);
        resident.add(Memory.residentMegabytes());
        report(running, resident, seconds);
        System.out.println("  " + standstill);

        assertThat(running.failures.stream().distinct().limit(5)).isEmpty();
      }
      assertThat(disturbed).isEmpty();
      revisions.forEach(
          (bundle, revision) ->
              assertThat(bundle.adapt(BundleRevision.class))
                  .as("the revision of %s", bundle)
                  .isSameAs(revision));
      long alive = Memory.alive(replaced);
      System.out.printf("  class loaders: %d replaced, %d left%n", replaced.size(), alive);
      assertThat(alive).isZero();
      // After warm-up: half-way to the end. One generation's weights are 14 MB; libtorch's and the
      // allocator's own pools move by some 80.
      assertThat(resident.get(resident.size() - 1))
          .isLessThan(resident.get(resident.size() / 2) + 175);
    }
  }

  private void report(Load running, List<Long> resident, int seconds) {
    System.out.printf(
        "%d s, %d callers: %d calls, %d failed, longest %d ms; %d swaps%n%s  resident %s MB%n",
        seconds,
        CALLERS,
        running.calls.get(),
        running.failures.size(),
        running.longestNanos.get() / 1_000_000,
        blackouts.swaps(),
        blackouts.report(),
        resident);
  }

  private Audio speech(SpeechConverter converter) throws Exception {
    Path question = Path.of(System.getProperty("emova.samples")).resolve("question.flac");
    return distribution
        .await(AudioReader.class)
        .decode(question, DecodeOptions.atRate(converter.sampleRate(REQUEST)))
        .slice(0, 16_000);
  }

  private Map<Bundle, BundleRevision> revisionsOfOthers() {
    Map<Bundle, BundleRevision> revisions = new HashMap<>();
    for (Bundle bundle : distribution.context().getBundles()) {
      if (!PARTS.contains(bundle.getSymbolicName())) {
        revisions.put(bundle, bundle.adapt(BundleRevision.class));
      }
    }
    return revisions;
  }

  /** A refresh stops, resolves and starts a bundle: it would show as events of others. */
  private SynchronousBundleListener watch() {
    return event -> {
      String name = event.getBundle().getSymbolicName();
      if (!concerned.equals(name) && event.getBundle().getVersion().getMinor() != DEPLOYED) {
        disturbed.add(
            "%s got event %d while %s was swapped".formatted(name, event.getType(), concerned));
      }
    };
  }

  /** Each kind of swap once, each of the parts in turn. */
  private void round(Path deploy) throws Exception {
    for (String part : PARTS) {
      swap("updated", part, this::update);
      swap("uninstalled, installed", part, this::reinstall);
      swap("blue-green", part, this::blueGreen);
    }
    String deployed = PARTS.get(rounds % PARTS.size());
    swap("dropped into deploy/", deployed, part -> drop(part, deploy));
    swap("removed from deploy/", deployed, part -> take(part, deploy));
    swap("model replaced", "", part -> replaceModel());
    swap("configuration changed", "", part -> reconfigure());
    rounds++;
  }

  private void swap(String kind, String part, Swap swap) throws Exception {
    concerned = part;
    swap.run(part);
    load.awaitCalls(1);
    blackouts.count(kind);
  }

  private void forget(Bundle bundle) {
    replaced.add(new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader()));
  }

  private void update(String part) throws Exception {
    Bundle bundle = distribution.bundle(part);
    forget(bundle);
    bundle.update();
  }

  private void reinstall(String part) throws Exception {
    Bundle bundle = distribution.bundle(part);
    String location = bundle.getLocation();
    forget(bundle);
    bundle.uninstall();
    distribution.context().installBundle(location).start();
  }

  private void blueGreen(String part) throws Exception {
    Bundle blue = distribution.bundle(part);
    Path green = storage.resolve("%s-%d.jar".formatted(part, rounds));
    BundleFiles.as(jar(blue), "0.2." + rounds, green);
    forget(blue);
    distribution.context().installBundle("reference:" + green.toUri()).start();
    blue.uninstall();
    Path old = jar(blue);
    if (old.startsWith(storage)) {
      Files.delete(old);
    }
  }

  private static Path jar(Bundle bundle) {
    return Path.of(URI.create(bundle.getLocation().substring("reference:".length())));
  }

  private void drop(String part, Path deploy) throws Exception {
    Path jar =
        BundleFiles.as(
            jar(distribution.bundle(part)),
            "0." + DEPLOYED + "." + rounds,
            storage.resolve("deployed.tmp"));
    Files.move(jar, deploy.resolve("deployed.jar"), StandardCopyOption.ATOMIC_MOVE);
    awaitDeployed(part, true);
  }

  private void take(String part, Path deploy) throws Exception {
    forget(deployed(part).orElseThrow());
    Files.delete(deploy.resolve("deployed.jar"));
    awaitDeployed(part, false);
  }

  private Optional<Bundle> deployed(String part) {
    return List.of(distribution.context().getBundles()).stream()
        .filter(b -> part.equals(b.getSymbolicName()))
        .filter(b -> b.getVersion().getMinor() == DEPLOYED)
        .findFirst();
  }

  private void awaitDeployed(String part, boolean there) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (there
        ? deployed(part).filter(b -> b.getState() == Bundle.ACTIVE).isEmpty()
        : deployed(part).isPresent()) {
      assertThat(System.nanoTime()).as("the deploy folder is not watched").isLessThan(deadline);
      load.awaitCalls(1);
    }
  }

  private void replaceModel() throws Exception {
    ModelRepository repository = distribution.await(ModelRepository.class);
    Path folder = storage.resolve("lite-" + rounds);
    Path archive = BundleFiles.archive(BundleFiles.model("2.0." + rounds, folder));
    repository.install(archive);
    if (rounds > 0) {
      repository.remove("lite:2.0." + (rounds - 1));
    }
    delete(folder);
    Files.delete(archive);
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private void reconfigure() throws Exception {
    PartChoice choice = distribution.await(PartChoice.class);
    Optional<String> lite = Optional.of("lite").filter(l -> rounds % 2 == 0);
    choice.use(new ConversionRequest.Parts(lite, lite, lite));
    ConfigurationAdmin admin = distribution.await(ConfigurationAdmin.class);
    for (String pid : List.of("org.emova4j.tokenizer", "org.emova4j.vocoder")) {
      admin
          .getConfiguration(pid, "?")
          .update(FrameworkUtil.asDictionary(Map.of("pieceSeconds", 20 + rounds % 20)));
    }
    // Another folder of models, and the first one again: the installed ones go, and come back.
    useModels(Files.createDirectories(storage.resolve("no-models")), false);
    useModels(storage.resolve("models"), true);
  }

  private void useModels(Path folder, boolean installed) throws Exception {
    distribution
        .await(ConfigurationAdmin.class)
        .getConfiguration("org.emova4j.models", "?")
        .update(FrameworkUtil.asDictionary(Map.of("folder", folder.toString())));
    ModelRepository repository = distribution.await(ModelRepository.class);
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (repository.list().stream().allMatch(m -> m.manifest().version().startsWith("1."))
        == installed) {
      assertThat(System.nanoTime()).as("the folder is in use").isLessThan(deadline);
      Thread.sleep(1); // no event says that an event will come
    }
  }
}
