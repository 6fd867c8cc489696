package org.emova4j.vocoder.internal.script;

import java.util.List;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.service.Fields;
import org.emova4j.engine.service.ScriptFiles;

/**
 * What {@code settings} of a {@code torchscript} vocoder say.
 *
 * @param units size of the codebook; 0 where the table of embeddings says it
 * @param input what the script reads of units
 * @param style values of a style vector, which is the script's second input; 0 if it reads none
 * @param samplesPerUnit of the output's sample rate
 * @param pieceUnits most units that go through the script at once, without context
 * @param contextUnits what is read on both sides of a piece besides
 * @param maxSeconds longest sound that is made
 */
record ScriptVocoderConfig(
    int units,
    Input input,
    int style,
    int samplesPerUnit,
    int pieceUnits,
    int contextUnits,
    int maxSeconds) {
  private static final int MOST_UNITS = 1 << 24;
  private static final int MOST_VALUES = 1 << 16;

  /** How units reach the script. */
  enum Input {
    /** int64 (1, units). */
    IDS,
    /** float32 (1, units, dimensions). */
    EMBEDDINGS_UNITS_FIRST,
    /** float32 (1, dimensions, units). */
    EMBEDDINGS_UNITS_LAST
  }

  /**
   * @param model its name, for messages
   * @param settings JSON
   * @throws ModelUnavailableException if a setting is missing or outside its limits; names it, its
   *     value and the limits
   */
  static ScriptVocoderConfig read(String model, String settings, int sampleRate)
      throws ModelUnavailableException {
    Fields fields = Fields.ofSettings(model, settings);
    requireWaveform(fields.object("output"));
    Fields input = fields.object("input");
    boolean ids = input.oneOf("kind", List.of("ids", "embeddings")).equals("ids");
    int samplesPerUnit = ScriptFiles.samplesPerUnit(fields, sampleRate);
    double unitsPerSecond = (double) sampleRate / samplesPerUnit;
    double piece = fields.has("pieceSeconds") ? fields.number("pieceSeconds", 1, 600) : 30;
    double context = fields.has("contextSeconds") ? fields.number("contextSeconds", 0, 60) : 1;
    return new ScriptVocoderConfig(
        ids ? input.integer("units", 2, MOST_UNITS) : 0,
        ids ? Input.IDS : layout(input),
        fields.has("style") ? fields.object("style").integer("dimensions", 1, MOST_VALUES) : 0,
        samplesPerUnit,
        (int) Math.max(1, piece * unitsPerSecond),
        (int) Math.ceil(context * unitsPerSecond),
        fields.has("maxSeconds") ? fields.integer("maxSeconds", 1, 40_000) : 14_400);
  }

  private static Input layout(Fields input) throws ModelUnavailableException {
    return input.oneOf("layout", List.of("units-first", "units-last")).equals("units-first")
        ? Input.EMBEDDINGS_UNITS_FIRST
        : Input.EMBEDDINGS_UNITS_LAST;
  }

  private static void requireWaveform(Fields output) throws ModelUnavailableException {
    if (output.oneOf("kind", List.of("waveform", "log-mel")).equals("log-mel")) {
      throw output.wrong(
          "kind",
          "is \"log-mel\", which is no sound yet: put the network that makes a waveform of it into"
              + " the script, too, and say \"waveform\"");
    }
  }
}
