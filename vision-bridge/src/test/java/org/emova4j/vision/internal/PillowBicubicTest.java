package org.emova4j.vision.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PillowBicubicTest {
  static Stream<String> resized() {
    return Fixtures.names("resize").stream().filter(n -> n.matches(".*-\\d+x\\d+\\.png"));
  }

  /** The fixtures are pixels of Pillow 13; fixed point makes them equal to the last bit. */
  @ParameterizedTest
  @MethodSource("resized")
  void equalsPillow(String name) throws Exception {
    Picture expected = Fixtures.picture("resize/" + name);
    Picture source = Fixtures.picture("resize/" + name.replaceAll("-\\d+x\\d+", ""));
    Picture actual = PillowBicubic.resize(source, expected.size());
    assertThat(Fixtures.difference(actual, expected)).isEqualTo(new Fixtures.Difference(0, 0));
  }

  @Test
  void keepsAPictureOfTheRightSize() {
    Picture picture = new Picture(2, 1, new byte[] {1, 2, 3, 4, 5, 6});
    assertThat(PillowBicubic.resize(picture, new Size(2, 1))).isSameAs(picture);
  }

  @Test
  void keepsOneColourWhateverTheSize() {
    byte[] rgb = new byte[33 * 7 * 3];
    Arrays.fill(rgb, (byte) 201);
    Picture resized = PillowBicubic.resize(new Picture(33, 7, rgb), new Size(112, 28));
    assertThat(resized.rgb()).hasSize(112 * 28 * 3).containsOnly(201);
  }
}
