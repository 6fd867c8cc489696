package org.emova4j.llm.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.LanguageModelException.Reason;

/**
 * An answer of EMOVA's worker: JSON objects that a NUL byte ends, each with the prompt and all of
 * the answer so far.
 */
final class WorkerDeltas implements DeltaSource {
  private static final char UNDECODED = '\uFFFD'; // a character whose rest is still to come
  private static final String TOO_LONG = "Exceeds max token length";

  private final Reply reply;
  private final Records frames;
  private final String prompt;
  private String known = "";
  private String held = "";
  private boolean any;

  WorkerDeltas(Reply reply, String prompt) {
    this.reply = reply;
    this.frames = Records.frames(reply);
    this.prompt = prompt;
  }

  @Override
  public Optional<Delta> next() throws LanguageModelException, CancelledException {
    while (true) {
      Optional<String> frame = frames.next();
      if (frame.isEmpty()) {
        if (!any) {
          throw new LanguageModelException(Reason.BROKEN, "the worker closed the stream unasked");
        }
        return rest();
      }
      if (frame.get().isBlank()) {
        continue;
      }
      String delta = delta(parse(frame.get()));
      any = true;
      if (!delta.isEmpty()) {
        reply.answering();
        return Optional.of(Delta.of(delta));
      }
    }
  }

  /** What was held back until the end. */
  private Optional<Delta> rest() {
    String last = held;
    held = "";
    return last.isEmpty() ? Optional.empty() : Optional.of(Delta.of(last));
  }

  private JsonNode parse(String frame) throws LanguageModelException {
    Optional<JsonNode> json = JsonText.tryParse(frame);
    if (json.isEmpty()) {
      throw new LanguageModelException(
          Reason.BROKEN,
          frames.brokeOff()
              ? "the worker closed the stream in the middle of the answer"
              : "the worker sent what is no JSON: \"%s\"".formatted(HttpErrors.plain(frame)));
    }
    int code = json.get().path("error_code").asInt(0);
    String text = json.get().path("text").asText("");
    if (code != 0) {
      throw new LanguageModelException(
          Reason.REFUSED,
          "%s (error code %d): %s"
              .formatted(
                  switch (code) {
                    case 2 -> "the controller has no worker for this model";
                    case 3 -> "the controller's worker doesn't answer";
                    default -> "the worker failed";
                  },
                  code,
                  HttpErrors.plain(text)));
    }
    return json.get();
  }

  private String delta(JsonNode json) throws LanguageModelException {
    String all = json.path("text").asText("");
    String answer = all.startsWith(prompt) ? all.substring(prompt.length()) : cut(all);
    if (known.isEmpty() && answer.startsWith(TOO_LONG)) {
      throw new LanguageModelException(
          Reason.TOO_LONG, "the question is too long for the worker: " + HttpErrors.plain(answer));
    }
    int end = answer.length();
    while (end > 0 && answer.charAt(end - 1) == UNDECODED) {
      end--;
    }
    held = answer.substring(end);
    String settled = answer.substring(0, end);
    if (settled.length() <= known.length()) {
      return ""; // nothing new; what was passed on can't be taken back
    }
    String delta = settled.substring(known.length());
    known = settled;
    return delta;
  }

  /** As the reference does it, which counts characters as Python has them. */
  private String cut(String all) {
    int characters = prompt.codePointCount(0, prompt.length());
    return all.codePointCount(0, all.length()) <= characters
        ? ""
        : all.substring(all.offsetByCodePoints(0, characters));
  }

  @Override
  public void close() {
    reply.close();
  }
}
