package org.emova4j.pipeline.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.lenient;
import static org.mockito.Mockito.mock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.chat.ChatEvent;
import org.emova4j.api.chat.ChatEvent.Defect;
import org.emova4j.api.chat.ChatEvent.Finish;
import org.emova4j.api.chat.ChatMode;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.chat.ChatStream;
import org.emova4j.api.chat.DialogueEvent;
import org.emova4j.api.chat.DialogueRequest;
import org.emova4j.api.chat.DialogueRequest.Delivery;
import org.emova4j.api.chat.DialogueResult;
import org.emova4j.api.chat.DialogueStream;
import org.emova4j.api.chat.LanguageModel;
import org.emova4j.api.chat.Turn;
import org.emova4j.api.speech.ConversionRequest.Parts;
import org.emova4j.api.speech.InferenceFailedException;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.LanguageModelException.Reason;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Prosody;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleCatalogue;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.api.vision.PreparedImage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceReference;

class ServiceDialogueTest {
  private static final Codebook LITE = new Codebook("lite-40ms-4096", 4096, Duration.ofMillis(40));
  private static final Codebook EMOVA =
      new Codebook("emova-40ms-4096", 4096, Duration.ofMillis(40));
  private static final int RATE = 16_000;
  private static final int SAMPLES_PER_UNIT = 640;
  private static final Audio SPEECH = Audio.of(new float[RATE], RATE);

  private final SpeechParts parts = new SpeechParts(Duration.ZERO);
  private final ServiceDialogue dialogue = new ServiceDialogue(parts);
  private final FakeModel model = new FakeModel(LITE);
  private final StyleModule styles = mock(StyleModule.class);
  private final List<Style> spoken = new ArrayList<>();
  private int created;

  @BeforeEach
  void registerParts() throws SpeechException {
    dialogue.addModel(reference("gpu", null, null), model);
    addTokenizer("lite", LITE);
    addVocoder("lite", LITE, new FakeVocoder());
    lenient().when(styles.styleSpace()).thenReturn("lite-1");
    lenient()
        .when(styles.catalogue())
        .thenReturn(
            new StyleCatalogue(
                List.of("female", "male"),
                List.of("neutral", "happy", "sad"),
                List.of("low", "normal", "high"),
                List.of("slow", "normal", "fast"),
                true));
    lenient()
        .when(styles.encode(any(Style.class)))
        .thenAnswer(
            call -> {
              spoken.add(call.getArgument(0));
              return StyleVector.of("lite-1", 1f);
            });
    parts.addStyle(reference("lite", null, "lite-1"), styles);
  }

  private void addTokenizer(String id, Codebook codebook) throws SpeechException {
    SpeechTokenizer tokenizer = mock(SpeechTokenizer.class);
    lenient().when(tokenizer.codebook()).thenReturn(codebook);
    lenient().when(tokenizer.sampleRate()).thenReturn(RATE);
    lenient().when(tokenizer.tokenize(any())).thenReturn(UnitSequence.ofFrames(codebook, 5, 5, 6));
    parts.addTokenizer(reference(id, codebook, null), tokenizer);
  }

  private void addVocoder(String id, Codebook codebook, Vocoder vocoder) {
    parts.addVocoder(reference(id, codebook, "lite-1"), vocoder);
  }

  @SuppressWarnings("unchecked") // a mock has no type parameters
  private <T> ServiceReference<T> reference(String id, Codebook codebook, String space) {
    ServiceReference<T> reference = mock(ServiceReference.class);
    lenient().when(reference.getProperty(ServiceProperties.ID)).thenReturn(id);
    lenient()
        .when(reference.getProperty(ServiceProperties.CODEBOOK))
        .thenReturn(codebook == null ? null : codebook.id());
    lenient().when(reference.getProperty(ServiceProperties.STYLE_SPACE)).thenReturn(space);
    int serviceId = created++;
    lenient().when(reference.getProperty("service.id")).thenReturn(serviceId);
    lenient()
        .when(reference.compareTo(any()))
        .thenAnswer(
            call -> {
              ServiceReference<T> other = call.getArgument(0);
              return Integer.compare(serviceId, (int) other.getProperty("service.id"));
            });
    return reference;
  }

  private static DialogueRequest spokenQuestion() {
    return DialogueRequest.of(ChatMode.SPEECH, "", Optional.empty(), Optional.of(SPEECH));
  }

  private static DialogueRequest withStyle(DialogueRequest request, Style style) {
    return new DialogueRequest(
        request.mode(),
        request.text(),
        request.image(),
        request.speech(),
        request.history(),
        request.system(),
        request.sampling(),
        style,
        request.model(),
        request.parts(),
        Delivery.WHOLE,
        request.secondCall());
  }

  private static ChatEvent done(Finish finish, Defect defect) {
    return new ChatEvent.Done(finish, Optional.ofNullable(defect), ChatEvent.Usage.UNKNOWN);
  }

  private static ChatEvent style(String emotion, String pitch) {
    return new ChatEvent.AnswerStyle(
        new ChatEvent.Labels(Optional.of(emotion), Optional.of(pitch), Optional.empty()));
  }

  private static Stream<ChatEvent> units(int count) {
    return IntStream.range(0, count).mapToObj(ChatEvent.Unit::new);
  }

  private static List<ChatEvent> answer(int units) {
    return Stream.of(
            Stream.of(
                new ChatEvent.QuestionText("Who are you?"),
                new ChatEvent.AnswerText("I am"),
                new ChatEvent.AnswerText(" emova."),
                style("happy", "high")),
            units(units),
            Stream.of(done(Finish.STOP, null)))
        .flatMap(s -> s)
        .toList();
  }

  private DialogueResult run(DialogueRequest request) throws SpeechException {
    return dialogue.run(request, event -> {});
  }

  @Test
  void asksInUnitsAndAnswersInTextAndSound() throws SpeechException {
    model.answers(answer(3));

    DialogueResult result = run(spokenQuestion());

    assertThat(model.asked.get(0).speech()).contains(UnitSequence.of(LITE, 5, 6));
    assertThat(result.questionText()).isEqualTo("Who are you?");
    assertThat(result.answerText()).isEqualTo("I am emova.");
    assertThat(result.units()).contains(UnitSequence.of(LITE, 0, 1, 2));
    assertThat(result.audio().orElseThrow().length()).isEqualTo(3 * SAMPLES_PER_UNIT);
    assertThat(result.problem()).isEmpty();
    assertThat(result.timing().firstAudio()).isPresent();
    assertThat(result.model()).isEqualTo("gpu");
  }

  @Test
  void theUsersStyleOverridesTheModels() throws SpeechException {
    model.answers(answer(3));
    Style wanted = Style.DEFAULT.withSpeaker("male").withEmotion("sad");

    DialogueResult result = run(withStyle(spokenQuestion(), wanted));

    Style expected = wanted.withPitch(new Style.Label("high"));
    assertThat(result.style()).contains(expected);
    assertThat(spoken.get(spoken.size() - 1)).isEqualTo(expected);
  }

  @Test
  void labelsThatTheVoiceDoesNotKnowAreLeftOut() throws SpeechException {
    model.answers(
        List.of(style("disgusted", "low"), new ChatEvent.Unit(1), done(Finish.STOP, null)));

    assertThat(run(spokenQuestion()).style())
        .contains(Style.DEFAULT.withPitch(new Style.Label("low")));
  }

  @Test
  void soundComesWhileTheModelStillWritesAndJoinsToTheSame() throws SpeechException {
    model.answers(answer(400));
    List<DialogueEvent> events = new ArrayList<>();
    DialogueResult streamed = dialogue.run(spokenQuestion(), events::add);

    model.answers(answer(400));
    DialogueResult whole = run(withStyle(spokenQuestion(), Style.DEFAULT));

    int firstSound = indexOf(events, e -> e instanceof DialogueEvent.Spoke);
    int lastUnit = events.lastIndexOf(new DialogueEvent.Wrote(new ChatEvent.Unit(399)));
    assertThat(firstSound).isBetween(1, 100).isLessThan(lastUnit);
    assertThat(events.stream().filter(e -> e instanceof DialogueEvent.Spoke).count())
        .isGreaterThan(3);
    assertThat(streamed.audio()).isEqualTo(whole.audio());
  }

  private static int indexOf(List<DialogueEvent> events, Predicate<DialogueEvent> wanted) {
    return IntStream.range(0, events.size())
        .filter(i -> wanted.test(events.get(i)))
        .findFirst()
        .orElse(-1);
  }

  @Test
  void anAnswerWithoutUnitsIsSentBackToBeSpoken() throws SpeechException {
    model.answers(
        List.of(
            new ChatEvent.AnswerText("Hi."),
            style("happy", "high"),
            done(Finish.STOP, Defect.NO_UNITS)));
    model.answers(List.of(new ChatEvent.Unit(9), done(Finish.STOP, null)));

    DialogueResult result = run(spokenQuestion());

    assertThat(model.asked.get(1).mode()).isEqualTo(ChatMode.TTS);
    assertThat(model.asked.get(1).text()).isEqualTo("Hi.");
    assertThat(result.spokenBySecondCall()).isTrue();
    assertThat(result.problem()).isEmpty();
    assertThat(result.units()).contains(UnitSequence.of(LITE, 9));
    assertThat(result.style())
        .contains(Style.DEFAULT.withEmotion("happy").withPitch(new Style.Label("high")));
  }

  @Test
  void whereThatFailsTooTheTextRemainsWithTheReason() throws SpeechException {
    model.answers(List.of(new ChatEvent.AnswerText("Hi."), done(Finish.STOP, Defect.NO_UNITS)));
    model.answers(List.of(done(Finish.STOP, Defect.NO_UNITS)));

    DialogueResult result = run(spokenQuestion());

    assertThat(result.answerText()).isEqualTo("Hi.");
    assertThat(result.audio()).isEmpty();
    assertThat(result.problem()).contains("the model wrote no speech units");
  }

  @Test
  void whatCameBeforeAFailureIsKeptAndSpoken() throws SpeechException {
    model.answers(answer(3).subList(0, 6));
    model.failsAtTheEnd = true;

    DialogueResult result = run(spokenQuestion());

    assertThat(result.answerText()).isEqualTo("I am emova.");
    assertThat(result.audio().orElseThrow().length()).isEqualTo(2 * SAMPLES_PER_UNIT);
    assertThat(result.problem()).contains("it broke off");
  }

  @Test
  void aFailureBeforeAnythingWasUnderstoodIsOne() {
    model.answers(List.of());
    model.failsAtTheEnd = true;

    assertThatThrownBy(() -> run(spokenQuestion())).hasMessage("it broke off");
  }

  @Test
  void aVoiceThatFailsLeavesTheText() throws SpeechException {
    Vocoder broken = new FakeVocoder("broken");
    addVocoder("broken", LITE, broken);
    model.answers(answer(3));
    DialogueRequest request = spokenQuestion();
    DialogueRequest chosen =
        new DialogueRequest(
            request.mode(),
            "",
            request.image(),
            request.speech(),
            List.of(),
            request.system(),
            request.sampling(),
            request.style(),
            request.model(),
            new Parts(Optional.empty(), Optional.empty(), Optional.of("broken")),
            request.delivery(),
            true);

    DialogueResult result = run(chosen);

    assertThat(result.answerText()).isEqualTo("I am emova.");
    assertThat(result.units()).isPresent();
    assertThat(result.audio()).isEmpty();
    assertThat(result.problem()).contains("the answer can't be spoken: broken");
  }

  @Test
  void speechThatIsCutOffIsSpokenAndSaid() throws SpeechException {
    model.answers(List.of(new ChatEvent.Unit(1), done(Finish.LENGTH, Defect.TRUNCATED)));

    DialogueResult result = run(spokenQuestion());

    assertThat(result.audio()).isPresent();
    assertThat(result.problem()).contains("the answer is cut off at 2048 tokens");
  }

  @Test
  void partsAreChosenByTheModelsCodebook() throws SpeechException {
    SpeechParts others = new SpeechParts(Duration.ZERO);
    ServiceDialogue other = new ServiceDialogue(others);
    other.addModel(reference("gpu", null, null), new FakeModel(EMOVA));
    SpeechTokenizer lite = mock(SpeechTokenizer.class);
    SpeechTokenizer emova = mock(SpeechTokenizer.class);
    lenient().when(lite.codebook()).thenReturn(LITE);
    lenient().when(emova.codebook()).thenReturn(EMOVA);
    lenient().when(lite.sampleRate()).thenReturn(8_000);
    lenient().when(emova.sampleRate()).thenReturn(RATE);
    others.addTokenizer(reference("emova", EMOVA, null), emova);
    others.addTokenizer(reference("lite", LITE, null), lite);

    assertThat(other.sampleRate(Optional.empty(), Optional.empty())).isEqualTo(RATE);
  }

  @Test
  void aMisfitIsRefusedWithBothNamesBeforeAnythingIsSent() {
    FakeModel emova = new FakeModel(EMOVA);
    dialogue.addModel(reference("emova-7b", null, null), emova);
    DialogueRequest request = spokenQuestion();
    DialogueRequest chosen =
        new DialogueRequest(
            request.mode(),
            "",
            request.image(),
            request.speech(),
            List.of(),
            request.system(),
            request.sampling(),
            request.style(),
            Optional.of("emova-7b"),
            request.parts(),
            request.delivery(),
            true);

    assertThatThrownBy(() -> dialogue.start(chosen))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("emova-40ms-4096")
        .hasMessageContaining("lite-40ms-4096");
    assertThat(emova.asked).isEmpty();
  }

  @Test
  void aQuestionThatDoesNotFitIsRefusedWithTheNumbers() {
    model.count = new LanguageModel.TokenCount(4_000, 250, 4_015, false);

    assertThatThrownBy(() -> dialogue.start(spokenQuestion()))
        .isInstanceOfSatisfying(
            LanguageModelException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LONG))
        .hasMessageContaining("8265 tokens (image 4015, speech 250, text about 4000)")
        .hasMessageContaining("8192");
    assertThat(model.asked).isEmpty();
  }

  @Test
  void anAnswerGetsTheRoomThatIsLeft() throws SpeechException {
    model.count = new LanguageModel.TokenCount(7_000, 0, 0, true);
    model.answers(List.of(new ChatEvent.AnswerText("Hi"), done(Finish.STOP, null)));

    run(DialogueRequest.of(ChatMode.TEXT, "Hi", Optional.empty(), Optional.empty()));

    assertThat(model.asked.get(0).sampling().maxTokens()).isEqualTo(1192);
  }

  @Test
  void modesThatTheModelLacksAreRefused() {
    model.modes = EnumSet.of(ChatMode.TEXT);

    assertThatThrownBy(() -> dialogue.start(spokenQuestion()))
        .hasMessageContaining("model gpu can't do speech: no units there");
  }

  @Test
  void textNeedsNoVoice() throws SpeechException {
    ServiceDialogue bare = new ServiceDialogue(new SpeechParts(Duration.ZERO));
    bare.addModel(reference("gpu", null, null), model);
    PreparedImage image =
        PreparedImage.adopt(1, 1, new byte[3], new byte[] {1}, "image/png", 56, 56);
    model.answers(List.of(new ChatEvent.AnswerText("A cat."), done(Finish.STOP, null)));

    DialogueResult result =
        bare.run(
            DialogueRequest.of(
                ChatMode.IMAGE_TEXT, "What is it?", Optional.of(image), Optional.empty()),
            event -> {});

    assertThat(result.answerText()).isEqualTo("A cat.");
    assertThat(model.asked.get(0).history()).isEqualTo(List.<Turn>of());
  }

  @Test
  void closingEndsTheAnswerAndKeepsWhatCame() throws SpeechException {
    model.answers(answer(3).subList(0, 2));
    List<DialogueEvent> events = new ArrayList<>();

    try (DialogueStream stream = dialogue.start(spokenQuestion())) {
      events.add(stream.next().orElseThrow());
      events.add(stream.next().orElseThrow());
      Runnable closer = stream::close;
      closer.run();
      for (Optional<DialogueEvent> e = stream.next(); e.isPresent(); e = stream.next()) {
        events.add(e.get());
      }
    }

    assertThat(events.get(events.size() - 1))
        .isInstanceOfSatisfying(
            DialogueEvent.Finished.class,
            f -> {
              assertThat(f.result().answerText()).isEqualTo("I am");
              assertThat(f.result().problem()).contains("the answer was cancelled");
            });
  }

  /** Says what it is told to, in turn. */
  private static final class FakeModel implements LanguageModel {
    final List<ChatRequest> asked = new ArrayList<>();
    final List<List<ChatEvent>> answers = new ArrayList<>();
    Set<ChatMode> modes = EnumSet.allOf(ChatMode.class);
    TokenCount count = new TokenCount(200, 2, 0, false);
    boolean failsAtTheEnd;
    private final Codebook codebook;

    FakeModel(Codebook codebook) {
      this.codebook = codebook;
    }

    void answers(List<ChatEvent> answer) {
      answers.add(answer);
    }

    @Override
    public Optional<Codebook> codebook() {
      return Optional.of(codebook);
    }

    @Override
    public Capabilities capabilities() {
      return new Capabilities(modes, 8192, "no units there");
    }

    @Override
    public TokenCount count(ChatRequest request) {
      return count;
    }

    @Override
    public ChatStream ask(ChatRequest request) {
      asked.add(request);
      List<ChatEvent> events = new ArrayList<>(answers.remove(0));
      return new ChatStream() {
        private boolean closed;

        @Override
        public Optional<ChatEvent> next() throws SpeechException {
          if (!events.isEmpty()) {
            return Optional.of(events.remove(0));
          }
          if (failsAtTheEnd) {
            throw new LanguageModelException(Reason.BROKEN, "it broke off");
          }
          if (closed) {
            closed = false;
            return Optional.of(done(Finish.CANCELLED, null));
          }
          return Optional.empty();
        }

        @Override
        public void close() {
          closed = true;
        }
      };
    }
  }

  /** A fixed sound for each unit; or nothing but an error. */
  private static final class FakeVocoder implements Vocoder {
    private final Optional<String> error;

    FakeVocoder() {
      error = Optional.empty();
    }

    FakeVocoder(String error) {
      this.error = Optional.of(error);
    }

    @Override
    public Codebook codebook() {
      return LITE;
    }

    @Override
    public String styleSpace() {
      return "lite-1";
    }

    @Override
    public int sampleRate() {
      return RATE;
    }

    @Override
    public Audio vocode(UnitSequence units, StyleVector style, Optional<Prosody> prosody)
        throws SpeechException {
      if (error.isPresent()) {
        throw new InferenceFailedException(error.get());
      }
      float[] samples = new float[units.length() * SAMPLES_PER_UNIT];
      for (int i = 0; i < units.length(); i++) {
        float value = units.id(i) % 10 == 9 ? 0 : (units.id(i) % 100) / 100f;
        Arrays.fill(samples, i * SAMPLES_PER_UNIT, (i + 1) * SAMPLES_PER_UNIT, value);
      }
      return Audio.adopt(samples, RATE);
    }
  }
}
