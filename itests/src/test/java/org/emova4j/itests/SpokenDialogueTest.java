package org.emova4j.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.chat.ChatMode;
import org.emova4j.api.chat.Dialogue;
import org.emova4j.api.chat.DialogueEvent;
import org.emova4j.api.chat.DialogueRequest;
import org.emova4j.api.chat.DialogueRequest.Delivery;
import org.emova4j.api.chat.DialogueResult;
import org.emova4j.api.chat.LanguageModel;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Style;
import org.emova4j.api.unit.UnitSequence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/**
 * A spoken question through the dialogue slice: the shipped tokenizer and vocoder, and a server
 * that answers with the question's own units.
 */
class SpokenDialogueTest {
  private static final String ANSWER =
      "{\\\"user question text\\\": \\\"Hello?\\\", \\\"assistant response text\\\": \\\"Hello.\\\","
          + " \\\"assistant response emotion\\\": \\\"happy\\\", \\\"assistant response speech\\\": \\\"";

  @TempDir static Path storage;
  private static final List<String> asked = new CopyOnWriteArrayList<>();
  private static HttpServer server;
  private static Distribution distribution;
  private static Audio speech;
  private static UnitSequence units;

  @BeforeAll
  static void start() throws Exception {
    distribution = Distribution.start(storage, "dialogue");
    Path golden = Path.of(System.getProperty("emova.golden")).resolve("golden.wav");
    speech = distribution.await(AudioReader.class).decode(golden, DecodeOptions.atRate(16_000));
    units = distribution.await(SpeechTokenizer.class).tokenize(speech).reduced().untimed();
    distribution.await(Vocoder.class);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/chat/completions",
        exchange -> {
          asked.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream body = exchange.getResponseBody()) {
            write(body, ANSWER);
            for (int round = 0; round < 4; round++) {
              for (int id : units.ids()) {
                write(body, "<|speech_%d|>".formatted(id));
              }
            }
            write(body, "\\\"}");
            body.write("data: [DONE]\n\n".getBytes(UTF_8));
          }
        });
    server.start();
    configure("own", "lite-40ms-4096");
    configure("foreign", "emova-40ms-4096");
  }

  private static void write(OutputStream body, String text) throws IOException {
    String event = "data: {\"choices\":[{\"delta\":{\"content\":\"" + text + "\"}}]}\n\n";
    body.write(event.getBytes(UTF_8));
    body.flush();
  }

  private static void configure(String id, String codebook) throws Exception {
    distribution
        .await(ConfigurationAdmin.class)
        .getFactoryConfiguration("org.emova4j.llm", id, "?")
        .update(
            FrameworkUtil.asDictionary(
                Map.of(
                    "id",
                    id,
                    "url",
                    "http://127.0.0.1:%d/v1".formatted(server.getAddress().getPort()),
                    "model",
                    "emova",
                    "codebook",
                    codebook,
                    "probe",
                    false)));
    Filter filter =
        FrameworkUtil.createFilter(
            "(&(objectClass=%s)(emova.id=%s)(emova.codebook=%s))"
                .formatted(LanguageModel.class.getName(), id, codebook));
    ServiceTracker<LanguageModel, LanguageModel> tracker =
        new ServiceTracker<>(distribution.context(), filter, null);
    tracker.open();
    assertThat(tracker.waitForService(30_000)).isNotNull();
    tracker.close();
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.stop(0);
    }
    if (distribution != null) {
      distribution.close();
    }
  }

  private static DialogueRequest question(String model, Delivery delivery) {
    DialogueRequest spoken =
        DialogueRequest.of(ChatMode.SPEECH, "", Optional.empty(), Optional.of(speech));
    return new DialogueRequest(
        spoken.mode(),
        spoken.text(),
        spoken.image(),
        spoken.speech(),
        spoken.history(),
        spoken.system(),
        spoken.sampling(),
        spoken.style(),
        Optional.of(model),
        spoken.parts(),
        delivery,
        true);
  }

  @Test
  void asksInUnitsAndSpeaksTheAnswerWhileItComes() throws Exception {
    Dialogue dialogue = distribution.await(Dialogue.class);
    List<DialogueEvent> events = new ArrayList<>();

    DialogueResult pieces = dialogue.run(question("own", Delivery.AT_PAUSES), events::add);
    DialogueResult whole = dialogue.run(question("own", Delivery.WHOLE), event -> {});

    assertThat(asked.get(0)).contains("user question speech:" + units.toText());
    assertThat(pieces.problem()).isEmpty();
    assertThat(pieces.questionText()).isEqualTo("Hello?");
    assertThat(pieces.answerText()).isEqualTo("Hello.");
    assertThat(pieces.style()).contains(Style.DEFAULT.withEmotion("happy"));
    assertThat(pieces.units().orElseThrow().length()).isEqualTo(4 * units.length());
    assertThat(events.stream().filter(e -> e instanceof DialogueEvent.Spoke).count())
        .isGreaterThan(1);

    // In pieces or in one: the same utterance.
    float[] one = pieces.audio().orElseThrow().samples();
    float[] other = whole.audio().orElseThrow().samples();
    assertThat(one).hasSameSizeAs(other);
    double difference = 0;
    double power = 0;
    for (int i = 0; i < one.length; i++) {
      difference += (one[i] - other[i]) * (one[i] - other[i]);
      power += other[i] * other[i];
    }
    assertThat(difference).isLessThan(0.01 * power);
  }

  @Test
  void aModelOfAnotherCodebookIsRefusedBeforeAnythingIsSent() throws Exception {
    Dialogue dialogue = distribution.await(Dialogue.class);
    int before = asked.size();

    assertThatThrownBy(() -> dialogue.start(question("foreign", Delivery.WHOLE)))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("emova-40ms-4096")
        .hasMessageContaining("lite-40ms-4096");
    assertThat(asked).hasSize(before);
  }
}
