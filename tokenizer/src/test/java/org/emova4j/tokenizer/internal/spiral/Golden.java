package org.emova4j.tokenizer.internal.spiral;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.Safetensors;
import org.emova4j.engine.testing.TestEngine;

/**
 * A small model with random weights, and what the reference implementation makes of two recordings
 * with it.
 *
 * @param name {@code tiny_a}, which has the official topology, or {@code tiny_b}, which has other
 *     kernels, levels and bands
 */
record Golden(
    String name,
    SpiralConfig config,
    MelFrontEnd frontEnd,
    SpiralNetwork network,
    PhoneNetwork phones,
    SpiralTokenizer tokenizer) {
  static final String[] NAMES = {"tiny_a", "tiny_b"};

  static Golden open(String name) throws SpeechException {
    SpiralConfig config = SpiralConfigReader.read(resource(name + "/config.json"));
    Path weights = resource(name + "/weights.safetensors");
    MelFrontEnd frontEnd = SpiralModel.frontEnd(weights, config);
    SpiralNetwork network =
        new SpiralNetwork(TestEngine.get().open(weights), TestEngine.get().ops(), config);
    PhoneNetwork phones = SpiralModel.phones(TestEngine.get(), weights, config).orElseThrow();
    return new Golden(
        name,
        config,
        frontEnd,
        network,
        phones,
        new SpiralTokenizer(config, frontEnd, network, Optional.of(phones), "emova-40ms-" + name));
  }

  /** Values of one of this model's files. */
  float[] floats(String file, String tensor) throws SpeechException {
    try (Safetensors tensors = Safetensors.open(resource(name + "/" + file + ".safetensors"))) {
      return tensors.read(tensor);
    }
  }

  int[] integers(String file, String tensor) throws SpeechException {
    try (Safetensors tensors = Safetensors.open(resource(name + "/" + file + ".safetensors"))) {
      return java.util.Arrays.stream(tensors.readLongs(tensor))
          .mapToInt(Math::toIntExact)
          .toArray();
    }
  }

  /** A recording of the fixtures at 16 kHz. */
  static float[] recording(String file) {
    try {
      ByteBuffer wav =
          ByteBuffer.wrap(Files.readAllBytes(resource(file))).order(ByteOrder.LITTLE_ENDIAN);
      wav.position(44);
      float[] samples = new float[wav.remaining() / 2];
      for (int i = 0; i < samples.length; i++) {
        samples[i] = wav.getShort() / 32768f;
      }
      return samples;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static float[] example() {
    return recording("example_16k.wav");
  }

  /** The example over and over. */
  static Audio tiled(int samples) {
    float[] once = example();
    float[] all = new float[samples];
    for (int i = 0; i < samples; i++) {
      all[i] = once[i % once.length];
    }
    return Audio.adopt(all, 16_000);
  }

  LogMelFrames mel(float... samples) {
    return frontEnd.apply(FloatBuffer.wrap(samples), frontEnd.validFrames(samples.length));
  }

  static Path resource(String name) {
    try {
      return Path.of(
          Optional.ofNullable(Golden.class.getResource("/spiral/" + name)).orElseThrow().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** Not an AutoCloseable: JUnit would close it after the first test that takes it. */
  void close() {
    tokenizer.close();
  }

  @Override
  public String toString() {
    return name;
  }
}
