package org.emova4j.gateway.internal.realtime;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import org.emova4j.api.audio.Audio;
import org.emova4j.gateway.internal.api.Sounds;
import org.emova4j.gateway.internal.http.ApiException;

/** What has been heard since the last turn. Confined to one thread. */
final class Microphone {
  private static final int BYTES_PER_SECOND = 2 * Sounds.PCM_RATE;
  private static final float FULL_SCALE = 32_768;

  private final int maxSeconds;
  private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

  Microphone(int maxSeconds) {
    this.maxSeconds = maxSeconds;
  }

  /**
   * @param samples 16 bit, little endian
   * @throws ApiException if a turn becomes too long; what was heard stays
   */
  void hear(byte[] samples) {
    if (samples.length % 2 != 0) {
      throw ApiException.invalid(
          "audio", "%d bytes are no whole number of 16-bit samples".formatted(samples.length));
    }
    if (heard.size() + samples.length > maxSeconds * BYTES_PER_SECOND) {
      throw ApiException.refused(
              413, "too_long", "a turn is longer than %d s".formatted(maxSeconds))
          .about("audio");
    }
    heard.writeBytes(samples);
  }

  void clear() {
    heard.reset();
  }

  /**
   * Ends a turn.
   *
   * @throws ApiException if nothing was heard
   */
  Audio commit() {
    if (heard.size() == 0) {
      throw ApiException.refused(
          400, "input_audio_buffer_commit_empty", "nothing has been heard since the last turn");
    }
    ShortBuffer samples =
        ByteBuffer.wrap(heard.toByteArray()).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    float[] sound = new float[samples.remaining()];
    for (int i = 0; i < sound.length; i++) {
      sound[i] = samples.get(i) / FULL_SCALE;
    }
    heard.reset();
    return Audio.adopt(sound, Sounds.PCM_RATE);
  }
}
