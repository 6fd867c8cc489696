package org.emova4j.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.chat.ChatMode;
import org.emova4j.api.chat.Dialogue;
import org.emova4j.api.chat.DialogueRequest;
import org.emova4j.api.chat.DialogueStream;
import org.emova4j.api.chat.LanguageModel;
import org.emova4j.api.chat.Turn;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.style.Style;
import org.emova4j.api.vision.Detail;
import org.emova4j.api.vision.ImagePreparer;
import org.emova4j.api.vision.PreparedImage;
import org.emova4j.runtime.Json;
import org.emova4j.runtime.Slice;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DialogueCommandsTest {
  private static final Audio SPEECH = Audio.adopt(new float[16_000], 16_000);
  private static final PreparedImage IMAGE =
      PreparedImage.adopt(1, 1, new byte[3], new byte[] {1}, "image/png", 56, 56);
  private static final String LLM = "--llm=http://localhost:8000/v1";

  @TempDir Path folder;

  private final FakeDialogue dialogue = new FakeDialogue();
  private final AudioReader reader = mock(AudioReader.class);
  private final AudioWriter writer = mock(AudioWriter.class);
  private final ImagePreparer images = mock(ImagePreparer.class);
  private final FakeEnvironment environment =
      new FakeEnvironment()
          .with(Dialogue.class, dialogue)
          .with(LanguageModel.class, mock(LanguageModel.class))
          .with(AudioReader.class, reader)
          .with(AudioWriter.class, writer)
          .with(ImagePreparer.class, images);
  private String question;
  private String photo;
  private Path output;

  @BeforeEach
  void files() throws Exception {
    question = Files.writeString(folder.resolve("question.wav"), "sound").toString();
    photo = Files.writeString(folder.resolve("photo.jpg"), "image").toString();
    output = folder.resolve("answer.wav");
    when(reader.decode(any(Path.class), any())).thenReturn(SPEECH);
    when(images.prepare(eq(Path.of(photo)), any())).thenReturn(IMAGE);
    doAnswer(
            call -> {
              Files.writeString(call.getArgument(1), "encoded");
              return null;
            })
        .when(writer)
        .encode(any(), any(Path.class), any());
  }

  private DialogueRequest asked() {
    return dialogue.asked.get(dialogue.asked.size() - 1);
  }

  @Test
  void chatPrintsTheAnswerOfTheServerThatWasNamed() {
    int code =
        environment.run(
            "chat",
            LLM,
            "--model=emova-7b",
            "--backend=openai-completions",
            "--codebook=none",
            "--api-key-env=KEY",
            "--timeout=30",
            "--temperature=0",
            "--max-tokens=99",
            "Hi");

    assertThat(environment.err()).isEmpty();
    assertThat(code).isZero();
    assertThat(environment.out()).isEqualTo("Hello\n");
    assertThat(environment.opened).containsExactly(Slice.DIALOGUE);
    assertThat(environment.settings.get(0).configurations())
        .containsEntry(
            "org.emova4j.llm~command-line",
            Map.of(
                "id", "command-line",
                "url", "http://localhost:8000/v1",
                "model", "emova-7b",
                "backend", "openai-completions",
                "codebook", "none",
                "api.key.env", "KEY",
                "total.seconds", 30.0,
                "probe", false,
                "service.ranking", 1000));
    assertThat(asked().mode()).isEqualTo(ChatMode.TEXT);
    assertThat(asked().text()).isEqualTo("Hi");
    assertThat(asked().model()).contains("command-line");
    assertThat(asked().sampling().temperature()).isZero();
    assertThat(asked().sampling().maxTokens()).isEqualTo(99);
  }

  @Test
  void aSpokenQuestionAboutAPictureIsAnsweredInAFile() throws Exception {
    dialogue.question = "What is it?";
    dialogue.audio = Optional.of(SPEECH);

    int code =
        environment.run(
            "chat",
            "--audio",
            question,
            "--image",
            photo,
            "--detail=full",
            "--out",
            output.toString(),
            "--emotion=sad");

    assertThat(code).isZero();
    assertThat(output).hasContent("encoded");
    assertThat(environment.out()).isEqualTo("Hello\n");
    assertThat(environment.err())
        .isEqualTo(
            "heard: What is it? (happy, pitch high)\nstyle: happy, pitch high\n%s: 1.0 s, first sound after 0.9 s\n"
                .formatted(output));
    assertThat(asked().mode()).isEqualTo(ChatMode.IMAGE_SPEECH);
    assertThat(asked().image()).contains(IMAGE);
    assertThat(asked().speech()).contains(SPEECH);
    assertThat(asked().style()).isEqualTo(Style.DEFAULT.withEmotion("sad"));
    verify(images).prepare(Path.of(photo), Detail.FULL);
  }

  @Test
  void whatIsMissingIsSaidAndTheTextShownAllTheSame() {
    dialogue.problem = Optional.of("the model wrote no speech units");

    int code = environment.run("chat", "--audio", question, "--out", output.toString());

    assertThat(code).isEqualTo(1);
    assertThat(environment.out()).isEqualTo("Hello\n");
    assertThat(environment.err()).endsWith("emova: the model wrote no speech units\n");
    assertThat(output).doesNotExist();
  }

  @Test
  void jsonHasAllOfIt() throws Exception {
    dialogue.question = "What?";

    assertThat(environment.run("chat", "--audio", question, "--json")).isZero();

    Map<String, Object> report = Json.parseObject(environment.out());
    assertThat(report)
        .containsEntry("question", "What?")
        .containsEntry("answer", "Hello")
        .containsEntry("promptTokens", 21L)
        .containsEntry("firstWordSeconds", 0.1);
    assertThat(environment.err()).isEmpty();
  }

  @Test
  void asrPrintsTheTranscript() {
    dialogue.question = "good day";
    dialogue.answer = "";

    assertThat(environment.run("asr", question)).isZero();

    assertThat(environment.out()).isEqualTo("good day\n");
    assertThat(asked().mode()).isEqualTo(ChatMode.ASR);
  }

  @Test
  void sayReadsStandardInput() {
    dialogue.answer = "";
    dialogue.audio = Optional.of(SPEECH);
    environment.withInput("Good morning\n");

    assertThat(environment.run("say", "-", "--out", output.toString())).isZero();

    assertThat(asked().mode()).isEqualTo(ChatMode.TTS);
    assertThat(asked().text()).isEqualTo("Good morning");
    assertThat(output).hasContent("encoded");
  }

  @Test
  void whatATerminalWouldObeyIsLeftOut() {
    dialogue.answer = "a\u001b[31mb\rc\nd";

    environment.run("chat", "Hi");

    assertThat(environment.out()).isEqualTo("a[31mbc\nd\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "chat | TEXT or --audio is missing",
        "chat Hi --audio QUESTION | exclude each other",
        "chat Hi --out x.wav | --out is for answers to --audio",
        "chat Hi --llm localhost:8000 | no http or https address",
        "chat Hi --llm http://x --backend grpc | unknown back end",
        "chat Hi --codebook lite-40ms-4096 | --codebook needs --llm",
        "chat Hi --detail most | unknown detail",
        "chat Hi --temperature 3 | temperature 3.0 is outside",
        "say Hi | --out",
      })
  void wrongUsageIsRefusedBeforeAnythingStarts(String line, String message) {
    int code = environment.run(line.replace("QUESTION", question).split(" "));

    assertThat(code).isEqualTo(2);
    assertThat(environment.err()).contains(message);
    assertThat(dialogue.asked).isEmpty();
  }

  @Test
  void withoutAModelItSaysHowToNameOne() {
    FakeEnvironment bare = new FakeEnvironment().with(Dialogue.class, dialogue);

    assertThat(bare.run("chat", "Hi")).isEqualTo(1);
    assertThat(bare.err()).contains("--llm URL").contains("org.emova4j.llm~NAME");
  }

  private int talk(String... lines) {
    environment.withInput(String.join("\n", lines) + "\n");
    return environment.run("talk", "--out-dir", folder.resolve("answers").toString());
  }

  @Test
  void aConversationGoesOnFromWhatWasSaid() {
    assertThat(talk("Hi", "", "And you?", "/retry", "/quit", "never")).isZero();

    assertThat(environment.out()).isEqualTo("Hello\nHello\nHello\n");
    assertThat(dialogue.asked).hasSize(3);
    assertThat(dialogue.asked.get(1).history()).containsExactly(Turn.of("Hi", "Hello"));
    assertThat(dialogue.asked.get(2).text()).isEqualTo("And you?");
    assertThat(dialogue.asked.get(2).history()).containsExactly(Turn.of("Hi", "Hello"));
  }

  @Test
  void aSpokenQuestionBeginsAnewAndTypedOnesGoOnFromIt() {
    dialogue.question = "What is it?";
    dialogue.audio = Optional.of(SPEECH);

    talk("Hi", "/image " + photo, "/emotion sad", "/audio " + question, "And why?");

    assertThat(dialogue.asked.get(1).mode()).isEqualTo(ChatMode.IMAGE_SPEECH);
    assertThat(dialogue.asked.get(1).style()).isEqualTo(Style.DEFAULT.withEmotion("sad"));
    assertThat(dialogue.asked.get(2).mode()).isEqualTo(ChatMode.TEXT);
    assertThat(dialogue.asked.get(2).history())
        .containsExactly(new Turn(Optional.of(IMAGE), "What is it?", "Hello"));
    assertThat(folder.resolve("answers/answer-001.wav")).hasContent("encoded");
  }

  @Test
  void theOldestTurnIsForgottenWhereTheContextIsFull() {
    environment.withInput("one\ntwo\nthree\n");
    dialogue.answer = "x";
    FakeDialogue full = dialogue;
    environment.with(
        Dialogue.class,
        new Dialogue() {
          @Override
          public int sampleRate(Optional<String> model, Optional<String> tokenizer) {
            return 16_000;
          }

          @Override
          public DialogueStream start(DialogueRequest request) throws LanguageModelException {
            if (request.history().size() > 1) {
              throw new LanguageModelException(LanguageModelException.Reason.TOO_LONG, "too long");
            }
            return full.start(request);
          }
        });

    environment.run("talk");

    assertThat(asked().history()).containsExactly(Turn.of("two", "x"));
    assertThat(environment.err()).contains("the oldest turn is forgotten");
  }

  @Test
  void errorsDoNotEndTheConversation() {
    dialogue.failure =
        Optional.of(
            new LanguageModelException(
                LanguageModelException.Reason.UNREACHABLE, "http://x can't be reached"));

    assertThat(talk("Hi", "/image nothing.jpg", "/dance", "/audio", "Hi")).isZero();

    assertThat(environment.err())
        .contains("can't be reached")
        .contains("nothing.jpg: no such file")
        .contains("there is no command /dance")
        .contains("/audio what?");
    assertThat(environment.out()).isEqualTo("Hello\n");
  }

  @Test
  void anAnswerThatIsCancelledIsClosed() throws Exception {
    Answering answering = new Answering(Answering.nowhere(), Answering.nowhere());
    DialogueStream stream = mock(DialogueStream.class);
    Dialogue slow = mock(Dialogue.class);
    DialogueRequest request =
        DialogueRequest.of(ChatMode.TEXT, "Hi", Optional.empty(), Optional.empty());
    DialogueStream complete = dialogue.start(request);
    when(slow.start(request)).thenReturn(stream);
    when(stream.next())
        .thenAnswer(
            call -> {
              answering.cancel();
              verify(stream, atLeastOnce()).close();
              return complete.next();
            });

    assertThat(answering.show(slow, request, false).answerText()).isEqualTo("Hello");
  }

  @Test
  void commandsAreListed() {
    talk("/help");

    assertThat(environment.err()).contains("/image FILE", "/emotion LABEL", "/quit");
  }
}
