package org.emova4j.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
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
    try (Load load = new Load(THREADS, converter, speech, REQUEST)) {
      load.awaitCalls(2 * THREADS);
      distribution.context().addBundleListener(others);
      for (int i = 0; i < SWAPS; i++) {
        loaders.add(new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader()));
        bundle.update();
        load.awaitCalls(1);
        if (i == SWAPS / 2) {
          warm = Memory.residentMegabytes();
        }
      }
      load.awaitCalls(2 * THREADS);
      distribution.context().removeBundleListener(others);
      long end = Memory.residentMegabytes();

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
    assertThat(Memory.alive(loaders)).isLessThanOrEqualTo(1);
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
