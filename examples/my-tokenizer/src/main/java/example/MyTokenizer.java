package example;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.engine.dsp.LogMel;
import org.osgi.service.component.annotations.Component;

/** Units are the nearest of some spectra: k-means over log-mel, one unit for each 40 ms. */
@Component(
    property = {"emova.id=mine", "emova.codebook=mine-40ms-32", "service.ranking:Integer=-1"})
public final class MyTokenizer implements SpeechTokenizer {
  private final float[][] centres;
  private final Codebook codebook;

  /** Reads the centres that {@link Train} wrote; without them there is no service. */
  public MyTokenizer() throws IOException {
    try (InputStream in = MyTokenizer.class.getResourceAsStream("centres.bin")) {
      ByteBuffer bytes = ByteBuffer.wrap(in.readAllBytes());
      centres = new float[bytes.getInt()][LogMel.BANDS];
      FloatBuffer floats = bytes.asFloatBuffer();
      for (float[] centre : centres) {
        floats.get(centre);
      }
    }
    codebook = new Codebook("mine-40ms-32", centres.length, Duration.ofMillis(40));
  }

  @Override
  public Codebook codebook() {
    return codebook;
  }

  @Override
  public int sampleRate() {
    return LogMel.SAMPLE_RATE;
  }

  @Override
  public UnitSequence tokenize(Audio speech) {
    if (speech.sampleRate() != sampleRate()) {
      throw new IllegalArgumentException("speech is at %d Hz, %d Hz is needed".formatted(speech.sampleRate(), sampleRate()));
    }
    int[] units = Arrays.stream(spectra(speech)).mapToInt(s -> nearest(centres, s)).toArray();
    return UnitSequence.ofFrames(codebook, units);
  }

  /** The mean log-mel of each 40 ms, of shape [units, 80]. */
  static float[][] spectra(Audio speech) {
    LogMel mel = LogMel.of(speech.buffer());
    float[] frames = mel.scaled(0, mel.frames());
    float[][] spectra = new float[mel.frames() / LogMel.FRAMES_PER_UNIT][LogMel.BANDS];
    for (int i = 0; i < frames.length; i++) {
      int frame = i / LogMel.BANDS;
      spectra[frame / LogMel.FRAMES_PER_UNIT][i % LogMel.BANDS] += frames[i] / LogMel.FRAMES_PER_UNIT;
    }
    return spectra;
  }

  static int nearest(float[][] centres, float[] spectrum) {
    int best = 0;
    double least = Double.MAX_VALUE;
    for (int c = 0; c < centres.length; c++) {
      double distance = 0;
      for (int b = 0; b < spectrum.length; b++) {
        distance += (spectrum[b] - centres[c][b]) * (spectrum[b] - centres[c][b]);
      }
      if (distance < least) {
        least = distance;
        best = c;
      }
    }
    return best;
  }
}
