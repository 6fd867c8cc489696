package org.emova4j.vocoder.internal;

import java.util.Arrays;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Prosody;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;

/**
 * The {@code lite} vocoder: timing and melody, given or predicted, then envelopes by the network in
 * pieces with context, then sound. Speed stretches F0 and envelopes, which the network made for the
 * unstretched time. The networks' level, at which active speech is near -58 dBFS, is raised by 32
 * dB to a usual one; sound that would then exceed 0.99 is scaled down as a whole.
 */
final class LiteVocoder implements Vocoder, AutoCloseable {
  static final int SAMPLE_RATE = 16_000;

  private static final int UNITS_PER_SECOND = 25;
  private static final int FRAMES_PER_UNIT = VocoderNetwork.FRAMES_PER_UNIT;
  private static final int ROW = 2 * VocoderNetwork.POINTS;
  private static final float GAIN = 40;
  private static final float PEAK = 0.99f;

  private final VocoderNetwork network;
  private final Codebook codebook;
  private volatile int pieceUnits;
  private volatile int maxSeconds;

  /**
   * @param network is closed with this
   * @param pieceSeconds how much goes through the network at once, without context
   * @param maxSeconds longest sound that is made
   */
  LiteVocoder(VocoderNetwork network, Codebook codebook, int pieceSeconds, int maxSeconds) {
    this.network = network;
    this.codebook = codebook;
    limit(pieceSeconds, maxSeconds);
  }

  /** From the next call on. */
  void limit(int pieceSeconds, int maxSeconds) {
    this.pieceUnits = pieceSeconds * UNITS_PER_SECOND;
    this.maxSeconds = maxSeconds;
  }

  @Override
  public Codebook codebook() {
    return codebook;
  }

  @Override
  public String styleSpace() {
    return LiteStyle.SPACE;
  }

  @Override
  public int sampleRate() {
    return SAMPLE_RATE;
  }

  @Override
  public Audio vocode(UnitSequence units, StyleVector vector, Optional<Prosody> prosody)
      throws SpeechException {
    if (!units.codebook().equals(codebook)) {
      throw new IllegalArgumentException(
          "the units are of codebook %s, this vocoder reads %s"
              .formatted(units.codebook().id(), codebook.id()));
    }
    if (units.length() == 0) {
      throw new IllegalArgumentException("there are no units to speak");
    }
    if (prosody.isPresent() && !units.isTimed()) {
      throw new IllegalArgumentException("prosody is given for units without timing");
    }
    LiteStyle style = LiteStyle.of(vector);
    UnitSequence timed = units.isTimed() ? units : timed(units.reduced(), style);
    double speed = style.get(LiteStyle.SPEED);
    checkLength(timed, speed);
    int[] ids = timed.frameIds();
    int frames = ids.length * FRAMES_PER_UNIT;
    Melody melody =
        prosody.isPresent()
            ? Melody.carried(prosody.get(), frames, style)
            : Melody.predicted(predictProsody(ids, style), style);
    float[] sound = synthesize(ids, melody, style, speed);
    level(sound);
    return Audio.adopt(sound, SAMPLE_RATE);
  }

  private UnitSequence timed(UnitSequence units, LiteStyle style) throws SpeechException {
    int[] ids = units.ids();
    float[] logarithms = new float[ids.length];
    float[] speaker = style.speaker();
    for (Piece piece : Piece.cut(ids.length, pieceUnits, VocoderNetwork.DURATION_CONTEXT)) {
      float[] part = network.predictDurations(Codes.of(ids, piece.first(), piece.last()), speaker);
      System.arraycopy(
          part, piece.from() - piece.first(), logarithms, piece.from(), piece.to() - piece.from());
    }
    return UnitSequence.ofTimed(units.codebook(), ids, Durations.round(logarithms));
  }

  private void checkLength(UnitSequence units, double speed) {
    double units40 = Arrays.stream(units.runLengths().orElseThrow()).asLongStream().sum();
    double seconds = units40 / UNITS_PER_SECOND * Math.max(1, 1 / speed);
    if (seconds > maxSeconds) {
      throw new IllegalArgumentException(
          "the units last %.0f s, more than the limit of %d s".formatted(seconds, maxSeconds));
    }
  }

  private float[] predictProsody(int[] ids, LiteStyle style) throws SpeechException {
    float[] rows = new float[ids.length * FRAMES_PER_UNIT * VocoderNetwork.PROSODY];
    float[] speaker = style.speaker();
    int unit = FRAMES_PER_UNIT * VocoderNetwork.PROSODY;
    for (Piece piece : Piece.cut(ids.length, pieceUnits, VocoderNetwork.PROSODY_CONTEXT)) {
      float[] part = network.predictProsody(Codes.of(ids, piece.first(), piece.last()), speaker);
      System.arraycopy(
          part,
          (piece.from() - piece.first()) * unit,
          rows,
          piece.from() * unit,
          (piece.to() - piece.from()) * unit);
    }
    return rows;
  }

  private float[] synthesize(int[] ids, Melody melody, LiteStyle style, double speed)
      throws SpeechException {
    int sourceFrames = ids.length * FRAMES_PER_UNIT;
    int frames = Math.max(1, Math.toIntExact(Math.round(sourceFrames / speed)));
    Synthesizer synthesizer =
        new Synthesizer(melody.f0(frames, speed), style.get(LiteStyle.JITTER));
    EnvelopeShaper shaper = new EnvelopeShaper(style);
    float[] speaker = style.speaker();
    float[] envelope = new float[ROW];
    int t = 0; // frame of the output
    // one unit more of context: a piece's last frames lie between it and its successor
    for (Piece piece : Piece.cut(ids.length, pieceUnits, VocoderNetwork.ENVELOPE_CONTEXT + 1)) {
      int first = piece.first() * FRAMES_PER_UNIT;
      float[] rows =
          network.envelopes(
              Codes.of(ids, piece.first(), piece.last()),
              speaker,
              melody.rows(first, piece.last() * FRAMES_PER_UNIT));
      int end = piece.to() * FRAMES_PER_UNIT;
      for (int f = piece.from() * FRAMES_PER_UNIT; f < Math.min(end + 1, sourceFrames); f++) {
        shaper.apply(rows, f - first, melody.voiced(f));
      }
      boolean isLast = piece.to() == ids.length;
      for (; t < frames && (isLast || t * speed < end); t++) {
        double position = Math.min(t * speed, sourceFrames - 1);
        interpolate(rows, position - first, sourceFrames - 1 - first, envelope);
        synthesizer.add(envelope);
      }
    }
    return synthesizer.finish();
  }

  private static void interpolate(float[] rows, double position, int last, float[] envelope) {
    int below = (int) position;
    float part = (float) (position - below);
    if (part == 0 || below >= last) {
      System.arraycopy(rows, below * ROW, envelope, 0, ROW);
      return;
    }
    for (int i = 0; i < ROW; i++) {
      float a = rows[below * ROW + i];
      envelope[i] = a + part * (rows[(below + 1) * ROW + i] - a);
    }
  }

  private static void level(float[] sound) {
    float peak = 0;
    for (float sample : sound) {
      peak = Math.max(peak, Math.abs(sample));
    }
    float gain = Math.min(GAIN, PEAK / peak);
    for (int i = 0; i < sound.length; i++) {
      sound[i] *= gain;
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
