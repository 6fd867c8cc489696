package org.emova4j.pipeline.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.lenient;
import static org.mockito.Mockito.mock;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.health.Problem;
import org.emova4j.api.speech.ConversionRequest.Parts;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.unit.Codebook;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.ServiceReference;

@Timeout(20)
class SpeechPartsTest {
  private static final Codebook LITE = new Codebook("lite-40ms-4096", 4096, Duration.ofMillis(40));
  private static final Codebook MINE = new Codebook("mine-40ms-64", 64, Duration.ofMillis(40));

  private final SpeechParts parts = new SpeechParts(Duration.ofSeconds(60));
  private int created;

  @Test
  void takesWhatTheConfigurationChoosesAndWhatARequestNamesBeforeThat() throws Exception {
    lite();
    parts.addTokenizer(reference("other", -1), tokenizer(LITE));
    assertThat(assembled(Parts.ANY)).isEqualTo("lite lite lite");

    parts.configure(Map.of("tokenizer", "other"), false);
    assertThat(assembled(Parts.ANY)).isEqualTo("other lite lite");
    assertThat(parts.taken(Parts.ANY))
        .isEqualTo(new Parts(Optional.of("other"), Optional.of("lite"), Optional.of("lite")));
    assertThat(assembled(tokenizer("lite"))).isEqualTo("lite lite lite");

    parts.configure(Map.of(), false);
    assertThat(assembled(Parts.ANY)).isEqualTo("lite lite lite");
  }

  @Test
  void aWrongValueChangesNothingAndIsNamed() throws Exception {
    lite();
    parts.configure(Map.of("swap.patience.seconds", 5, "style", "lite"), false);
    for (Map<String, Object> wrong :
        List.<Map<String, Object>>of(
            Map.of("swap.patience.seconds", 3601),
            Map.of("swap.patience.seconds", "x"),
            Map.of("style", "a b"),
            Map.of("style", 7))) {
      parts.configure(wrong, false);
      assertThat(parts.swaps().patience()).hasSeconds(5);
      assertThat(parts.inUse().style()).contains("lite");
      Map.Entry<String, Object> entry = wrong.entrySet().iterator().next();
      assertThat(parts.problems())
          .singleElement()
          .extracting(Problem::text)
          .asString()
          .contains(
              "org.emova4j.pipeline: %s is \"%s\"".formatted(entry.getKey(), entry.getValue()));
    }
    parts.configure(Map.of(), false);
    assertThat(parts.problems()).isEmpty();
  }

  @Test
  void aChoiceThatIsNotThereWaitsWhileWhatWasInUseStays() throws Exception {
    lite();
    parts.configure(Map.of("tokenizer", "mine"), false);

    assertThat(assembled(Parts.ANY)).isEqualTo("lite lite lite");
    assertThat(parts.problems())
        .singleElement()
        .extracting(Problem::text)
        .asString()
        .contains("tokenizer is \"mine\", which is not there; there are: lite");

    parts.addTokenizer(reference("mine", -1), tokenizer(LITE));
    assertThat(assembled(Parts.ANY)).isEqualTo("mine lite lite");
    assertThat(parts.problems()).isEmpty();
  }

  @Test
  void whatIsChosenAtStartIsNeverReplacedBySomethingElse() {
    parts.configure(Map.of("tokenizer", "mine", "swap.patience.seconds", 0), true);
    lite();

    assertThatThrownBy(() -> assembled(Parts.ANY))
        .hasMessage(
            "no tokenizer \"mine\" is available, which the configuration org.emova4j.pipeline"
                + " chooses; there are: lite");
  }

  @Test
  void aChoiceThatDoesNotFitWhatARequestNamesGivesWay() throws Exception {
    lite();
    parts.addTokenizer(reference("mine", -1), tokenizer(MINE));
    parts.addVocoder(reference("mine", -1), vocoder(MINE));
    parts.configure(Map.of("tokenizer", "mine"), false);

    assertThat(assembled(Parts.ANY)).isEqualTo("mine lite mine");
    assertThat(assembled(new Parts(Optional.empty(), Optional.empty(), Optional.of("lite"))))
        .isEqualTo("lite lite lite");
  }

  @Test
  void namesPartsThatNothingFits() {
    lite();
    parts.addTokenizer(reference("mine", 5), tokenizer(MINE));

    assertThat(parts.problems())
        .containsExactly(
            new Problem("tokenizer", "mine writes codebook mine-40ms-64, which no vocoder reads"));
  }

  @Test
  void aPartThatCannotSayWhatItIsForIsNotTaken() throws Exception {
    lite();
    SpeechTokenizer broken = mock(SpeechTokenizer.class);
    lenient().when(broken.codebook()).thenThrow(new IllegalStateException("no table"));
    ServiceReference<SpeechTokenizer> reference = reference("broken", 5);
    parts.addTokenizer(reference, broken);

    assertThat(assembled(Parts.ANY)).isEqualTo("lite lite lite");
    assertThat(parts.problems()).singleElement().asString().contains("broken").contains("no table");
    parts.removeTokenizer(reference);
    assertThat(parts.problems()).isEmpty();
  }

  @Test
  void findsAndForgetsAPartWhoseRankingHasChanged() throws Exception {
    lite();
    AtomicInteger ranking = new AtomicInteger(5);
    ServiceReference<SpeechTokenizer> reference = reference("other", ranking);
    parts.addTokenizer(reference, tokenizer(LITE));
    assertThat(assembled(Parts.ANY)).isEqualTo("other lite lite");

    ranking.set(-5);
    assertThat(assembled(Parts.ANY)).isEqualTo("lite lite lite");
    parts.removeTokenizer(reference);
    assertThat(parts.tokenizers().ids()).isEqualTo("lite");
  }

  @Test
  void aCallGoesOnWithWhatIsLeftOfWhatItBeganWith() throws Exception {
    lite();
    ServiceReference<SpeechTokenizer> gone = reference("mine", 5);
    parts.addTokenizer(gone, tokenizer(LITE));
    Assembly begun = parts.assemble(Parts.ANY, Optional.empty());
    parts.addVocoder(reference("newer", 9), vocoder(LITE));
    parts.removeTokenizer(gone);

    Assembly continued = parts.assemble(Parts.ANY, Optional.of(begun));
    assertThat(continued.tokenizer().id()).isEqualTo("lite");
    assertThat(continued.vocoder()).isSameAs(begun.vocoder());
    assertThat(assembled(Parts.ANY)).isEqualTo("lite lite newer");
  }

  @Test
  void waitsForWhatHasJustGoneAndHoldsOnToNothingOfIt() throws Exception {
    ServiceReference<Vocoder> vocoder = lite();
    parts.removeVocoder(vocoder);
    assertThat(parts.vocoders().candidates(Optional.empty(), true))
        .singleElement()
        .extracting(Part::service, Part::reference)
        .containsExactly(null, null);
    CompletableFuture<String> waits =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return assembled(Parts.ANY);
              } catch (ModelUnavailableException e) {
                throw new IllegalStateException(e);
              }
            });
    parts.addVocoder(reference("lite", 0), vocoder(LITE));

    assertThat(waits.get(10, TimeUnit.SECONDS)).isEqualTo("lite lite lite");
    assertThat(parts.vocoders().candidates(Optional.empty(), true)).hasSize(1);
  }

  @Test
  void useRefusesWhatIsNotThereOrDoesNotFit() {
    lite();
    parts.addTokenizer(reference("mine", -1), tokenizer(MINE));

    assertThatThrownBy(() -> parts.use(tokenizer("nobody")))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessage("no tokenizer \"nobody\" is available; there are: lite, mine");
    assertThatThrownBy(() -> parts.use(tokenizer("mine")))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("mine-40ms-64")
        .hasMessageContaining("lite-40ms-4096");
    assertThatThrownBy(() -> parts.use(tokenizer("lite")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ConfigAdmin");
    assertThat(parts.inUse()).isEqualTo(Parts.ANY);
  }

  private ServiceReference<Vocoder> lite() {
    parts.addTokenizer(reference("lite", 0), tokenizer(LITE));
    StyleModule style = mock(StyleModule.class);
    lenient().when(style.styleSpace()).thenReturn("lite-1");
    parts.addStyle(reference("lite", 0), style);
    ServiceReference<Vocoder> vocoder = reference("lite", 0);
    parts.addVocoder(vocoder, vocoder(LITE));
    return vocoder;
  }

  private String assembled(Parts asked) throws ModelUnavailableException {
    Assembly assembly = parts.assemble(asked, Optional.empty());
    return "%s %s %s"
        .formatted(assembly.tokenizer().id(), assembly.style().id(), assembly.vocoder().id());
  }

  private static Parts tokenizer(String id) {
    return new Parts(Optional.of(id), Optional.empty(), Optional.empty());
  }

  private static SpeechTokenizer tokenizer(Codebook codebook) {
    SpeechTokenizer tokenizer = mock(SpeechTokenizer.class);
    lenient().when(tokenizer.codebook()).thenReturn(codebook);
    return tokenizer;
  }

  private static Vocoder vocoder(Codebook codebook) {
    Vocoder vocoder = mock(Vocoder.class);
    lenient().when(vocoder.codebook()).thenReturn(codebook);
    lenient().when(vocoder.styleSpace()).thenReturn("lite-1");
    return vocoder;
  }

  private <T> ServiceReference<T> reference(String id, int ranking) {
    return reference(id, new AtomicInteger(ranking));
  }

  /** Compares as the framework's do: by ranking, then the older is the greater. */
  @SuppressWarnings("unchecked") // a mock has no type parameters
  private <T> ServiceReference<T> reference(String id, AtomicInteger ranking) {
    ServiceReference<T> reference = mock(ServiceReference.class);
    int serviceId = created++;
    lenient().when(reference.getProperty(ServiceProperties.ID)).thenReturn(id);
    lenient().when(reference.getProperty("service.ranking")).thenAnswer(call -> ranking.get());
    lenient().when(reference.getProperty("service.id")).thenReturn(serviceId);
    lenient()
        .when(reference.compareTo(any()))
        .thenAnswer(
            call -> {
              ServiceReference<T> other = call.getArgument(0);
              int byRanking =
                  Integer.compare(ranking.get(), (int) other.getProperty("service.ranking"));
              return byRanking != 0
                  ? byRanking
                  : Integer.compare((int) other.getProperty("service.id"), serviceId);
            });
    return reference;
  }
}
