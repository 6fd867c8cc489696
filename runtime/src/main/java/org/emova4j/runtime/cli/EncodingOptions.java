package org.emova4j.runtime.cli;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.EncodeOptions;
import picocli.CommandLine.Option;

/** What is written. */
final class EncodingOptions {
  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "wav, wav24, wav-float, wav-ulaw, wav-alaw, flac, flac24, aiff, aiff24, mp3, opus or m4a"
              + " (default: by the output's name).")
  String format;

  @Option(
      names = "--rate",
      paramLabel = "HERTZ",
      description = "Sample rate of the output (default: the voice's own).")
  Integer rate;

  @Option(
      names = "--bitrate",
      paramLabel = "BITS",
      description = "Bits a second, e.g. 128k (default: the codec's).")
  String bitRate;

  @Option(
      names = "--channels",
      paramLabel = "1|2",
      description = "Mono, or the same on both channels.",
      defaultValue = "1")
  int channels;

  @Option(
      names = "--no-clobber",
      description =
          "Fail if the output exists (default: replace it, once the new one is complete).")
  boolean noClobber;

  /**
   * @param output as given on the command line
   */
  EncodeOptions forOutput(String output) {
    AudioFormat chosen = format == null ? byName(output) : byId(format);
    return Subcommand.checked(
        () ->
            new EncodeOptions(
                chosen,
                rate == null ? OptionalInt.empty() : OptionalInt.of(rate),
                bitRate == null ? OptionalInt.empty() : OptionalInt.of(bits(bitRate)),
                channels));
  }

  static AudioFormat byId(String id) {
    return AudioFormat.ofId(id)
        .orElseThrow(
            () -> new UsageException("unknown format \"%s\"; known: %s".formatted(id, ids())));
  }

  private static AudioFormat byName(String output) {
    if (output.equals(Media.STANDARD_STREAM)) {
      throw new UsageException("standard output needs --format; known: %s".formatted(ids()));
    }
    return AudioFormat.ofFileName(output)
        .orElseThrow(
            () ->
                new UsageException(
                    "the name \"%s\" says no format that can be written; give --format: %s"
                        .formatted(output, ids())));
  }

  private static String ids() {
    return Arrays.stream(AudioFormat.values())
        .map(AudioFormat::id)
        .collect(Collectors.joining(", "));
  }

  private static int bits(String text) {
    boolean thousands = text.endsWith("k") || text.endsWith("K");
    try {
      double number = Double.parseDouble(thousands ? text.substring(0, text.length() - 1) : text);
      double bits = thousands ? number * 1000 : number;
      if (bits >= 1 && bits <= Integer.MAX_VALUE) {
        return (int) Math.round(bits);
      }
    } catch (NumberFormatException e) {
      // falls through to the message
    }
    throw new UsageException("--bitrate \"%s\" is no number of bits a second".formatted(text));
  }
}
