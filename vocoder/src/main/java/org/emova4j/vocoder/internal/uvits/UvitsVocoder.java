package org.emova4j.vocoder.internal.uvits;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Prosody;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.vocoder.internal.Piece;

/**
 * EMOVA's own vocoder. Units without timing are spoken as they are, and last as long as the network
 * draws; of units with timing, repeats are merged, and each lasts as long as its run. Melody and
 * loudness come from units and style alone.
 *
 * <p>Text and durations of up to {@code unitsAtOnce} units are computed together, as in the
 * reference; more go in pieces that overlap. The sound is made in pieces, exactly those of the
 * whole.
 */
final class UvitsVocoder implements Vocoder, AutoCloseable {
  /** Units on either side of a piece of a very long text that it is read together with. */
  private static final int UNIT_CONTEXT = 200;

  private static final int MOST_SAMPLES = Integer.MAX_VALUE - 8;

  /**
   * How sound is drawn, and in which pieces.
   *
   * @param noise factor of the deviation of frames, the reference's is 0.667
   * @param durationNoise factor of the noise that durations are drawn with, the reference's is 0.8
   * @param length factor of durations that are drawn
   * @param unitsAtOnce units whose text and durations are computed together
   * @param pieceFrames frames that go through the generator at once, without context
   * @param maxSeconds longest sound that is made
   */
  record Options(
      float noise,
      float durationNoise,
      float length,
      int unitsAtOnce,
      int pieceFrames,
      int maxSeconds) {
    static final Options DEFAULT = new Options(0.667f, 0.8f, 1, 2000, 128, 14_400);

    Options {
      require("noiseScale", noise, 0, 10);
      require("durationNoiseScale", durationNoise, 0, 10);
      require("lengthScale", length, 0.1, 10);
      require("unitsAtOnce", unitsAtOnce, 1, 10_000);
      require("pieceFrames", pieceFrames, 1, 100_000);
      require("maxSeconds", maxSeconds, 1, 40_000);
    }

    private static void require(String name, double value, double least, double most) {
      if (!(value >= least && value <= most)) {
        throw new IllegalArgumentException(
            "%s %s is outside %s..%s".formatted(name, value, least, most));
      }
    }
  }

  private final UvitsNetwork network;
  private final Codebook codebook;
  private final String styleSpace;
  private final NoiseSource noise;
  private final Options options;
  private final int maxSeconds; // as options say, and as an array can hold

  /**
   * @param network is closed with this
   * @param noise what everything is drawn with
   * @throws IllegalArgumentException if the codebook has another size than the network
   */
  UvitsVocoder(
      UvitsNetwork network,
      Codebook codebook,
      String styleSpace,
      NoiseSource noise,
      Options options) {
    if (codebook.size() != network.units()) {
      throw new IllegalArgumentException(
          "codebook %s has %d units, the network knows %d"
              .formatted(codebook.id(), codebook.size(), network.units()));
    }
    this.network = network;
    this.codebook = codebook;
    this.styleSpace = styleSpace;
    this.noise = noise;
    this.options = options;
    maxSeconds = Math.min(options.maxSeconds(), MOST_SAMPLES / sampleRate());
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
    return network.settings().sampleRate();
  }

  @Override
  public boolean readsProsody() {
    return false;
  }

  @Override
  public Audio vocode(UnitSequence units, StyleVector vector, Optional<Prosody> prosody)
      throws SpeechException {
    float[] style = check(units, vector, prosody);
    Prior prior = units.isTimed() ? timed(units.reduced(), style) : untimed(units, style);
    int hop = network.settings().hop();
    int length =
        units
            .duration()
            .map(this::samples)
            .orElseGet(() -> Math.multiplyExact(prior.frames(), hop));
    float[] sound = new float[length];
    for (Piece piece : Piece.cut(prior.frames(), options.pieceFrames(), 0)) {
      UvitsNetwork.Plan plan = network.plan(prior.frames(), piece.from(), piece.to());
      float[] part = network.sound(prior.draw(plan.drawn()), plan, Optional.of(style), Trace.NONE);
      int at = piece.from() * hop;
      System.arraycopy(part, 0, sound, at, Math.min(part.length, length - at));
    }
    return Audio.adopt(sound, sampleRate());
  }

  private float[] check(UnitSequence units, StyleVector vector, Optional<Prosody> prosody) {
    if (!units.codebook().equals(codebook)) {
      throw new IllegalArgumentException(
          "the units are of codebook %s, this vocoder reads %s"
              .formatted(units.codebook().id(), codebook.id()));
    }
    if (units.length() == 0) {
      throw new IllegalArgumentException("there are no units to speak");
    }
    if (!vector.spaceId().equals(styleSpace)) {
      throw new IllegalArgumentException(
          "the style is of style space %s, this vocoder reads %s"
              .formatted(vector.spaceId(), styleSpace));
    }
    if (vector.length() != network.settings().style()) {
      throw new IllegalArgumentException(
          "the style has %d values, style space %s has %d"
              .formatted(vector.length(), styleSpace, network.settings().style()));
    }
    if (prosody.isPresent() && !units.isTimed()) {
      throw new IllegalArgumentException("prosody is given for units without timing");
    }
    double seconds = units.duration().map(Duration::toNanos).orElse(0L) / 1e9;
    if (seconds > maxSeconds) {
      throw new IllegalArgumentException(
          "the units last %.0f s, more than the limit of %d s".formatted(seconds, maxSeconds));
    }
    if (units.length() > maxFrames()) {
      throw new IllegalArgumentException(
          "%d units are more than the limit of %d, %d s"
              .formatted(units.length(), maxFrames(), maxSeconds));
    }
    return vector.values();
  }

  private int samples(Duration duration) {
    return (int) Math.round(duration.toNanos() / 1e9 * sampleRate());
  }

  private double framesPerSecond() {
    return (double) sampleRate() / network.settings().hop();
  }

  private int maxFrames() {
    return (int) (maxSeconds * framesPerSecond());
  }

  private Prior timed(UnitSequence units, float[] style) throws SpeechException {
    double framesPerRun = codebook.unitDuration().toNanos() / 1e9 * framesPerSecond();
    return prior(
        encode(units.ids(), style, false),
        Timing.imposed(units.runLengths().orElseThrow(), framesPerRun));
  }

  private Prior untimed(UnitSequence units, float[] style) throws SpeechException {
    UvitsNetwork.Encoded encoded = encode(units.ids(), style, true);
    int most = (int) (options.maxSeconds() * framesPerSecond());
    return prior(
        encoded, Timing.predicted(encoded.logDurations().orElseThrow(), options.length(), most));
  }

  private Prior prior(UvitsNetwork.Encoded encoded, int[] frames) {
    return new Prior(encoded.means(), encoded.logDeviations(), frames, noise, options.noise());
  }

  private UvitsNetwork.Encoded encode(int[] ids, float[] style, boolean withDurations)
      throws SpeechException {
    int latent = network.settings().latent();
    float[] means = new float[Math.multiplyExact(ids.length, latent)];
    float[] deviations = new float[means.length];
    float[] durations = new float[ids.length];
    for (Piece piece : Piece.cut(ids.length, options.unitsAtOnce(), UNIT_CONTEXT)) {
      UvitsNetwork.Encoded part =
          network.encode(
              Arrays.copyOfRange(ids, piece.first(), piece.last()),
              Optional.of(style),
              withDurations ? Optional.of(durationNoise(piece)) : Optional.empty(),
              Trace.NONE);
      int skipped = piece.from() - piece.first();
      int count = piece.to() - piece.from();
      System.arraycopy(
          part.means(), skipped * latent, means, piece.from() * latent, count * latent);
      System.arraycopy(
          part.logDeviations(),
          skipped * latent,
          deviations,
          piece.from() * latent,
          count * latent);
      part.logDurations()
          .ifPresent(d -> System.arraycopy(d, skipped, durations, piece.from(), count));
    }
    return new UvitsNetwork.Encoded(
        means, deviations, withDurations ? Optional.of(durations) : Optional.empty());
  }

  private float[][] durationNoise(Piece piece) {
    float[][] scaled = new float[2][piece.last() - piece.first()];
    for (int channel = 0; channel < scaled.length; channel++) {
      for (int i = 0; i < scaled[channel].length; i++) {
        scaled[channel][i] = noise.duration(channel, piece.first() + i) * options.durationNoise();
      }
    }
    return scaled;
  }

  @Override
  public void close() {
    network.close();
  }
}
