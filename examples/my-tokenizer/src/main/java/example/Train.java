package example;

import java.io.DataOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.emova4j.api.audio.Audio;
import org.emova4j.engine.dsp.LogMel;

/** Trains the centres: {@code Train CENTRES.bin UNITS WAV...} */
public final class Train {
  private static final int ROUNDS = 30;

  public static void main(String[] args) throws Exception {
    List<float[]> spectra = new ArrayList<>();
    for (int i = 2; i < args.length; i++) {
      Collections.addAll(spectra, MyTokenizer.spectra(read(Path.of(args[i]))));
    }
    float[][] centres = train(spectra, Integer.parseInt(args[1]));
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(Path.of(args[0])))) {
      out.writeInt(centres.length);
      for (float[] centre : centres) {
        for (float value : centre) {
          out.writeFloat(value);
        }
      }
    }
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
    if (spectra.size() < units) {
      throw new IllegalArgumentException("%d spectra are too few for %d units".formatted(spectra.size(), units));
    }
    List<float[]> shuffled = new ArrayList<>(spectra);
    Collections.shuffle(shuffled, new Random(1));
    float[][] centres = shuffled.subList(0, units).stream().map(float[]::clone).toArray(float[][]::new);
    for (int round = 0; round < ROUNDS; round++) {
      float[][] sums = new float[units][LogMel.BANDS];
      int[] counts = new int[units];
      for (float[] spectrum : spectra) {
        int unit = MyTokenizer.nearest(centres, spectrum);
        counts[unit]++;
        for (int b = 0; b < spectrum.length; b++) {
          sums[unit][b] += spectrum[b];
        }
      }
      for (int u = 0; u < units; u++) {
        for (int b = 0; counts[u] > 0 && b < LogMel.BANDS; b++) {
          centres[u][b] = sums[u][b] / counts[u];
        }
      }
    }
    return centres;
  }
}
