package org.emova4j.vision.internal;

import static org.assertj.core.api.Assertions.assertThat;

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
  void everyKindIsCompared() {
    assertThat(files()).hasSizeGreaterThan(45);
  }
}
