package org.emova4j.tokenizer.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.testing.TestEngine;

/** What {@code fixtures.py} left in the test resources. */
public final class Fixtures {
  private Fixtures() {}

  /** A tensor of {@code golden.safetensors}. */
  static float[] golden(String name) {
    try (NetworkScope scope = TestEngine.get().open(resource("/golden.safetensors"))) {
      long[] shape = scope.shape(name);
      return scope.weight(name, shape).toFloatArray();
    } catch (SpeechException e) {
      throw new AssertionError(e);
    }
  }

  /** The recording: 1.6 s at 16 kHz. */
  public static Audio speech() {
    try (InputStream in = Fixtures.class.getResourceAsStream("/speech.wav")) {
      ByteBuffer wav = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      wav.position(44);
      float[] samples = new float[wav.remaining() / 2];
      for (int i = 0; i < samples.length; i++) {
        samples[i] = wav.getShort() / 32768f;
      }
      return Audio.of(samples, 16_000);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path resource(String name) {
    try {
      return Path.of(Fixtures.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
