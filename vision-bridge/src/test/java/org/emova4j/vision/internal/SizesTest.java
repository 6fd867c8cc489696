package org.emova4j.vision.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.emova4j.api.vision.Detail;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizesTest {
  @ParameterizedTest
  @CsvSource({
    "28, 28, 56, 56, 4",
    "70, 70, 56, 56, 4",
    "98, 98, 112, 112, 16",
    "10, 100, 28, 280, 10",
    "100, 10, 280, 28, 10",
    "224, 224, 224, 224, 64",
    "336, 336, 336, 336, 144",
    "448, 448, 448, 448, 256",
    "480, 640, 476, 644, 391",
    "672, 1344, 672, 1344, 1152",
    "1080, 1920, 1092, 1932, 2691",
    "1344, 1344, 1344, 1344, 2304",
    "3000, 4000, 1540, 2044, 4015",
    "2160, 3840, 1344, 2380, 4080",
    "1, 1, 56, 56, 4",
  })
  void fitsAsTheReferenceDoes(int height, int width, int fitHeight, int fitWidth, int tokens) {
    Size fitted = SmartResize.fit(new Size(width, height));
    assertThat(fitted).isEqualTo(new Size(fitWidth, fitHeight));
    assertThat(SmartResize.tokens(fitted)).isEqualTo(tokens);
  }

  @Test
  void takesFourTo4096TokensAndLeavesAFittedSizeAlone() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      int shorter = 1 + random.nextInt(1 << random.nextInt(14));
      int longer = shorter + (int) (199.0 * shorter * random.nextDouble());
      Size size = random.nextBoolean() ? new Size(shorter, longer) : new Size(longer, shorter);
      Size fitted = SmartResize.fit(size);
      assertThat(fitted.width() % 28 + fitted.height() % 28).as("%s", size).isZero();
      assertThat(SmartResize.tokens(fitted)).as("%s", size).isBetween(4, 4096);
      if (SmartResize.accepts(fitted)) {
        assertThat(SmartResize.fit(fitted)).as("%s", size).isEqualTo(fitted);
      }
    }
  }

  @Test
  void refusesExtremeProportions() {
    assertThat(SmartResize.accepts(new Size(2000, 10))).isTrue();
    assertThat(SmartResize.accepts(new Size(10, 2001))).isFalse();
    assertThatThrownBy(() -> SmartResize.fit(new Size(10, 2001)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10 x 2001")
        .hasMessageContaining("1:200");
  }

  @ParameterizedTest
  @CsvSource({
    "1920, 1080, 1194, 672, 1032",
    "1080, 1920, 672, 1194, 1032",
    "4000, 3000, 896, 672, 768",
    "3000, 3000, 672, 672, 576",
    "640, 480, 640, 480, 391",
    "1344, 1344, 1344, 1344, 2304",
  })
  void shrinksAsTheDemonstrationDoes(int width, int height, int toWidth, int toHeight, int tokens) {
    Plan plan = plan(width, height, Detail.BALANCED);
    assertThat(plan.sent()).isEqualTo(new Size(toWidth, toHeight));
    assertThat(plan.info().tokens()).isEqualTo(tokens);
  }

  @Test
  void sendsNoMoreThanTheModelSeesInFullDetail() {
    assertThat(plan(4000, 3000, Detail.FULL).sent()).isEqualTo(new Size(2044, 1540));
    assertThat(plan(4000, 3000, Detail.FULL).model()).isEqualTo(new Size(2044, 1540));
    // The model enlarges this one.
    assertThat(plan(1920, 1080, Detail.FULL).sent()).isEqualTo(new Size(1920, 1080));
    assertThat(plan(1920, 1080, Detail.FULL).info().tokens()).isEqualTo(2691);
  }

  @Test
  void sendsNothingThatTheModelWouldRefuse() {
    // Rounded to whole tokens, its proportions are over the limit.
    Plan plan = plan(118, 23_550, Detail.FULL);
    assertThat(plan.model()).isEqualTo(new Size(112, 23_548));
    assertThat(plan.sent()).isEqualTo(new Size(118, 23_550));
  }

  @Test
  void turnsThePictureBeforeItIsSized() {
    Plan plan = Plan.of("jpeg", new Size(4000, 3000), Orientation.RIGHT_TOP, Detail.BALANCED);
    assertThat(plan.upright()).isEqualTo(new Size(3000, 4000));
    assertThat(plan.sent()).isEqualTo(new Size(672, 896));
  }

  private static Plan plan(int width, int height, Detail detail) {
    return Plan.of("png", new Size(width, height), Orientation.UPRIGHT, detail);
  }
}
