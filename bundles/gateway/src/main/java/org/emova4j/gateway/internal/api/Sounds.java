package org.emova4j.gateway.internal.api;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.AudioInfo;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.gateway.internal.GatewaySettings.Limits;
import org.emova4j.gateway.internal.http.ApiException;
import org.emova4j.gateway.internal.http.Form.Upload;
import org.emova4j.gateway.internal.parts.SpeechServices;
import org.emova4j.gateway.internal.parts.Tracked;

/**
 * Recordings that come, and speech that goes.
 *
 * <p>Safe for concurrent use.
 */
public final class Sounds {
  /** Of raw samples, in hertz, as OpenAI's clients expect it. */
  public static final int PCM_RATE = 24_000;

  private final SpeechServices services;
  private final Limits limits;

  public Sounds(SpeechServices services, Limits limits) {
    this.services = services;
    this.limits = limits;
  }

  /** What a recording says of itself. */
  AudioInfo probe(Upload upload) throws SpeechException {
    return reading(upload, reader -> reader.probe(upload.path()));
  }

  /**
   * @param sampleRate in hertz
   * @throws ApiException if it is longer than allowed
   */
  Audio decode(Upload upload, int sampleRate) throws SpeechException {
    DecodeOptions options = new DecodeOptions(sampleRate, limits.audio(), limits.bodyBytes());
    return reading(
        upload,
        reader -> {
          requireShort(reader.probe(upload.path()).duration());
          return reader.decode(upload.path(), options);
        });
  }

  private void requireShort(Optional<Duration> duration) {
    if (duration.filter(d -> d.compareTo(limits.audio()) > 0).isPresent()) {
      throw ApiException.refused(
          413,
          "too_long",
          "the recording has %.1f s, the limit is %d s"
              .formatted(duration.get().toMillis() / 1e3, limits.audio().toSeconds()));
    }
  }

  /** Messages name the recording as its sender does, not the file that it lies in here. */
  private <R> R reading(Upload upload, Tracked.Call<AudioReader, R> call) throws SpeechException {
    try {
      return services.readers().call(Optional.empty(), call);
    } catch (UnsupportedAudioException e) {
      throw new UnsupportedAudioException(
          e.getMessage().replace(upload.path().toString(), upload.name()), e);
    }
  }

  /** All of it, encoded. */
  byte[] encode(Audio audio, SoundFormat format) throws SpeechException {
    EncodeOptions options =
        format == SoundFormat.PCM
            ? new EncodeOptions(format.file(), OptionalInt.of(PCM_RATE), OptionalInt.empty(), 1)
            : EncodeOptions.of(format.file());
    byte[] file = written(audio, options);
    return format == SoundFormat.PCM ? samples(file) : file;
  }

  private byte[] written(Audio audio, EncodeOptions options) throws SpeechException {
    return services
        .writers()
        .call(
            Optional.empty(),
            writer -> {
              ByteArrayOutputStream out = new ByteArrayOutputStream();
              try {
                writer.encode(audio, out, options);
              } catch (IOException e) {
                throw new UncheckedIOException("in memory nothing can fail", e);
              }
              return out.toByteArray();
            });
  }

  /** The same at another rate: the reader resamples what the writer wrote. */
  public Audio atRate(Audio audio, int sampleRate) throws SpeechException {
    if (audio.sampleRate() == sampleRate) {
      return audio;
    }
    ByteArrayInputStream file =
        new ByteArrayInputStream(written(audio, EncodeOptions.of(AudioFormat.WAV_FLOAT)));
    return services
        .readers()
        .call(
            Optional.empty(),
            reader -> reader.decode(file, "speech", DecodeOptions.atRate(sampleRate)));
  }

  /** 16-bit samples at {@link #PCM_RATE}, little endian. */
  public byte[] pcm(Audio audio) throws SpeechException {
    return encode(audio, SoundFormat.PCM);
  }

  /** What is in a WAV file's data chunk. */
  static byte[] samples(byte[] wav) {
    ByteBuffer buffer = ByteBuffer.wrap(wav).order(ByteOrder.LITTLE_ENDIAN);
    int position = 12; // after RIFF, its size and WAVE
    while (position + 8 <= wav.length) {
      int size = buffer.getInt(position + 4);
      boolean data = buffer.getInt(position) == 0x61746164; // "data"
      position += 8;
      if (data) {
        long end = Math.min(wav.length, position + (size & 0xFFFF_FFFFL));
        return Arrays.copyOfRange(wav, position, (int) end);
      }
      position += size + (size & 1);
    }
    throw new IllegalStateException("a WAV file has no data chunk");
  }
}
