package org.emova4j.runtime.cli;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Prosody;
import org.emova4j.api.style.ProsodyAnalyzer;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.runtime.Services;

/** Times the stages of a conversion in this process, after warm-up. */
final class BenchWorker {
  private static final int WARM_UP_RUNS = 3;

  private final SpeechTokenizer tokenizer;
  private final ProsodyAnalyzer analyzer;
  private final StyleModule styles;
  private final Vocoder vocoder;
  private final SpeechConverter converter;

  BenchWorker(Services services) throws SpeechException {
    tokenizer = services.require(SpeechTokenizer.class);
    analyzer = services.require(ProsodyAnalyzer.class);
    styles = services.require(StyleModule.class);
    vocoder = services.require(Vocoder.class);
    converter = services.require(SpeechConverter.class);
  }

  int sampleRate() {
    return tokenizer.sampleRate();
  }

  /** Seconds of each run, by stage; {@code cpu} is the processor time of the whole. */
  Map<String, List<Double>> measure(Audio speech, int runs) throws SpeechException {
    Map<String, List<Double>> seconds = new LinkedHashMap<>();
    for (int run = -WARM_UP_RUNS; run < runs; run++) {
      long begin = System.nanoTime();
      UnitSequence units = tokenizer.tokenize(speech);
      long tokenized = System.nanoTime();
      Prosody prosody = analyzer.analyze(speech);
      long analyzed = System.nanoTime();
      StyleVector style = styles.encode(Style.DEFAULT);
      Audio voice = vocoder.vocode(units, style, Optional.of(prosody));
      long vocoded = System.nanoTime();
      long cpuBegin = processCpuNanos();
      Audio whole = converter.convert(speech, ConversionRequest.of(Style.DEFAULT));
      long converted = System.nanoTime();
      long cpuEnd = processCpuNanos();
      if (voice.length() == 0 || whole.length() == 0) {
        throw new IllegalStateException("a conversion made no sound");
      }
      if (run >= 0) {
        add(seconds, "tokenize", tokenized - begin);
        add(seconds, "prosody", analyzed - tokenized);
        add(seconds, "vocode", vocoded - analyzed);
        add(seconds, "whole", converted - vocoded);
        add(seconds, "cpu", cpuEnd - cpuBegin);
      }
    }
    return seconds;
  }

  /** What a busy machine doesn't distort: processor time of all threads. */
  private static long processCpuNanos() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : System.nanoTime();
  }

  private static void add(Map<String, List<Double>> seconds, String stage, long nanos) {
    seconds.computeIfAbsent(stage, s -> new ArrayList<>()).add(nanos / 1e9);
  }
}
