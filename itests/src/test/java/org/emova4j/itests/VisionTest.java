package org.emova4j.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.emova4j.api.speech.UnsupportedImageException;
import org.emova4j.api.vision.Detail;
import org.emova4j.api.vision.ImageInfo;
import org.emova4j.api.vision.ImagePatches;
import org.emova4j.api.vision.ImagePreparer;
import org.emova4j.api.vision.PreparedImage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;

/** Pictures through the bundles that ship, with no engine and no model in the framework. */
class VisionTest {
  private static final Path PICTURES =
      Path.of("../vision-bridge/src/test/resources/org/emova4j/vision/internal/decode");
  private static final Path VIDEOS =
      Path.of("../bundles/audio/src/test/resources/org/emova4j/audio/internal");

  @TempDir static Path storage;
  private static Distribution distribution;

  @BeforeAll
  static void startDistribution() throws Exception {
    distribution = Distribution.start(storage, "vision");
  }

  @AfterAll
  static void stopDistribution() throws Exception {
    if (distribution != null) {
      distribution.close();
    }
  }

  @Test
  void preparesPicturesOfEveryKind() throws Exception {
    ImagePreparer preparer = distribution.await(ImagePreparer.class);
    for (String name :
        new String[] {
          "turned.webp", "lossy.webp", "rgb.png", "subsampled.jpg", "still.gif", "rgb.bmp"
        }) {
      PreparedImage image = preparer.prepare(PICTURES.resolve(name), Detail.BALANCED);
      assertThat(image.dataUrl()).as(name).startsWith("data:image/png;base64,iVBOR");
      ImagePatches patches = preparer.patches(image);
      assertThat(patches.count()).as(name).isEqualTo(4 * image.tokens());
    }
  }

  @Test
  void takesAFrameOfAVideoThroughTheAudioBundle() throws Exception {
    ImageInfo info =
        distribution
            .await(ImagePreparer.class)
            .inspect(VIDEOS.resolve("turned.mp4"), Detail.BALANCED);
    assertThat(info.format()).isEqualTo("h264");
    assertThat(info.uprightWidth()).isEqualTo(64);
    assertThat(info.uprightHeight()).isEqualTo(96);
  }

  @Test
  void survivesAnUpdateAndRegistersNoDecoderInTheJvm() throws Exception {
    distribution.await(ImagePreparer.class).prepare(PICTURES.resolve("lossy.webp"), Detail.FULL);
    Bundle bundle = distribution.bundle("org.emova4j.vision");
    bundle.update();
    assertThat(bundle.getState()).isEqualTo(Bundle.ACTIVE);

    PreparedImage image =
        distribution
            .await(ImagePreparer.class)
            .prepare(PICTURES.resolve("lossy.webp"), Detail.FULL);
    assertThat(image.width()).as("what the model sees of 96 pixels").isEqualTo(84);
    IIORegistry.getDefaultInstance()
        .getServiceProviders(ImageReaderSpi.class, false)
        .forEachRemaining(
            spi -> assertThat(Arrays.toString(spi.getFormatNames())).doesNotContain("webp"));
  }

  @Test
  void refusesWhatIsNoPicture() throws Exception {
    ImagePreparer preparer = distribution.await(ImagePreparer.class);
    assertThatThrownBy(() -> preparer.prepare(Path.of("pom.xml"), Detail.FULL))
        .isInstanceOf(UnsupportedImageException.class)
        .hasMessageContaining("pom.xml")
        .hasMessageContaining("PNG, JPEG, WebP, GIF or BMP");
  }
}
