package org.emova4j.qwen.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.emova4j.api.chat.ChatEvent;
import org.emova4j.api.chat.ChatMode;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.chat.ChatStream;
import org.emova4j.api.chat.LanguageModel;
import org.emova4j.api.chat.Sampling;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.api.vision.ImagePreparer;
import org.emova4j.api.vision.PreparedImage;
import org.emova4j.engine.testing.TestEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QwenLanguageModelTest {
  private static final Codebook EMOVA =
      new Codebook("emova-40ms-4096", 4096, Duration.ofMillis(40));
  private static final Codebook LITE = new Codebook("lite-40ms-4096", 4096, Duration.ofMillis(40));

  @TempDir static Path folder;
  private static Golden golden;
  private static Path checkpoint;
  private static QwenLanguageModel model;

  @BeforeAll
  static void load() throws Exception {
    golden = Golden.read(folder);
    checkpoint = TinyModel.write(folder.resolve("model"), false, true, "BF16", "F16");
    model = open(Optional.of(EMOVA), 512, Optional.of(preparer()));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static QwenLanguageModel open(
      Optional<Codebook> codebook, int context, Optional<ImagePreparer> preparer)
      throws SpeechException {
    return new QwenLanguageModel(
        LoadedModel.open(TestEngine.get(), Checkpoint.read(checkpoint), Precision.FLOAT32),
        new QwenLanguageModel.Settings(codebook, context, 1),
        () -> preparer);
  }

  /** Gives the first image of the fixtures whatever it is shown. */
  private static ImagePreparer preparer() {
    ImagePreparer preparer = mock(ImagePreparer.class);
    when(preparer.patches(any())).thenAnswer(call -> TinyModel.patches(0));
    return preparer;
  }

  private static PreparedImage image() {
    return PreparedImage.adopt(1, 1, new byte[3], new byte[1], "image/png", 84, 56);
  }

  @Test
  void answersWithTheTokensThatTransformersPicks() throws Exception {
    Golden.Generation expected = golden.generation("text");
    ChatRequest request =
        ChatRequest.synthesize("Hello, world")
            .withSampling(Sampling.GREEDY.withMaxTokens(64).withUnitsOnly(false));
    List<ChatEvent> events = all(model.ask(request));
    List<Integer> units =
        Arrays.stream(UnitSequence.parseLenient(EMOVA, expected.decoded()).ids()).boxed().toList();
    assertThat(units(events)).isNotEmpty().containsExactlyElementsOf(units);
    ChatEvent.Done done = done(events);
    assertThat(done.finish()).isEqualTo(ChatEvent.Finish.LENGTH);
    assertThat(done.usage().completion()).hasValue(64);
    assertThat(done.usage().prompt()).hasValue(expected.chunks().get(0).length);
  }

  @Test
  void writesNothingButUnitsWhenAskedTo() throws Exception {
    ChatRequest request =
        ChatRequest.synthesize("Hello")
            .withSampling(Sampling.DEFAULT.withMaxTokens(20).withSeed(3));
    List<ChatEvent> events = all(model.ask(request));
    assertThat(units(events)).hasSize(done(events).usage().completion().orElseThrow());
    assertThat(events).noneMatch(e -> e instanceof ChatEvent.AnswerText);
    assertThat(all(model.ask(request))).isEqualTo(events);
  }

  @Test
  void readsAnImage() throws Exception {
    ChatRequest request =
        ChatRequest.imageText(image(), "What is it?")
            .withSampling(Sampling.GREEDY.withMaxTokens(5));
    LanguageModel.TokenCount count = model.count(request);
    assertThat(count.image()).isEqualTo(6);
    assertThat(count.exact()).isTrue();
    assertThat(done(all(model.ask(request))).usage().prompt()).hasValue(count.total());
  }

  @Test
  void countsUnitsAfterMergingRepeats() throws Exception {
    LanguageModel.TokenCount count =
        model.count(ChatRequest.recognize(UnitSequence.of(EMOVA, 5, 5, 5, 9)));
    assertThat(count.units()).isEqualTo(2);
  }

  @Test
  void saysWhatItCanDo() throws Exception {
    assertThat(model.capabilities().modes()).containsExactlyInAnyOrder(ChatMode.values());
    assertThat(model.capabilities().contextTokens()).isEqualTo(512);
    try (QwenLanguageModel mute = open(Optional.empty(), 8192, Optional.empty())) {
      assertThat(mute.capabilities().modes()).containsExactly(ChatMode.TEXT);
      assertThat(mute.capabilities().note()).contains("prepares images");
      assertThatThrownBy(() -> mute.ask(ChatRequest.synthesize("a")))
          .isInstanceOf(LanguageModelException.class)
          .hasMessageContaining("without a codebook");
      assertThatThrownBy(() -> mute.ask(ChatRequest.imageText(image(), "a")))
          .isInstanceOf(LanguageModelException.class)
          .hasMessageContaining("can't read images");
    }
  }

  @Test
  void refusesUnitsOfAnotherCodebook() {
    assertThatThrownBy(() -> model.ask(ChatRequest.recognize(UnitSequence.of(LITE, 1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lite-40ms-4096")
        .hasMessageContaining("emova-40ms-4096");
  }

  @Test
  void refusesACodebookThatItsTokenizerDoesNotHave() {
    Codebook large = new Codebook("large", 5000, Duration.ofMillis(40));
    assertThatThrownBy(() -> open(Optional.of(large), 512, Optional.empty()))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("4096 speech units, codebook large has 5000");
  }

  @Test
  void refusesAQuestionThatLeavesNoRoomForAnAnswer() {
    assertThatThrownBy(() -> model.ask(ChatRequest.text("1 2 3 ".repeat(200), List.of())))
        .isInstanceOfSatisfying(
            LanguageModelException.class,
            e -> assertThat(e.reason()).isEqualTo(LanguageModelException.Reason.TOO_LONG))
        .hasMessageContaining("context of 512");
  }

  @Test
  void neverWritesBeyondItsContext() throws Exception {
    ChatRequest request =
        ChatRequest.text("1 2 3 ".repeat(55), List.of())
            .withSampling(Sampling.DEFAULT.withSeed(1).withTemperature(1));
    ChatEvent.Done done = done(all(model.ask(request)));
    if (done.finish() == ChatEvent.Finish.LENGTH) {
      assertThat(done.usage().prompt().orElseThrow() + done.usage().completion().orElseThrow())
          .isEqualTo(512);
    } else {
      assertThat(done.finish()).isEqualTo(ChatEvent.Finish.STOP);
    }
  }

  @Test
  void endsSoonAfterItIsClosed() throws Exception {
    ChatStream stream =
        model.ask(ChatRequest.synthesize("Hello").withSampling(Sampling.GREEDY.withMaxTokens(64)));
    assertThat(stream.next()).containsInstanceOf(ChatEvent.Unit.class);
    stream.close();
    ChatEvent last = stream.next().orElseThrow();
    while (last instanceof ChatEvent.Unit) {
      last = stream.next().orElseThrow();
    }
    assertThat(last)
        .isInstanceOfSatisfying(
            ChatEvent.Done.class,
            d -> assertThat(d.finish()).isEqualTo(ChatEvent.Finish.CANCELLED));
    assertThat(stream.next()).isEmpty();
    stream.close();
  }

  @Test
  void endsWithAnErrorWhenTheModelGoesAway() throws Exception {
    QwenLanguageModel going = open(Optional.of(EMOVA), 512, Optional.empty());
    ChatStream stream = going.ask(ChatRequest.synthesize("Hello"));
    assertThat(stream.next()).isPresent();
    going.close();
    assertThatThrownBy(
            () -> {
              while (stream.next().isPresent()) {
                // what was ready still comes
              }
            })
        .isInstanceOf(ModelUnavailableException.class);
    assertThat(stream.next()).isEmpty();
    stream.close();
  }

  private static List<ChatEvent> all(ChatStream stream) throws SpeechException {
    try (stream) {
      List<ChatEvent> events = new ArrayList<>();
      for (Optional<ChatEvent> e = stream.next(); e.isPresent(); e = stream.next()) {
        events.add(e.get());
      }
      return events;
    }
  }

  private static ChatEvent.Done done(List<ChatEvent> events) {
    return (ChatEvent.Done) events.get(events.size() - 1);
  }

  private static List<Integer> units(List<ChatEvent> events) {
    return events.stream()
        .filter(e -> e instanceof ChatEvent.Unit)
        .map(e -> ((ChatEvent.Unit) e).id())
        .toList();
  }
}
