package org.emova4j.runtime.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.LevelTarget;
import org.emova4j.batch.Task;

/** Settings that go together; what is given beside a preset wins over it. */
enum Preset {
  /** As podcast directories ask: -16 LUFS, -1 dBTP, mono. */
  PODCAST(
      Optional.empty(),
      AudioFormat.MP3,
      44_100,
      "96k",
      new LevelTarget(LevelTarget.Measure.LUFS, -16),
      -1.0),
  /**
   * ACX's rules (RMS -23 to -18 dB, peaks below -3 dB, MP3 at a constant 192 kbit/s and 44.1 kHz);
   * half a decibel is left for what MP3 adds to peaks.
   */
  AUDIOBOOK(
      Optional.empty(),
      AudioFormat.MP3,
      44_100,
      "192k",
      new LevelTarget(LevelTarget.Measure.RMS, -20),
      -3.5),
  /** ITU-T G.711 mu-law at 8 kHz, as telephone exchanges play it. */
  TELEPHONE(Optional.empty(), AudioFormat.WAV_ULAW, 8_000, null, null, null),
  /** Units for the training of language models, a JSON line a file. */
  LLM_CORPUS(Optional.of(Task.TOKENIZE), AudioFormat.WAV, null, null, null, null);

  private final Optional<Task> task;
  private final AudioFormat format;
  private final Integer rate;
  private final String bitRate;
  private final LevelTarget level;
  private final Double truePeak;

  Preset(
      Optional<Task> task,
      AudioFormat format,
      Integer rate,
      String bitRate,
      LevelTarget level,
      Double truePeak) {
    this.task = task;
    this.format = format;
    this.rate = rate;
    this.bitRate = bitRate;
    this.level = level;
    this.truePeak = truePeak;
  }

  /** By the name on the command line, e.g. {@code llm-corpus}. */
  static Preset parse(String text) {
    return Arrays.stream(values())
        .filter(p -> p.id().equals(text.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    "unknown preset \"%s\"; known: %s"
                        .formatted(
                            text,
                            Arrays.stream(values())
                                .map(Preset::id)
                                .collect(Collectors.joining(", ")))));
  }

  private String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  Optional<Task> task() {
    return task;
  }

  AudioFormat format() {
    return format;
  }

  /** In hertz. */
  Optional<Integer> rate() {
    return Optional.ofNullable(rate);
  }

  /** As on the command line. */
  Optional<String> bitRate() {
    return Optional.ofNullable(bitRate);
  }

  Optional<LevelTarget> level() {
    return Optional.ofNullable(level);
  }

  OptionalDouble truePeak() {
    return truePeak == null ? OptionalDouble.empty() : OptionalDouble.of(truePeak);
  }
}
