package org.emova4j.runtime.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.emova4j.api.chat.ChatEvent;
import org.emova4j.api.chat.Dialogue;
import org.emova4j.api.chat.DialogueEvent;
import org.emova4j.api.chat.DialogueRequest;
import org.emova4j.api.chat.DialogueResult;
import org.emova4j.api.chat.DialogueStream;
import org.emova4j.api.speech.SpeechException;

/** Shows an answer while it comes: its text on one stream, what is said about it on another. */
final class Answering {
  private final PrintStream text;
  private final PrintStream notes;
  private boolean inQuestion;
  private boolean inAnswer;
  private boolean cancelled;
  private Optional<DialogueStream> running = Optional.empty();

  /**
   * @param text for the answer
   * @param notes for what was heard, and how the answer is said
   */
  Answering(PrintStream text, PrintStream notes) {
    this.text = text;
    this.notes = notes;
  }

  /**
   * @param transcript whether what the model heard is the answer
   */
  DialogueResult show(Dialogue dialogue, DialogueRequest request, boolean transcript)
      throws SpeechException {
    try (DialogueStream stream = dialogue.start(request)) {
      open(stream);
      while (true) {
        DialogueEvent event = stream.next().orElseThrow();
        if (event instanceof DialogueEvent.Wrote wrote) {
          show(wrote.event(), transcript);
        } else if (event instanceof DialogueEvent.Finished finished) {
          return finished.result();
        }
      }
    } finally {
      endLines();
    }
  }

  private synchronized void open(DialogueStream stream) {
    running = Optional.of(stream);
    if (cancelled) {
      stream.close();
    }
  }

  /** Ends the answer; what came until then counts. From any thread. */
  synchronized void cancel() {
    cancelled = true;
    running.ifPresent(DialogueStream::close);
  }

  private void show(ChatEvent event, boolean transcript) {
    if (event instanceof ChatEvent.QuestionText question && !transcript) {
      if (!inQuestion) {
        notes.print("heard: ");
        inQuestion = true;
      }
      notes.print(printable(question.delta()));
      notes.flush();
    } else if (event instanceof ChatEvent.QuestionText question) {
      answer(question.delta());
    } else if (event instanceof ChatEvent.QuestionLabels labels) {
      endQuestion(" (" + words(labels.labels()) + ")");
    } else if (event instanceof ChatEvent.AnswerText answer) {
      endQuestion("");
      answer(answer.delta());
    } else if (event instanceof ChatEvent.AnswerStyle style) {
      endLines();
      notes.println("style: " + words(style.labels()));
    }
  }

  private void answer(String delta) {
    inAnswer = true;
    text.print(printable(delta));
    text.flush();
  }

  private void endQuestion(String end) {
    if (inQuestion) {
      notes.println(end);
      inQuestion = false;
    }
  }

  private void endLines() {
    endQuestion("");
    if (inAnswer) {
      text.println();
      text.flush();
      inAnswer = false;
    }
  }

  private static String words(ChatEvent.Labels labels) {
    StringJoiner words = new StringJoiner(", ");
    labels.emotion().ifPresent(words::add);
    labels.pitch().ifPresent(pitch -> words.add("pitch " + pitch));
    labels.speed().ifPresent(speed -> words.add("speed " + speed));
    return words.toString();
  }

  /** Without what a terminal would obey: the text is a stranger's. */
  static String printable(String text) {
    return text.replaceAll("[\\p{Cntrl}&&[^\\n\\t]]", "");
  }

  /** When the first sound was there, and what was written. */
  static String summary(String output, DialogueResult result) {
    return "%s: %.1f s, first sound after %.1f s"
        .formatted(
            output,
            result.audio().map(a -> a.duration().toMillis() / 1000.0).orElse(0.0),
            result.timing().firstAudio().map(d -> d.toMillis() / 1000.0).orElse(0.0));
  }

  static Map<String, Object> report(DialogueResult result, Optional<String> output) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("model", result.model());
    putText(report, "question", result.questionText());
    result.questionLabels().ifPresent(l -> report.put("questionLabels", labels(l)));
    putText(report, "answer", result.answerText());
    result.answerLabels().ifPresent(l -> report.put("answerLabels", labels(l)));
    result.units().ifPresent(units -> report.put("units", units.ids()));
    result
        .audio()
        .ifPresent(
            audio -> {
              output.ifPresent(name -> report.put("output", name));
              report.put("seconds", audio.duration().toMillis() / 1000.0);
              report.put("sampleRate", audio.sampleRate());
            });
    result.problem().ifPresent(problem -> report.put("problem", problem));
    report.put("spokenBySecondCall", result.spokenBySecondCall());
    report.put("finish", result.finish().name().toLowerCase(Locale.ROOT));
    report.put("promptTokens", result.usage().prompt().orElse(result.prompt().total()));
    report.put("promptTokensExact", result.usage().prompt().isPresent() || result.prompt().exact());
    result.usage().completion().ifPresent(n -> report.put("answerTokens", n));
    result.timing().firstWord().ifPresent(d -> report.put("firstWordSeconds", d.toMillis() / 1e3));
    result
        .timing()
        .firstAudio()
        .ifPresent(d -> report.put("firstAudioSeconds", d.toMillis() / 1e3));
    report.put("totalSeconds", result.timing().total().toMillis() / 1e3);
    return report;
  }

  private static void putText(Map<String, Object> report, String name, String value) {
    if (!value.isEmpty()) {
      report.put(name, value);
    }
  }

  private static Map<String, Object> labels(ChatEvent.Labels labels) {
    Map<String, Object> words = new LinkedHashMap<>();
    labels.emotion().ifPresent(e -> words.put("emotion", e));
    labels.pitch().ifPresent(p -> words.put("pitch", p));
    labels.speed().ifPresent(s -> words.put("speed", s));
    return words;
  }

  /** Nowhere, for what --json leaves to its report. */
  static PrintStream nowhere() {
    return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
  }
}
