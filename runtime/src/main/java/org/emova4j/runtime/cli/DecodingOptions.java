package org.emova4j.runtime.cli;

import java.time.Duration;
import org.emova4j.api.audio.DecodeOptions;
import picocli.CommandLine.Option;

/** How much is read at the most. */
final class DecodingOptions {
  @Option(
      names = "--max-duration",
      paramLabel = "SECONDS",
      description = "Refuse longer recordings (default: 14400, four hours).")
  Double maxSeconds;

  DecodeOptions at(int sampleRate) {
    return new DecodeOptions(sampleRate, maxDuration(), DecodeOptions.DEFAULT_MAX_BYTES);
  }

  Duration maxDuration() {
    if (maxSeconds == null) {
      return DecodeOptions.DEFAULT_MAX_DURATION;
    }
    if (!(maxSeconds > 0 && maxSeconds <= 1e6)) {
      throw new UsageException("--max-duration %s is outside 0..1000000".formatted(maxSeconds));
    }
    return Duration.ofMillis(Math.max(1, Math.round(maxSeconds * 1000)));
  }
}
