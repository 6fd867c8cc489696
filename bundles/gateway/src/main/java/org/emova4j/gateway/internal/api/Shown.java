package org.emova4j.gateway.internal.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.ConversionRequest.Parts;
import org.emova4j.api.style.Prosody;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;

/** Values as replies show them. */
final class Shown {
  private Shown() {}

  static Map<String, Object> units(UnitSequence units, Optional<String> tokenizer, Audio speech) {
    Codebook codebook = units.codebook();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("object", "units");
    json.put("tokenizer", tokenizer.orElse(null));
    json.put(
        "codebook",
        Map.of(
            "id",
            codebook.id(),
            "size",
            codebook.size(),
            "unit_ms",
            codebook.unitDuration().toNanos() / 1e6));
    json.put("duration", seconds(speech));
    json.put("ids", units.ids());
    json.put("run_lengths", units.runLengths().orElse(null));
    json.put("text", units.toText());
    return json;
  }

  static Map<String, Object> prosody(Prosody prosody, Audio speech) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("object", "prosody");
    json.put("duration", seconds(speech));
    json.put("frame_rate", prosody.frameRate());
    json.put("f0", prosody.f0());
    json.put("energy", prosody.energy());
    return json;
  }

  static Map<String, Object> parts(Parts parts) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("tokenizer", parts.tokenizer().orElse(null));
    json.put("style", parts.style().orElse(null));
    json.put("vocoder", parts.vocoder().orElse(null));
    return json;
  }

  static double seconds(Audio audio) {
    return (double) audio.length() / audio.sampleRate();
  }
}
