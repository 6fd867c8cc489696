package org.emova4j.batch;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.emova4j.api.audio.ChannelPolicy;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.audio.Finishing;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.style.Style;

/**
 * All that decides what becomes of one file.
 *
 * @param task what is done
 * @param style of conversion and synthesis
 * @param parts of conversion, tokenization and synthesis; the best-ranked where empty
 * @param keepProsody whether a conversion keeps the recording's timing and melody
 * @param encode format of the output; empty for units
 * @param finishing what is done to the sound before it is written; of units only its channels count
 * @param maxDuration longer recordings are refused
 */
public record ItemSettings(
    Task task,
    Style style,
    ConversionRequest.Parts parts,
    boolean keepProsody,
    Optional<EncodeOptions> encode,
    Finishing finishing,
    Duration maxDuration) {
  /** Sound as it comes, with its metadata. */
  public ItemSettings(
      Task task,
      Style style,
      ConversionRequest.Parts parts,
      boolean keepProsody,
      Optional<EncodeOptions> encode,
      Duration maxDuration) {
    this(task, style, parts, keepProsody, encode, Finishing.NONE, maxDuration);
  }

  public ItemSettings {
    requireNonNull(task, "task");
    requireNonNull(style, "style");
    requireNonNull(parts, "parts");
    requireNonNull(encode, "encode");
    requireNonNull(finishing, "finishing");
    requireNonNull(maxDuration, "maxDuration");
    if (task == Task.TOKENIZE && finishing.channels() == ChannelPolicy.BOTH) {
      throw new IllegalArgumentException(
          "task tokenize writes one line of units for a file, and channels both gives two sounds");
    }
    if ((task == Task.TOKENIZE) == encode.isPresent()) {
      throw new IllegalArgumentException(
          "task %s %s".formatted(task.id(), encode.isPresent() ? "has no encode" : "needs encode"));
    }
  }

  public ItemSettings withStyle(Style other) {
    return new ItemSettings(task, other, parts, keepProsody, encode, finishing, maxDuration);
  }

  /** The same in another format and with other finishing. */
  public ItemSettings withSound(EncodeOptions sound, Finishing other) {
    return new ItemSettings(
        task, style, parts, keepProsody, Optional.of(sound), other, maxDuration);
  }

  /**
   * Changes whenever one of the settings does: 64 hexadecimal digits. Records print all that they
   * hold, in a fixed order.
   */
  public String fingerprint() {
    return Hashes.sha256(toString().getBytes(StandardCharsets.UTF_8));
  }
}
