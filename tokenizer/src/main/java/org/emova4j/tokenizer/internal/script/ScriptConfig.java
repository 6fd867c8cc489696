package org.emova4j.tokenizer.internal.script;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.service.Fields;
import org.emova4j.engine.service.ScriptFiles;

/**
 * What {@code settings} of a {@code torchscript} tokenizer say.
 *
 * @param mel empty if the script hears the waveform
 * @param output what the script returns
 * @param levels of each dimension, for {@link Output#FSQ}
 * @param unitsLast whether the output has the shape [1, numbers, units], else [1, units, numbers]
 * @param size of the codebook; 0 for {@link Output#K_MEANS}, whose centres say it
 * @param samplesPerUnit of the input's sample rate
 * @param leastSamples that the script takes; shorter speech is filled up with silence
 * @param pieceUnits most units that go through the script at once
 * @param contextUnits what is heard on both sides of a piece besides
 */
record ScriptConfig(
    Optional<Mel> mel,
    Output output,
    List<Integer> levels,
    boolean unitsLast,
    int size,
    int samplesPerUnit,
    int leastSamples,
    int pieceUnits,
    int contextUnits) {
  private static final int MOST_UNITS = 1 << 24;

  /** What a unit is made of. */
  enum Output {
    IDS,
    LOGITS,
    FSQ,
    K_MEANS
  }

  /** How the power of one frame becomes one number. */
  enum Floor {
    CLAMP,
    ADD
  }

  /**
   * Log-mel as {@code torch.stft} and a filter bank make it: periodic Hann window in the middle of
   * the transform, frames centred at multiples of {@code hop}, ends mirrored.
   *
   * @param slaneyScale else HTK's
   * @param slaneyNorm triangles of equal area, else of equal height
   * @param power 1 for the magnitude, 2 for its square
   * @param decimal logarithm to the base of 10, else natural
   * @param floor how {@code guard} keeps the logarithm finite
   * @param bandsFirst whether the input has the shape [1, bands, frames], else [1, frames, bands]
   */
  record Mel(
      int fft,
      int window,
      int hop,
      int bands,
      double lowest,
      double highest,
      boolean slaneyScale,
      boolean slaneyNorm,
      int power,
      boolean decimal,
      Floor floor,
      double guard,
      boolean bandsFirst) {}

  /**
   * @param model its name, for messages
   * @param settings JSON
   * @throws ModelUnavailableException if a setting is missing or outside its limits; names it, its
   *     value and the limits
   */
  static ScriptConfig read(String model, String settings, int sampleRate)
      throws ModelUnavailableException {
    Fields fields = Fields.ofSettings(model, settings);
    int samplesPerUnit = ScriptFiles.samplesPerUnit(fields, sampleRate);
    double unitsPerSecond = (double) sampleRate / samplesPerUnit;
    double piece = fields.has("pieceSeconds") ? fields.number("pieceSeconds", 1, 600) : 60;
    double context = fields.has("contextSeconds") ? fields.number("contextSeconds", 0, 60) : 2;
    double least = fields.has("leastSeconds") ? fields.number("leastSeconds", 0, 10) : 0;
    Fields output = fields.object("output");
    Output kind =
        Output.valueOf(
            output
                .oneOf("kind", List.of("ids", "logits", "fsq", "k-means"))
                .replace('-', '_')
                .toUpperCase(Locale.ROOT));
    List<Integer> levels = kind == Output.FSQ ? output.integers("levels", 2, 1000) : List.of();
    return new ScriptConfig(
        mel(fields.object("input"), sampleRate),
        kind,
        levels,
        output.oneOf("layout", List.of("units-first", "units-last")).equals("units-last"),
        size(kind, output, levels),
        samplesPerUnit,
        Math.max(samplesPerUnit, (int) Math.ceil(least * sampleRate)),
        (int) Math.max(1, piece * unitsPerSecond),
        (int) Math.ceil(context * unitsPerSecond));
  }

  private static int size(Output kind, Fields output, List<Integer> levels)
      throws ModelUnavailableException {
    if (kind == Output.K_MEANS) {
      return 0;
    }
    if (kind != Output.FSQ) {
      return output.integer("units", 2, MOST_UNITS);
    }
    long size = 1;
    for (int level : levels) {
      size *= level;
      if (size > MOST_UNITS) {
        throw output.wrong("levels", "make more than %d units".formatted(MOST_UNITS));
      }
    }
    return (int) size;
  }

  private static Optional<Mel> mel(Fields input, int sampleRate) throws ModelUnavailableException {
    if (input.oneOf("kind", List.of("waveform", "log-mel")).equals("waveform")) {
      return Optional.empty();
    }
    int fft = input.integer("fft", 8, 1 << 14);
    if (fft % 2 != 0) {
      throw input.wrong("fft", "is %d, must be even".formatted(fft));
    }
    double nyquist = sampleRate / 2.0;
    double lowest = input.has("lowest") ? input.number("lowest", 0, nyquist) : 0;
    return Optional.of(
        new Mel(
            fft,
            input.has("window") ? input.integer("window", 2, fft) : fft,
            input.integer("hop", 1, 1 << 14),
            input.integer("bands", 1, 1024),
            lowest,
            input.has("highest") ? input.number("highest", lowest + 1, nyquist) : nyquist,
            input.oneOf("scale", List.of("htk", "slaney")).equals("slaney"),
            input.oneOf("norm", List.of("none", "slaney")).equals("slaney"),
            input.has("power") ? input.integer("power", 1, 2) : 2,
            input.oneOf("log", List.of("natural", "log10")).equals("log10"),
            Floor.valueOf(input.oneOf("floor", List.of("clamp", "add")).toUpperCase(Locale.ROOT)),
            input.has("guard") ? input.number("guard", 1e-30, 1) : 1e-10,
            input.oneOf("layout", List.of("bands-first", "frames-first")).equals("bands-first")));
  }
}
