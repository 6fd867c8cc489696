package org.emova4j.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Prosody;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.BundleWiring;

/** The parts of a running system are swapped, and nobody who uses it notices. */
@Timeout(400)
class HotSwapTest {
  private static final int SWAPS = 50;
  private static final int THREADS = 2;
  private static final ConversionRequest REQUEST =
      ConversionRequest.of(Style.DEFAULT.withSpeaker("female").withEmotion("happy"));

  @TempDir static Path storage;
  private static Distribution distribution;
  private static SpeechConverter converter;
  private static Audio speech;

  @BeforeAll
  static void startDistribution() throws Exception {
    distribution = Distribution.start(storage);
    converter = distribution.await(SpeechConverter.class);
    distribution.await(SpeechTokenizer.class);
    distribution.await(StyleModule.class);
    distribution.await(Vocoder.class);
    Path question = Path.of(System.getProperty("emova.samples")).resolve("question.flac");
    speech =
        distribution
            .await(AudioReader.class)
            .decode(question, DecodeOptions.atRate(converter.sampleRate(REQUEST)))
            .slice(0, 16_000);
  }

  @AfterAll
  static void stopDistribution() throws Exception {
    if (distribution != null) {
      distribution.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"org.emova4j.tokenizer", "org.emova4j.style", "org.emova4j.vocoder"})
  void fiftyUpdatesUnderLoadLoseNoCall(String name) throws Exception {
    Bundle bundle = distribution.bundle(name);
    Audio expected = converter.convert(speech, REQUEST);
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    // A refresh stops, resolves and starts a bundle: it would show as events of others.
    List<String> disturbed = new CopyOnWriteArrayList<>();
    SynchronousBundleListener others =
        event -> {
          if (!event.getBundle().equals(bundle)) {
            disturbed.add(event.getBundle().getSymbolicName() + " got event " + event.getType());
          }
        };
    long warm = 0;
    try (Load load = new Load(expected)) {
      load.awaitCalls(2 * THREADS);
      distribution.context().addBundleListener(others);
      for (int i = 0; i < SWAPS; i++) {
        loaders.add(new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader()));
        bundle.update();
        load.awaitCalls(1);
        if (i == SWAPS / 2) {
          warm = residentMegabytes();
        }
      }
      load.awaitCalls(2 * THREADS);
      distribution.context().removeBundleListener(others);
      long end = residentMegabytes();

      assertThat(load.failures).isEmpty();
      assertThat(disturbed).isEmpty();
      assertThat(bundle.getState()).isEqualTo(Bundle.ACTIVE);
      System.out.printf(
          "%s: %d updates, %d calls, 0 failed, resident %d MB at half, %d MB at the end%n",
          name, SWAPS, load.calls.get(), warm, end);
      // A generation's weights are 14 MB as float32 (1 MB in the style module, whose loaders tell):
      // 25 that leaked are 350 MB. libtorch's and the allocator's own pools move by some 80.
      assertThat(end).isLessThan(warm + 175);
    }
    assertThat(alive(loaders)).isLessThanOrEqualTo(1);
  }

  @Test
  void refusesAVocoderWhoseCodebookDoesNotMatchAndNamesBoth() throws Exception {
    Dictionary<String, Object> properties =
        FrameworkUtil.asDictionary(
            Map.of(Constants.SERVICE_RANKING, 1_000, ServiceProperties.ID, "stranger"));
    ServiceRegistration<Vocoder> stranger =
        distribution.context().registerService(Vocoder.class, new Stranger(), properties);
    try {
      ConversionRequest named =
          new ConversionRequest(
              REQUEST.style(),
              Optional.empty(),
              true,
              new ConversionRequest.Parts(
                  Optional.empty(), Optional.empty(), Optional.of("stranger")));
      assertThatThrownBy(() -> converter.convert(speech, named))
          .isInstanceOf(ModelUnavailableException.class)
          .hasMessageContaining("lite-40ms-4096")
          .hasMessageContaining("stranger-40ms-4096");
      // Best-ranked but of no use: whoever names no vocoder gets the one that fits.
      assertThat(converter.convert(speech, REQUEST).length()).isPositive();
    } finally {
      stranger.unregister();
    }
  }

  /** How many of the class loaders are still reachable. */
  private static long alive(List<WeakReference<ClassLoader>> loaders) throws InterruptedException {
    long alive = loaders.size();
    for (int i = 0; i < 20 && alive > 0; i++) {
      System.gc();
      Thread.sleep(
          100); // reference processing runs on its own thread, and has no event to wait for
      alive = loaders.stream().filter(l -> l.get() != null).count();
    }
    return alive;
  }

  private static long residentMegabytes() throws IOException {
    System.gc();
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(l -> l.startsWith("VmRSS:"))
        .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  /** Threads that convert the same speech again and again, and compare what comes out. */
  private static final class Load implements AutoCloseable {
    final AtomicInteger calls = new AtomicInteger();
    final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();

    Load(Audio expected) {
      for (int i = 0; i < THREADS; i++) {
        Thread thread = new Thread(() -> convert(expected), "load-" + i);
        thread.start();
        threads.add(thread);
      }
    }

    private void convert(Audio expected) {
      while (!stopped.get()) {
        try {
          float difference = difference(expected, converter.convert(speech, REQUEST));
          if (!(difference < 1e-3f)) { // libtorch sums in another order now and then
            failures.add("differs by %s from the result before the swaps".formatted(difference));
          }
        } catch (Exception e) {
          failures.add(e.toString());
        }
        synchronized (this) {
          calls.incrementAndGet();
          notifyAll();
        }
      }
    }

    private static float difference(Audio one, Audio other) {
      if (one.length() != other.length()) {
        return Float.POSITIVE_INFINITY;
      }
      FloatBuffer a = one.buffer();
      FloatBuffer b = other.buffer();
      float most = 0;
      while (a.hasRemaining()) {
        most = Math.max(most, Math.abs(a.get() - b.get()));
      }
      return most;
    }

    /** Until so many more calls have ended. */
    synchronized void awaitCalls(int more) throws InterruptedException {
      int target = calls.get() + more;
      long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (calls.get() < target) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        assertThat(left)
            .as("milliseconds left for %d more calls", target - calls.get())
            .isPositive();
        wait(left);
      }
    }

    @Override
    public void close() {
      stopped.set(true);
      for (Thread thread : threads) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }

  private static final class Stranger implements Vocoder {
    @Override
    public Codebook codebook() {
      return new Codebook("stranger-40ms-4096", 4096, Duration.ofMillis(40));
    }

    @Override
    public String styleSpace() {
      return "lite-1";
    }

    @Override
    public int sampleRate() {
      return 16_000;
    }

    @Override
    public Audio vocode(UnitSequence units, StyleVector style, Optional<Prosody> prosody) {
      throw new AssertionError("a vocoder that does not fit must not be called");
    }
  }
}
