package org.emova4j.gateway.internal.realtime;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.gateway.internal.api.PcmStream;
import org.emova4j.gateway.internal.api.Sounds;

/** The events of one answer: one message with one part. Confined to one thread. */
final class Response {
  private final String id = Outlet.newId("resp");
  private final String itemId = Outlet.newId("item");
  private final Outlet outlet;
  private final boolean spoken;
  private final PcmStream pcm;
  private final StringBuilder text = new StringBuilder();
  private boolean begun;
  private boolean heard;

  Response(Outlet outlet, Sounds sounds, boolean spoken) {
    this.outlet = outlet;
    this.spoken = spoken;
    pcm = new PcmStream(sounds);
  }

  String text() {
    return text.toString();
  }

  void created() throws IOException {
    outlet.send("response.created", "response", shown("in_progress", Map.of()));
  }

  private void begin() throws IOException {
    if (begun) {
      return;
    }
    begun = true;
    outlet.send(
        "response.output_item.added",
        "response_id",
        id,
        "output_index",
        0,
        "item",
        item("in_progress"));
    outlet.send(
        "response.content_part.added",
        "response_id",
        id,
        "item_id",
        itemId,
        "output_index",
        0,
        "content_index",
        0,
        "part",
        part());
  }

  private void part(String type, String name, Object value) throws IOException {
    begin();
    outlet.send(
        type,
        "response_id",
        id,
        "item_id",
        itemId,
        "output_index",
        0,
        "content_index",
        0,
        name,
        value);
  }

  void write(String delta) throws IOException {
    text.append(delta);
    part(
        spoken ? "response.output_audio_transcript.delta" : "response.output_text.delta",
        "delta",
        delta);
  }

  void say(Audio audio) throws IOException, SpeechException {
    sound(pcm.next(audio));
  }

  private void sound(byte[] samples) throws IOException {
    if (samples.length > 0) {
      heard = true;
      part("response.output_audio.delta", "delta", Base64.getEncoder().encodeToString(samples));
    }
  }

  /** Ours: something of an answer that OpenAI's events have no name for. */
  void tell(String type, Map<String, Object> facts) throws IOException {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("type", type);
    event.put("event_id", Outlet.newId("event"));
    event.put("response_id", id);
    event.putAll(facts);
    outlet.send(event);
  }

  /**
   * @param status {@code completed}, {@code cancelled}, {@code incomplete} or {@code failed}
   * @param details of the status, and usage
   */
  void end(String status, Map<String, Object> details) throws IOException, SpeechException {
    if (spoken && !status.equals("failed")) {
      sound(pcm.end());
    }
    if (begun) {
      if (spoken) {
        part("response.output_audio_transcript.done", "transcript", text());
        if (heard) {
          part("response.output_audio.done", "object", "audio");
        }
      } else {
        part("response.output_text.done", "text", text());
      }
      part("response.content_part.done", "part", part());
      outlet.send(
          "response.output_item.done",
          "response_id",
          id,
          "output_index",
          0,
          "item",
          item(status.equals("completed") ? "completed" : "incomplete"));
    }
    outlet.send("response.done", "response", shown(status, details));
  }

  private Map<String, Object> part() {
    return spoken
        ? Map.of("type", "output_audio", "transcript", text())
        : Map.of("type", "output_text", "text", text());
  }

  private Map<String, Object> item(String status) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", itemId);
    json.put("object", "realtime.item");
    json.put("type", "message");
    json.put("status", status);
    json.put("role", "assistant");
    json.put("content", begun && !status.equals("in_progress") ? List.of(part()) : List.of());
    return json;
  }

  private Map<String, Object> shown(String status, Map<String, Object> details) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("object", "realtime.response");
    json.put("id", id);
    json.put("status", status);
    List<Object> output = new ArrayList<>();
    if (begun) {
      output.add(item(status.equals("completed") ? "completed" : "incomplete"));
    }
    json.put("output", output);
    json.putAll(details);
    return json;
  }
}
