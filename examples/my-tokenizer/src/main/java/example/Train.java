package example;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.emova4j.api.audio.Audio;
import org.emova4j.engine.dsp.LogMel;

/** Trains the centres: {@code Train CENTRES UNITS WAV...} */
public final class Train {
  public static void main(String[] args) throws Exception {
    List<float[]> spectra = new ArrayList<>();
    for (int i = 2; i < args.length; i++) {
      Collections.addAll(spectra, MyTokenizer.spectra(read(Path.of(args[i]))));
    }
    float[][] centres = train(spectra, Integer.parseInt(args[1]));
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * centres.length * LogMel.BANDS).putInt(centres.length);
    FloatBuffer floats = bytes.slice().asFloatBuffer();
    Arrays.stream(centres).forEach(floats::put);
    Files.write(Path.of(args[0]), bytes.array());
    System.out.printf("%d units from %.1f s%n", centres.length, spectra.size() * 0.04);
  }

  /** Mono at 16 kHz, whatever the WAV file has. */
  private static Audio read(Path file) throws Exception {
    AudioFormat format = new AudioFormat(LogMel.SAMPLE_RATE, 16, 1, true, false);
    try (AudioInputStream in = AudioSystem.getAudioInputStream(format, AudioSystem.getAudioInputStream(file.toFile()))) {
      ByteBuffer bytes = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      float[] samples = new float[bytes.remaining() / 2];
      for (int i = 0; i < samples.length; i++) {
        samples[i] = bytes.getShort() / 32768f;
      }
      return Audio.of(samples, LogMel.SAMPLE_RATE);
    }
  }

  static float[][] train(List<float[]> spectra, int units) {
    List<float[]> shuffled = new ArrayList<>(spectra);
    Collections.shuffle(shuffled, new java.util.Random(1));
    float[][] centres = shuffled.stream().limit(units).map(float[]::clone).toArray(float[][]::new);
    for (int round = 0; round < 30; round++) {
      float[][] sums = new float[units][LogMel.BANDS];
      int[] counts = new int[units];
      for (float[] spectrum : spectra) {
        int unit = MyTokenizer.nearest(centres, spectrum);
        counts[unit]++;
        for (int b = 0; b < spectrum.length; b++) {
          sums[unit][b] += spectrum[b];
        }
      }
      for (int i = 0; i < units * LogMel.BANDS; i++) {
        int u = i / LogMel.BANDS, b = i % LogMel.BANDS;
        centres[u][b] = counts[u] > 0 ? sums[u][b] / counts[u] : centres[u][b];
      }
    }
    return centres;
  }
}
