package org.emova4j.vision.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DecodingTest {
  static Stream<String> files() {
    return Fixtures.names("decode").stream()
        .filter(n -> Fixtures.names("decode").contains(n + ".png"));
  }

  @ParameterizedTest
  @MethodSource("files")
  void equalsPillow(String name) throws Exception {
    Picture actual = Fixtures.picture("decode/" + name);
    Picture expected = Fixtures.picture("decode/" + name + ".png");
    assertThat(actual.size()).isEqualTo(expected.size());
    Fixtures.Difference difference = Fixtures.difference(actual, expected);
    if (name.startsWith("lossy")) {
      // Pillow smooths colours between the pixels that share one; our decoder does not.
      assertThat(difference.mean()).isLessThan(5);
    } else {
      assertThat(difference.max()).isZero();
    }
  }

  @Test
  void readsOverStrayBytesBetweenThePartsOfAJpeg() throws Exception {
    byte[] bytes = Fixtures.bytes("decode/colour.jpg");
    byte[] stray = Arrays.copyOf(bytes, bytes.length + 3);
    stray[bytes.length - 2] = 1;
    stray[bytes.length - 1] = 2;
    stray[bytes.length] = 3;
    stray[bytes.length + 1] = (byte) 0xff;
    stray[bytes.length + 2] = (byte) 0xd9;
    assertThat(Fixtures.decode(stray).rgb()).isEqualTo(Fixtures.picture("decode/colour.jpg").rgb());
  }

  @Test
  void everyKindIsCompared() {
    assertThat(files()).hasSizeGreaterThan(45);
  }
}
