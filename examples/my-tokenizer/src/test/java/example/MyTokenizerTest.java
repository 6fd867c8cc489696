package example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.emova4j.api.audio.Audio;
import org.junit.jupiter.api.Test;

class MyTokenizerTest {
  private static Audio tone(double hertz, int rate) {
    float[] samples = new float[rate];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (0.3 * Math.sin(2 * Math.PI * hertz * i / rate));
    }
    return Audio.of(samples, rate);
  }

  @Test
  void givesAUnitForEach40Milliseconds() throws Exception {
    MyTokenizer tokenizer = new MyTokenizer();
    int[] low = tokenizer.tokenize(tone(200, 16_000)).frameIds();
    assertEquals(25, low.length);
    assertNotEquals(low[12], tokenizer.tokenize(tone(3000, 16_000)).frameIds()[12]);
    assertEquals(0, tokenizer.tokenize(Audio.of(new float[0], 16_000)).length());
    assertThrows(IllegalArgumentException.class, () -> tokenizer.tokenize(tone(200, 8000)));
  }

  @Test
  void trainingFindsClusters() {
    float[] a = new float[80];
    float[] b = new float[80];
    java.util.Arrays.fill(b, 9);
    float[][] centres = Train.train(List.of(a, b, a, b, b), 2);
    assertEquals(2, java.util.Arrays.stream(centres).map(c -> c[0]).distinct().count());
    assertArrayEquals(a, centres[MyTokenizer.nearest(centres, a)]);
  }
}
