package org.emova4j.qwen.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.measure.Benchmark;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.TensorEngine;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * How many tokens a second a decoder of half a billion parameters writes, with random weights, and
 * how many it could at the most: every token needs every weight once, so the speed of memory is the
 * limit.
 */
@Component(property = ServiceProperties.ID + "=llm")
public final class DecoderBenchmark implements Benchmark {
  /** The shape of Qwen2.5-0.5B. */
  static final QwenConfig HALF_BILLION =
      new QwenConfig(896, 24, 14, 2, 64, 4864, 151_936, 1e-6, 1e6, true, 32_768, Set.of());

  private static final int PROMPT = 128;
  private static final int TOKENS = 32;
  private static final int RUNS = 20;
  private static final int MEMORY_FLOATS = 1 << 28; // 1 GiB: more than any cache

  private final TensorEngine engine;
  private final QwenConfig config;
  private final int memoryFloats;
  private final int tokens;

  /** For the framework. */
  @Activate
  public DecoderBenchmark(@Reference TensorEngine engine) {
    this(engine, HALF_BILLION, MEMORY_FLOATS, TOKENS);
  }

  DecoderBenchmark(TensorEngine engine, QwenConfig config, int memoryFloats, int tokens) {
    this.engine = engine;
    this.config = config;
    this.memoryFloats = memoryFloats;
    this.tokens = tokens;
  }

  @Override
  public List<Figure> measure(Consumer<String> progress) throws IOException, SpeechException {
    Path folder = Files.createTempDirectory("emova-bench-llm-");
    Path file = folder.resolve("model.safetensors");
    try {
      progress.accept("writing random weights");
      RandomWeights.write(file, config);
      List<Figure> figures = new ArrayList<>();
      double bytesPerSecond = 0;
      for (Precision precision : Precision.values()) {
        progress.accept("loading them as " + precision.id());
        try (NetworkScope scope = engine.open(file)) {
          long start = System.nanoTime();
          Decoder decoder = new Decoder(scope, engine.ops(), config, precision);
          scope.freeze();
          double loading = (System.nanoTime() - start) / 1e9;
          if (figures.isEmpty()) {
            progress.accept("timing the memory");
            bytesPerSecond = memory(scope);
            figures.add(
                figure(
                    "memory.gigabytesPerSecond",
                    "speed of reading memory: %.1f GB/s (threads: " + engine.threads() + ")",
                    bytesPerSecond / 1e9));
          }
          progress.accept("writing tokens in " + precision.id());
          measure(decoder, precision, bytesPerSecond, loading, figures);
        }
      }
      return figures;
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }

  /** Bytes a second, of the fastest of some sums over an array that no cache holds. */
  private double memory(NetworkScope scope) throws SpeechException {
    return scope.call(
        manager -> {
          NDArray array = manager.ones(new Shape(memoryFloats), DataType.FLOAT32);
          double best = 0;
          for (int run = 0; run < RUNS; run++) {
            long start = System.nanoTime();
            array.sum().getFloat();
            best = Math.max(best, 4.0 * memoryFloats / (System.nanoTime() - start) * 1e9);
          }
          return best;
        });
  }

  private void measure(
      Decoder decoder,
      Precision precision,
      double bytesPerSecond,
      double loading,
      List<Figure> figures)
      throws SpeechException {
    double[] seconds = new double[tokens];
    double prompt;
    try (Sequence sequence = decoder.open(PROMPT + 1 + tokens)) {
      long start = System.nanoTime();
      sequence.append(new Segment.Ids(new int[PROMPT]), false);
      prompt = PROMPT / ((System.nanoTime() - start) / 1e9);
      sequence.append(new Segment.Ids(new int[1]), true);
      for (int i = 0; i < tokens; i++) {
        start = System.nanoTime();
        sequence.append(new Segment.Ids(new int[] {i % config.rows()}), true);
        seconds[i] = (System.nanoTime() - start) / 1e9;
      }
    }
    Arrays.sort(seconds);
    double rate = 1 / seconds[tokens / 2];
    double fastest = 1 / seconds[0];
    double bytes = RandomWeights.parameters(config) * (precision == Precision.FLOAT32 ? 4.0 : 2.0);
    double limit = bytesPerSecond / bytes;
    String id = precision.id();
    figures.add(figure("llm." + id + ".gigabytes", id + ": %.2f GB of weights", bytes / 1e9));
    figures.add(figure("llm." + id + ".loadSeconds", id + ": loaded in %.1f s", loading));
    figures.add(
        figure(
            "llm." + id + ".promptTokensPerSecond",
            id + ": reads %.0f tokens/s of a prompt",
            prompt));
    figures.add(
        figure("llm." + id + ".tokensPerSecond", id + ": writes %.2f tokens/s (median)", rate));
    figures.add(
        figure("llm." + id + ".limitTokensPerSecond", id + ": memory allows %.2f tokens/s", limit));
    figures.add(
        figure(
            "llm." + id + ".shareOfLimit",
            id + ": %.2f of what memory allows, both at their fastest",
            fastest / limit));
  }

  private static Figure figure(String name, String format, double value) {
    return new Figure(name, String.format(Locale.ROOT, format, value), value);
  }
}
