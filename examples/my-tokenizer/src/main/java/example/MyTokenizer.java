package example;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.engine.dsp.LogMel;
import org.osgi.service.component.annotations.Component;

/** Units are the nearest of some spectra: k-means over log-mel, one unit for each 40 ms. */
@Component(
    property = {"emova.id=mine", "emova.codebook=" + MyTokenizer.CODEBOOK, "service.ranking:Integer=-1"})
public final class MyTokenizer implements SpeechTokenizer {
  static final String CODEBOOK = "mine-40ms-64";

  private final float[][] centres;
  private final Codebook codebook;

  /** Reads the centres that {@link Train} wrote; without them there is no service. */
  public MyTokenizer() throws IOException {
    try (InputStream file = MyTokenizer.class.getResourceAsStream("centres.bin");
        DataInputStream in = new DataInputStream(file)) {
      centres = new float[in.readInt()][LogMel.BANDS];
      for (float[] centre : centres) {
        for (int b = 0; b < centre.length; b++) {
          centre[b] = in.readFloat();
        }
      }
    }
    codebook = new Codebook(CODEBOOK, centres.length, Duration.ofMillis(40));
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
    float[][] spectra = spectra(speech);
    int[] units = new int[spectra.length];
    for (int u = 0; u < units.length; u++) {
      units[u] = nearest(centres, spectra[u]);
    }
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
        double difference = spectrum[b] - centres[c][b];
        distance += difference * difference;
      }
      if (distance < least) {
        least = distance;
        best = c;
      }
    }
    return best;
  }
}
