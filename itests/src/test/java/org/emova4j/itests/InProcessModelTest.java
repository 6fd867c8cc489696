package org.emova4j.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.chat.ChatMode;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.chat.ChatStream;
import org.emova4j.api.chat.Dialogue;
import org.emova4j.api.chat.DialogueRequest;
import org.emova4j.api.chat.DialogueResult;
import org.emova4j.api.chat.LanguageModel;
import org.emova4j.api.chat.Sampling;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.vision.Detail;
import org.emova4j.api.vision.ImagePreparer;
import org.emova4j.api.vision.PreparedImage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** A language model in the process, from a folder that a configuration names. */
class InProcessModelTest {
  private static final Path PICTURE =
      Path.of("../vision-bridge/src/test/resources/org/emova4j/vision/internal/decode/rgb.png");
  private static final int TOKENS = 24;
  private static final int LONG = 8000;

  @TempDir static Path storage;
  private static Distribution distribution;
  private static PreparedImage image;

  @BeforeAll
  static void start() throws Exception {
    distribution = Distribution.start(storage, "dialogue");
    TinyCheckpoint.write(storage.resolve("tiny"));
    distribution.await(Vocoder.class);
    image = distribution.await(ImagePreparer.class).prepare(PICTURE, Detail.BALANCED);
  }

  @AfterAll
  static void stop() throws Exception {
    if (distribution != null) {
      distribution.close();
    }
  }

  private static ServiceTracker<LanguageModel, LanguageModel> track(String id) throws Exception {
    ServiceTracker<LanguageModel, LanguageModel> tracker =
        new ServiceTracker<>(
            distribution.context(),
            FrameworkUtil.createFilter(
                "(&(objectClass=%s)(emova.id=%s)(emova.codebook=lite-40ms-4096))"
                    .formatted(LanguageModel.class.getName(), id)),
            null);
    tracker.open();
    return tracker;
  }

  private static Configuration configure(String id) throws Exception {
    Configuration configuration =
        distribution
            .await(ConfigurationAdmin.class)
            .getFactoryConfiguration("org.emova4j.qwen.folder", id, "?");
    configuration.update(
        FrameworkUtil.asDictionary(
            Map.of(
                "id",
                id,
                "folder",
                storage.resolve("tiny").toString(),
                "codebook",
                "lite-40ms-4096")));
    return configuration;
  }

  private static DialogueResult ask(
      String model, ChatMode mode, String text, Optional<PreparedImage> picture) throws Exception {
    DialogueRequest plain = DialogueRequest.of(mode, text, picture, Optional.empty());
    DialogueRequest request =
        new DialogueRequest(
            plain.mode(),
            plain.text(),
            plain.image(),
            plain.speech(),
            plain.history(),
            plain.system(),
            Sampling.GREEDY.withMaxTokens(TOKENS),
            plain.style(),
            Optional.of(model),
            plain.parts(),
            plain.delivery(),
            plain.secondCall());
    return distribution.await(Dialogue.class).run(request, event -> {});
  }

  @Test
  void readsSeesAndSpeaks() throws Exception {
    configure("able");
    assertThat(track("able").waitForService(30_000)).isNotNull();

    DialogueResult text = ask("able", ChatMode.TEXT, "Hello", Optional.empty());
    DialogueResult seen = ask("able", ChatMode.IMAGE_TEXT, "Hello", Optional.of(image));
    DialogueResult spoken = ask("able", ChatMode.TTS, "Hello", Optional.empty());

    assertThat(text.answerText()).isNotBlank();
    assertThat(seen.answerText()).isNotBlank().isNotEqualTo(text.answerText());
    assertThat(seen.prompt().image()).isEqualTo(image.tokens());
    assertThat(spoken.units().orElseThrow().codebook().id()).isEqualTo("lite-40ms-4096");
    assertThat(spoken.units().orElseThrow().length()).isBetween(1, TOKENS);
    assertThat(spoken.audio().orElseThrow().length()).isPositive();
  }

  @Test
  void goesWithItsConfigurationInTheMiddleOfAnAnswer() throws Exception {
    Configuration configuration = configure("passing");
    ServiceTracker<LanguageModel, LanguageModel> tracker = track("passing");
    LanguageModel model = tracker.waitForService(30_000);
    assertThat(model).isNotNull();
    ChatRequest question =
        ChatRequest.synthesize("Hello").withSampling(Sampling.GREEDY.withMaxTokens(LONG));
    try (ChatStream answer = model.ask(question)) {
      assertThat(answer.next()).isPresent();

      configuration.delete();

      assertThatThrownBy(
              () -> {
                while (answer.next().isPresent()) {
                  Thread.onSpinWait();
                }
              })
          .isInstanceOf(ModelUnavailableException.class);
    }
    assertThat(tracker.getService()).isNull();
    // Its weights are freed: not even somebody who kept the service can use them.
    assertThatThrownBy(() -> model.ask(question).next())
        .isInstanceOf(ModelUnavailableException.class);
  }
}
