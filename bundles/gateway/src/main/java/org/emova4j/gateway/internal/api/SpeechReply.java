package org.emova4j.gateway.internal.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.gateway.internal.http.EventStream;
import org.emova4j.gateway.internal.http.Exchange;

/**
 * Speech on its way to a client while it is being made. Raw samples and WAV go piece by piece; the
 * other formats have frames and headers of their own and are encoded when all is there. Nothing is
 * sent before the first piece, so that what fails before has a status of its own. Confined to one
 * thread.
 */
final class SpeechReply {
  private static final int CHUNK_BYTES = 16 << 10;
  private static final int UNKNOWN_LENGTH = -1; // in a WAV header: until the end

  private final Exchange exchange;
  private final Sounds sounds;
  private final SoundFormat format;
  private final boolean events;
  private final PcmStream pcm;
  private final List<Audio> pieces = new ArrayList<>();
  private OutputStream body;
  private EventStream stream;

  /**
   * @param events whether it goes as server-sent events
   */
  SpeechReply(Exchange exchange, Sounds sounds, SoundFormat format, boolean events) {
    this.exchange = exchange;
    this.sounds = sounds;
    this.format = format;
    this.events = events;
    pcm = new PcmStream(sounds);
  }

  void piece(Audio audio) throws SpeechException, IOException {
    if (format != SoundFormat.PCM && format != SoundFormat.WAV) {
      pieces.add(audio);
      return;
    }
    byte[] bytes = pcm.next(audio);
    if (bytes.length > 0) {
      send(bytes);
    }
  }

  void end(Map<String, Object> usage) throws SpeechException, IOException {
    if (format == SoundFormat.PCM || format == SoundFormat.WAV) {
      send(pcm.end());
    } else {
      byte[] encoded = sounds.encode(joined(pieces), format);
      for (int from = 0; from < encoded.length; from += CHUNK_BYTES) {
        send(Arrays.copyOfRange(encoded, from, Math.min(encoded.length, from + CHUNK_BYTES)));
      }
    }
    if (events) {
      stream.send(Map.of("type", "speech.audio.done", "usage", usage));
    }
  }

  static Audio joined(List<Audio> pieces) {
    float[] all = new float[pieces.stream().mapToInt(Audio::length).sum()];
    int n = 0;
    for (Audio piece : pieces) {
      piece.buffer().get(all, n, piece.length());
      n += piece.length();
    }
    return Audio.adopt(all, pieces.get(0).sampleRate());
  }

  private void send(byte[] bytes) throws IOException {
    byte[] sent = begin(bytes);
    if (events) {
      String audio = Base64.getEncoder().encodeToString(sent);
      stream.send(Map.of("type", "speech.audio.delta", "audio", audio));
    } else {
      body.write(sent);
      body.flush();
    }
  }

  /** With a header, if it is the first and the format has one. */
  private byte[] begin(byte[] bytes) throws IOException {
    if (body != null || stream != null) {
      return bytes;
    }
    if (events) {
      stream = exchange.events();
    } else {
      body = exchange.stream(format.contentType());
    }
    if (format != SoundFormat.WAV) {
      return bytes;
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(wavHeader());
    all.writeBytes(bytes);
    return all.toByteArray();
  }

  static byte[] wavHeader() {
    return ByteBuffer.allocate(44)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0x46464952) // RIFF
        .putInt(UNKNOWN_LENGTH)
        .putInt(0x45564157) // WAVE
        .putInt(0x20746D66) // fmt
        .putInt(16)
        .putShort((short) 1) // PCM
        .putShort((short) 1) // channels
        .putInt(Sounds.PCM_RATE)
        .putInt(Sounds.PCM_RATE * 2)
        .putShort((short) 2)
        .putShort((short) 16)
        .putInt(0x61746164) // data
        .putInt(UNKNOWN_LENGTH)
        .array();
  }
}
