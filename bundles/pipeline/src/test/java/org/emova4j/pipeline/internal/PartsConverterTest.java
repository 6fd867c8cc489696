package org.emova4j.pipeline.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.lenient;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.SpeechModifier;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Prosody;
import org.emova4j.api.style.ProsodyAnalyzer;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleCatalogue;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.Answers;
import org.osgi.framework.ServiceReference;

class PartsConverterTest {
  private static final Codebook LITE = new Codebook("lite-40ms-4096", 4096, Duration.ofMillis(40));
  private static final Codebook EMOVA =
      new Codebook("emova-40ms-4096", 4096, Duration.ofMillis(40));
  private static final Audio SPEECH = Audio.of(new float[16_000], 16_000);
  private static final Audio RESULT = Audio.of(new float[] {0.5f}, 16_000);
  private static final UnitSequence UNITS = UnitSequence.ofFrames(LITE, 7, 7, 9);
  private static final StyleVector VECTOR = StyleVector.of("lite-1", 1f);
  private static final Prosody PROSODY = Prosody.of(100, new float[12], new float[12]);
  private static final ConversionRequest REQUEST =
      ConversionRequest.of(Style.DEFAULT.withEmotion("happy"));

  private final SpeechParts parts = new SpeechParts(Duration.ofSeconds(60));
  private final PartsConverter converter = new PartsConverter(parts);

  @BeforeEach
  void registerParts() throws SpeechException {
    parts.addTokenizer(reference("lite", 0), tokenizer(UNITS));
    ProsodyAnalyzer analyzer = mock(ProsodyAnalyzer.class);
    lenient().when(analyzer.sampleRate()).thenReturn(16_000);
    lenient().when(analyzer.analyze(SPEECH)).thenReturn(PROSODY);
    parts.addAnalyzer(reference("lite", 0), analyzer);
    StyleModule style = mock(StyleModule.class);
    lenient().when(style.styleSpace()).thenReturn("lite-1");
    lenient().when(style.referenceSampleRate()).thenReturn(16_000);
    lenient().when(style.encode(REQUEST.style())).thenReturn(VECTOR);
    parts.addStyle(reference("lite", 0), style);
  }

  @Test
  void carriesTimingAndProsodyOfTheSourceOver() throws SpeechException {
    Vocoder vocoder = vocoder(LITE, "lite-1");
    parts.addVocoder(reference("lite", 0), vocoder);
    when(vocoder.vocode(UNITS, VECTOR, Optional.of(PROSODY))).thenReturn(RESULT);

    assertThat(converter.convert(SPEECH, REQUEST)).isEqualTo(RESULT);
  }

  @Test
  void endsWhereTheSourceEnds() throws SpeechException {
    SpeechParts parts = new SpeechParts(Duration.ZERO);
    PartsConverter converter = new PartsConverter(parts);
    Audio speech = Audio.of(new float[1_600], 16_000); // 2.5 units
    SpeechTokenizer tokenizer = tokenizer(UnitSequence.ofFrames(LITE, 7, 7, 9));
    Vocoder vocoder = vocoder(LITE, "lite-1");
    ProsodyAnalyzer analyzer = mock(ProsodyAnalyzer.class);
    StyleModule style = mock(StyleModule.class);
    when(style.styleSpace()).thenReturn("lite-1");
    when(style.encode(any())).thenReturn(VECTOR);
    when(analyzer.analyze(speech)).thenReturn(PROSODY);
    when(vocoder.vocode(any(), any(), any())).thenReturn(Audio.of(new float[960], 16_000));
    parts.addTokenizer(reference("lite", 0), tokenizer);
    parts.addAnalyzer(reference("lite", 0), analyzer);
    parts.addStyle(reference("lite", 0), style);
    parts.addVocoder(reference("lite", 0), vocoder);

    // at twice the speed
    assertThat(converter.convert(speech, REQUEST).length()).isEqualTo(800);
  }

  @Test
  void givesTheVocoderBareUnitsWhenProsodyIsToBePredicted() throws SpeechException {
    Vocoder vocoder = vocoder(LITE, "lite-1");
    parts.addVocoder(reference("lite", 0), vocoder);
    UnitSequence bare = UnitSequence.of(LITE, 7, 9);
    when(vocoder.vocode(bare, VECTOR, Optional.empty())).thenReturn(RESULT);

    ConversionRequest request =
        new ConversionRequest(REQUEST.style(), Optional.empty(), false, REQUEST.parts());
    assertThat(converter.convert(SPEECH, request)).isEqualTo(RESULT);
  }

  @Test
  void refusesAVocoderOfAnotherCodebookAndNamesBoth() throws SpeechException {
    Vocoder vocoder = vocoder(EMOVA, "lite-1");
    parts.addVocoder(reference("emova", 0), vocoder);

    assertThatThrownBy(() -> converter.convert(SPEECH, REQUEST))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("lite-40ms-4096")
        .hasMessageContaining("emova-40ms-4096");
    verify(vocoder, never()).vocode(any(), any(), any());
  }

  @Test
  void refusesAVocoderOfAnotherStyleSpaceAndNamesBoth() {
    parts.addVocoder(reference("emova", 0), vocoder(LITE, "emova-256"));

    assertThatThrownBy(() -> converter.convert(SPEECH, REQUEST))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("lite-1")
        .hasMessageContaining("emova-256");
  }

  @Test
  void keepsOnlyTheTimingWhereTheVocoderReadsNoProsody() throws SpeechException {
    Vocoder vocoder = vocoder(LITE, "lite-1");
    when(vocoder.readsProsody()).thenReturn(false);
    when(vocoder.vocode(UNITS, VECTOR, Optional.empty())).thenReturn(RESULT);
    SpeechParts parts = new SpeechParts(Duration.ZERO);
    PartsConverter converter = new PartsConverter(parts); // without a prosody analyzer
    StyleModule style = style("lite-1");
    parts.addTokenizer(reference("lite", 0), tokenizer(UNITS));
    parts.addStyle(reference("lite", 0), style);
    parts.addVocoder(reference("lite", 0), vocoder);

    assertThat(converter.sampleRate(REQUEST)).isEqualTo(16_000);
    assertThat(converter.convert(SPEECH, REQUEST)).isEqualTo(RESULT);
  }

  @Test
  void predictsTheTimingWhereOnlyThatCanHaveTheSpeed() throws SpeechException {
    Vocoder vocoder = vocoder(LITE, "lite-1");
    when(vocoder.readsProsody()).thenReturn(false);
    when(vocoder.vocode(UnitSequence.of(LITE, 7, 9), VECTOR, Optional.empty())).thenReturn(RESULT);
    StyleModule style = style("lite-1");
    parts.addStyle(reference("other", 10), style);
    parts.addVocoder(reference("lite", 0), vocoder);

    ConversionRequest fast = ConversionRequest.of(Style.DEFAULT.withSpeed(new Style.Label("fast")));
    assertThat(converter.convert(SPEECH, fast)).isEqualTo(RESULT);
  }

  @Test
  void choosesPartsThatFitTheNamedOnes() throws SpeechException {
    UnitSequence units = UnitSequence.ofFrames(EMOVA, 5);
    StyleVector vector = StyleVector.of("emova-256", 2f);
    Vocoder vocoder = vocoder(EMOVA, "emova-256");
    when(vocoder.vocode(units, vector, Optional.of(PROSODY))).thenReturn(RESULT);
    StyleModule style = style("emova-256");
    when(style.encode(any(Style.class))).thenReturn(vector);
    StyleCatalogue catalogue =
        new StyleCatalogue(List.of("female"), List.of(), List.of(), List.of(), false);
    when(style.catalogue()).thenReturn(catalogue);
    when(style.referenceSampleRate()).thenReturn(22_050);
    parts.addVocoder(reference("lite", 10), vocoder(LITE, "lite-1"));
    parts.addVocoder(reference("emova-u2s", 0), vocoder);
    parts.addTokenizer(reference("emova-s2u", 0), tokenizer(units));
    parts.addStyle(reference("emova-style", 0), style);

    for (ConversionRequest.Parts parts :
        List.of(
            new ConversionRequest.Parts(
                Optional.of("emova-s2u"), Optional.empty(), Optional.empty()),
            new ConversionRequest.Parts(
                Optional.empty(), Optional.of("emova-style"), Optional.empty()),
            new ConversionRequest.Parts(
                Optional.empty(), Optional.empty(), Optional.of("emova-u2s")),
            new ConversionRequest.Parts(
                Optional.of("emova-s2u"), Optional.empty(), Optional.of("emova-u2s")))) {
      ConversionRequest request =
          new ConversionRequest(REQUEST.style(), Optional.empty(), true, parts);
      assertThat(converter.convert(SPEECH, request)).isEqualTo(RESULT);
      assertThat(converter.catalogue(request)).isEqualTo(catalogue);
      assertThat(converter.referenceSampleRate(request)).isEqualTo(22_050);
    }
  }

  @Test
  void passesOverABestVocoderThatNothingFits() throws SpeechException {
    Vocoder vocoder = vocoder(LITE, "lite-1");
    when(vocoder.vocode(UNITS, VECTOR, Optional.of(PROSODY))).thenReturn(RESULT);
    parts.addVocoder(reference("emova-u2s", 10), vocoder(EMOVA, "emova-256"));
    parts.addVocoder(reference("lite", 0), vocoder);

    assertThat(converter.convert(SPEECH, REQUEST)).isEqualTo(RESULT);
  }

  @Test
  void refusesNamedPartsThatDontFitAlthoughOthersWould() {
    parts.addVocoder(reference("lite", 10), vocoder(LITE, "lite-1"));
    parts.addVocoder(reference("emova-u2s", 0), vocoder(EMOVA, "emova-256"));
    ConversionRequest request =
        new ConversionRequest(
            REQUEST.style(),
            Optional.empty(),
            true,
            new ConversionRequest.Parts(
                Optional.of("lite"), Optional.empty(), Optional.of("emova-u2s")));

    assertThatThrownBy(() -> converter.convert(SPEECH, request))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("lite-40ms-4096")
        .hasMessageContaining("emova-40ms-4096");
  }

  @Test
  void prefersTheHigherRankingAndHonoursAnId() throws SpeechException {
    Vocoder low = vocoder(LITE, "lite-1");
    Vocoder high = vocoder(LITE, "lite-1");
    parts.addVocoder(reference("low", 0), low);
    parts.addVocoder(reference("high", 10), high);
    Audio other = Audio.of(new float[] {0.25f}, 16_000);
    when(high.vocode(any(), any(), any())).thenReturn(RESULT);
    when(low.vocode(any(), any(), any())).thenReturn(other);

    assertThat(converter.convert(SPEECH, REQUEST)).isEqualTo(RESULT);
    ConversionRequest named =
        new ConversionRequest(
            REQUEST.style(),
            Optional.empty(),
            true,
            new ConversionRequest.Parts(Optional.empty(), Optional.empty(), Optional.of("low")));
    assertThat(converter.convert(SPEECH, named)).isEqualTo(other);
  }

  @Test
  @Timeout(20)
  void repeatsACallWithTheSuccessorOfAPartThatGoesAway() throws Exception {
    Vocoder leaving = vocoder(LITE, "lite-1");
    Vocoder successor = vocoder(LITE, "lite-1");
    ServiceReference<Vocoder> old = reference("lite", 0);
    ServiceReference<Vocoder> next = reference("lite", 0);
    parts.addVocoder(old, leaving);
    when(successor.vocode(any(), any(), any())).thenReturn(RESULT);
    CompletableFuture<Void> refused = new CompletableFuture<>();
    when(leaving.vocode(any(), any(), any()))
        .thenAnswer(
            call -> {
              refused.complete(null);
              throw new ModelUnavailableException("the vocoder is being swapped");
            });

    CompletableFuture<Audio> running =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return converter.convert(SPEECH, REQUEST);
              } catch (SpeechException e) {
                throw new IllegalStateException(e);
              }
            });
    refused.get(5, TimeUnit.SECONDS);
    parts.removeVocoder(old);
    parts.addVocoder(next, successor);

    assertThat(running.get(5, TimeUnit.SECONDS)).isEqualTo(RESULT);
  }

  @Test
  void passesOnARefusalOfAPartThatStays() throws SpeechException {
    SpeechParts impatient = new SpeechParts(Duration.ofMillis(50));
    SpeechTokenizer broken = mock(SpeechTokenizer.class);
    when(broken.codebook()).thenReturn(LITE);
    when(broken.tokenize(any())).thenThrow(new ModelUnavailableException("weights are damaged"));
    impatient.addTokenizer(reference("lite", 0), broken);
    impatient.addVocoder(reference("lite", 0), vocoder(LITE, "lite-1"));
    StyleModule style = mock(StyleModule.class);
    when(style.styleSpace()).thenReturn("lite-1");
    impatient.addStyle(reference("lite", 0), style);

    assertThatThrownBy(() -> new PartsConverter(impatient).convert(SPEECH, REQUEST))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessage("weights are damaged");
  }

  @Test
  @Timeout(20)
  void saysAtOnceWhichPartWasNeverThere() {
    assertThatThrownBy(() -> converter.convert(SPEECH, REQUEST))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessage("no vocoder is available");
  }

  @Test
  @Timeout(20)
  void listsTheIdsThatThereAreAtOnceWhenANamedOneNeverWas() {
    ConversionRequest request =
        new ConversionRequest(
            Style.DEFAULT,
            Optional.empty(),
            true,
            new ConversionRequest.Parts(Optional.of("spiral"), Optional.empty(), Optional.empty()));

    assertThatThrownBy(() -> converter.convert(SPEECH, request))
        .hasMessage("no tokenizer \"spiral\" is available; there are: lite");
  }

  @Test
  void findsAPartByItsModelToo() throws SpeechException {
    Vocoder vocoder = vocoder(LITE, "lite-1");
    ServiceReference<Vocoder> reference = reference("lite", 0);
    when(reference.getProperty(ServiceProperties.MODEL)).thenReturn("lite:1.1.0");
    parts.addVocoder(reference("lite", 10), vocoder(LITE, "lite-1"));
    parts.addVocoder(reference, vocoder);
    when(vocoder.vocode(any(), any(), any())).thenReturn(RESULT);

    ConversionRequest request =
        new ConversionRequest(
            REQUEST.style(),
            Optional.empty(),
            true,
            new ConversionRequest.Parts(
                Optional.empty(), Optional.empty(), Optional.of("lite:1.1.0")));
    assertThat(converter.convert(SPEECH, request)).isEqualTo(RESULT);
  }

  private static final ConversionRequest SAME =
      ConversionRequest.of(REQUEST.style().withSpeaker("same"));

  private static SpeechModifier modifier(String styleSpace) {
    SpeechModifier modifier = mock(SpeechModifier.class);
    lenient().when(modifier.styleSpace()).thenReturn(styleSpace);
    return modifier;
  }

  /** Neither tokenizer nor vocoder. */
  private static SpeechParts keeper(SpeechModifier modifier) throws SpeechException {
    SpeechParts keeper = new SpeechParts(Duration.ofSeconds(5));
    StyleModule style = mock(StyleModule.class);
    when(style.styleSpace()).thenReturn("lite-1");
    lenient().when(style.encode(SAME.style())).thenReturn(VECTOR);
    keeper.addStyle(reference("lite", 0), style);
    keeper.addModifier(reference("psola", 0), modifier);
    return keeper;
  }

  @Test
  void changesTheRecordingItselfWhereTheSpeakerIsKept() throws SpeechException {
    SpeechModifier modifier = modifier("lite-1");
    when(modifier.modify(SPEECH, VECTOR)).thenReturn(RESULT);

    assertThat(new PartsConverter(keeper(modifier)).convert(SPEECH, SAME)).isEqualTo(RESULT);
  }

  @Test
  void asksTheModifierForTheRateOfARecordingWhoseSpeakerIsKept() throws SpeechException {
    SpeechModifier modifier = modifier("lite-1");
    when(modifier.sampleRate(44_100)).thenReturn(44_100);
    when(modifier.sampleRate(Audio.MAX_SAMPLE_RATE)).thenReturn(48_000);
    parts.addVocoder(reference("lite", 0), vocoder(LITE, "lite-1"));
    parts.addModifier(reference("psola", 0), modifier);

    assertThat(converter.sampleRate(SAME, 44_100)).isEqualTo(44_100);
    assertThat(converter.sampleRate(SAME)).isEqualTo(48_000);
    assertThat(converter.sampleRate(REQUEST, 44_100)).isEqualTo(16_000);
  }

  @Test
  void refusesAModifierOfAnotherStyleSpaceAndNamesBoth() throws SpeechException {
    SpeechModifier modifier = modifier("emova-256");
    PartsConverter keeper = new PartsConverter(keeper(modifier));

    assertThatThrownBy(() -> keeper.convert(SPEECH, SAME))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("lite-1")
        .hasMessageContaining("emova-256");
    verify(modifier, never()).modify(any(), any());
  }

  @Test
  void refusesAReferenceOrPredictedProsodyWhereTheSpeakerIsKept() throws SpeechException {
    PartsConverter keeper = new PartsConverter(keeper(modifier("lite-1")));

    assertThatThrownBy(
            () ->
                keeper.convert(
                    SPEECH,
                    new ConversionRequest(SAME.style(), Optional.of(SPEECH), true, SAME.parts())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reference");
    assertThatThrownBy(
            () ->
                keeper.convert(
                    SPEECH,
                    new ConversionRequest(SAME.style(), Optional.empty(), false, SAME.parts())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("predicted");
  }

  @Test
  @Timeout(20)
  void repeatsACallWithTheSuccessorOfAModifierThatGoesAway() throws Exception {
    SpeechModifier leaving = modifier("lite-1");
    SpeechModifier successor = modifier("lite-1");
    SpeechParts keeper = keeper(successor);
    ServiceReference<SpeechModifier> old = reference("psola", 10);
    keeper.addModifier(old, leaving);
    when(successor.modify(SPEECH, VECTOR)).thenReturn(RESULT);
    when(leaving.modify(any(), any()))
        .thenAnswer(
            call -> {
              keeper.removeModifier(old);
              throw new ModelUnavailableException("the modifier is being swapped");
            });

    assertThat(new PartsConverter(keeper).convert(SPEECH, SAME)).isEqualTo(RESULT);
  }

  @Test
  @Timeout(20)
  void saysAtOnceThatThereNeverWasAModifier() {
    assertThatThrownBy(() -> converter.sampleRate(SAME))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessage("no speech modifier is available");
  }

  private static SpeechTokenizer tokenizer(UnitSequence units) {
    return mock(
        SpeechTokenizer.class,
        call ->
            switch (call.getMethod().getName()) {
              case "codebook" -> units.codebook();
              case "sampleRate" -> 16_000;
              case "tokenize" -> units;
              default -> Answers.RETURNS_DEFAULTS.answer(call);
            });
  }

  private static StyleModule style(String space) throws SpeechException {
    StyleModule style = mock(StyleModule.class);
    lenient().when(style.styleSpace()).thenReturn(space);
    lenient().when(style.encode(any(Style.class))).thenReturn(VECTOR);
    return style;
  }

  private static Vocoder vocoder(Codebook codebook, String styleSpace) {
    Vocoder vocoder = mock(Vocoder.class);
    lenient().when(vocoder.readsProsody()).thenReturn(true);
    lenient().when(vocoder.codebook()).thenReturn(codebook);
    lenient().when(vocoder.styleSpace()).thenReturn(styleSpace);
    return vocoder;
  }

  private static int created;

  /** A reference that compares as the framework's do: by ranking, then the older is the greater. */
  @SuppressWarnings("unchecked")
  private static <T> ServiceReference<T> reference(String id, int ranking) {
    ServiceReference<T> reference = mock(ServiceReference.class);
    int serviceId = created++;
    lenient().when(reference.getProperty(eq(ServiceProperties.ID))).thenReturn(id);
    lenient().when(reference.getProperty("service.ranking")).thenReturn(ranking);
    lenient().when(reference.getProperty("service.id")).thenReturn(serviceId);
    lenient()
        .when(reference.compareTo(any()))
        .thenAnswer(
            call -> {
              ServiceReference<T> other = call.getArgument(0);
              int byRanking = Integer.compare(ranking, (int) other.getProperty("service.ranking"));
              return byRanking != 0
                  ? byRanking
                  : Integer.compare((int) other.getProperty("service.id"), serviceId);
            });
    return reference;
  }
}
