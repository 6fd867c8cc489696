package org.emova4j.vocoder.internal.script;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.InferenceFailedException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Prosody;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.engine.ScriptNetwork;
import org.emova4j.engine.service.VectorTable;
import org.emova4j.vocoder.internal.Piece;
import org.emova4j.vocoder.internal.script.ScriptVocoderConfig.Input;

/**
 * A vocoder that somebody wrote in PyTorch. Every unit lasts as many samples as the settings say,
 * and as many times as its run length does; units without timing last once. What is longer than the
 * settings' {@code pieceSeconds} goes through the script in pieces, each with context on both
 * sides.
 */
final class ScriptVocoder implements Vocoder, AutoCloseable {
  private static final int SLACK_UNITS = 2; // that convolutions lose or add at the ends

  private final ScriptNetwork network;
  private final ScriptVocoderConfig config;
  private final Optional<VectorTable> embeddings;
  private final Codebook codebook;
  private final String styleSpace;
  private final int sampleRate;

  /**
   * @param network is closed with this
   * @param embeddings of the units, where the script reads them
   */
  ScriptVocoder(
      ScriptNetwork network,
      ScriptVocoderConfig config,
      Optional<VectorTable> embeddings,
      String codebookId,
      String styleSpace,
      int sampleRate) {
    this.network = network;
    this.config = config;
    this.embeddings = embeddings;
    this.styleSpace = styleSpace;
    this.sampleRate = sampleRate;
    Duration unit = Duration.ofNanos(config.samplesPerUnit() * 1_000_000_000L / sampleRate);
    codebook =
        new Codebook(codebookId, embeddings.map(VectorTable::rows).orElse(config.units()), unit);
  }

  @Override
  public Codebook codebook() {
    return codebook;
  }

  @Override
  public String styleSpace() {
    return styleSpace;
  }

  @Override
  public int sampleRate() {
    return sampleRate;
  }

  @Override
  public boolean readsProsody() {
    return false;
  }

  @Override
  public Audio vocode(UnitSequence units, StyleVector style, Optional<Prosody> prosody)
      throws SpeechException {
    check(units, style, prosody);
    int[] ids = units.isTimed() ? units.frameIds() : units.ids();
    float[] vector = style.values();
    float[] sound = new float[Math.multiplyExact(ids.length, config.samplesPerUnit())];
    for (Piece piece : Piece.cut(ids.length, config.pieceUnits(), config.contextUnits())) {
      float[] wave = wave(Arrays.copyOfRange(ids, piece.first(), piece.last()), vector);
      System.arraycopy(
          wave,
          (piece.from() - piece.first()) * config.samplesPerUnit(),
          sound,
          piece.from() * config.samplesPerUnit(),
          (piece.to() - piece.from()) * config.samplesPerUnit());
    }
    return Audio.adopt(sound, sampleRate);
  }

  private void check(UnitSequence units, StyleVector style, Optional<Prosody> prosody) {
    if (!units.codebook().equals(codebook)) {
      throw new IllegalArgumentException(
          "the units are of codebook %s, this vocoder reads %s"
              .formatted(units.codebook().id(), codebook.id()));
    }
    if (!style.spaceId().equals(styleSpace)) {
      throw new IllegalArgumentException(
          "the style is of style space %s, this vocoder reads %s"
              .formatted(style.spaceId(), styleSpace));
    }
    if (config.style() > 0 && style.length() != config.style()) {
      throw new IllegalArgumentException(
          "the style has %d values, this vocoder reads %d"
              .formatted(style.length(), config.style()));
    }
    if (units.length() == 0) {
      throw new IllegalArgumentException("there are no units to speak");
    }
    if (prosody.isPresent() && !units.isTimed()) {
      throw new IllegalArgumentException("prosody is given for units without timing");
    }
    long frames =
        units
            .runLengths()
            .map(r -> Arrays.stream(r).asLongStream().sum())
            .orElse((long) units.length());
    double seconds = (double) frames * config.samplesPerUnit() / sampleRate;
    if (seconds > config.maxSeconds()) {
      throw new IllegalArgumentException(
          "the units last %.0f s, more than the limit of %d s"
              .formatted(seconds, config.maxSeconds()));
    }
  }

  /** Of exactly the units' length: what is too much at the end is cut, what lacks is silence. */
  private float[] wave(int[] ids, float[] style) throws SpeechException {
    ScriptNetwork.Output output =
        config.style() > 0
            ? network.call(units(ids), ScriptNetwork.Input.of(style, 1, style.length))
            : network.call(units(ids));
    long[] shape = output.shape();
    boolean oneRow =
        shape.length > 0
            && !output.isInteger()
            && Arrays.stream(shape, 0, shape.length - 1).allMatch(n -> n == 1);
    int expected = ids.length * config.samplesPerUnit();
    if (!oneRow
        || Math.abs(output.floats().length - expected) > SLACK_UNITS * config.samplesPerUnit()) {
      throw new InferenceFailedException(
          "the script returned %s for %d units, expected floats [1, %d]"
              .formatted(output, ids.length, expected));
    }
    for (float sample : output.floats()) {
      if (!Float.isFinite(sample)) {
        throw new InferenceFailedException("the script returned " + sample);
      }
    }
    return Arrays.copyOf(output.floats(), expected);
  }

  private ScriptNetwork.Input units(int[] ids) {
    if (embeddings.isEmpty()) {
      return ScriptNetwork.Input.of(Arrays.stream(ids).asLongStream().toArray(), 1, ids.length);
    }
    VectorTable table = embeddings.get();
    int width = table.width();
    boolean unitsFirst = config.input() == Input.EMBEDDINGS_UNITS_FIRST;
    float[] vectors = new float[Math.multiplyExact(ids.length, width)];
    for (int u = 0; u < ids.length; u++) {
      for (int d = 0; d < width; d++) {
        vectors[unitsFirst ? u * width + d : d * ids.length + u] =
            table.values()[ids[u] * width + d];
      }
    }
    return unitsFirst
        ? ScriptNetwork.Input.of(vectors, 1, ids.length, width)
        : ScriptNetwork.Input.of(vectors, 1, width, ids.length);
  }

  @Override
  public void close() {
    network.close();
  }
}
