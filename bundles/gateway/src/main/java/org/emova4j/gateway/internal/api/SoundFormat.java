package org.emova4j.gateway.internal.api;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.gateway.internal.http.ApiException;

/** What speech is sent as, by the names that OpenAI's clients know. */
enum SoundFormat {
  MP3("mp3", "audio/mpeg", AudioFormat.MP3),
  OPUS("opus", "audio/ogg", AudioFormat.OPUS),
  AAC("aac", "audio/mp4", AudioFormat.M4A),
  FLAC("flac", "audio/flac", AudioFormat.FLAC),
  WAV("wav", "audio/wav", AudioFormat.WAV),
  /** 16 bit, little endian, mono, at {@link Sounds#PCM_RATE}, without a header. */
  PCM("pcm", "audio/pcm;rate=24000", AudioFormat.WAV);

  private final String id;
  private final String contentType;
  private final AudioFormat file;

  SoundFormat(String id, String contentType, AudioFormat file) {
    this.id = id;
    this.contentType = contentType;
    this.file = file;
  }

  String id() {
    return id;
  }

  String contentType() {
    return contentType;
  }

  AudioFormat file() {
    return file;
  }

  /**
   * @param field that says it
   * @throws ApiException if it is none
   */
  static SoundFormat of(String field, Optional<String> name, SoundFormat otherwise) {
    if (name.isEmpty()) {
      return otherwise;
    }
    String wanted = name.get().equals("pcm16") ? PCM.id : name.get(); // as chat and realtime say
    return Arrays.stream(values())
        .filter(f -> f.id.equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                ApiException.invalid(
                    field, "unknown %s \"%s\"; known: %s".formatted(field, name.get(), known())));
  }

  private static String known() {
    List<String> ids = Arrays.stream(values()).map(SoundFormat::id).toList();
    return String.join(", ", ids);
  }
}
