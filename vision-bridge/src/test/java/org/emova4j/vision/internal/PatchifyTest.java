package org.emova4j.vision.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.emova4j.api.vision.Detail;
import org.emova4j.api.vision.ImagePatches;
import org.emova4j.api.vision.PreparedImage;
import org.junit.jupiter.api.Test;

class PatchifyTest {
  @Test
  void equalsTheImageProcessorOfTransformers() throws Exception {
    VisionBridge bridge =
        new VisionBridge(1_000_000, 1 << 20, ImageEncoder.PNG, 90, Optional.empty());
    PreparedImage image = bridge.prepare(Fixtures.bytes("patches.png"), Detail.FULL);
    ImagePatches patches = bridge.patches(image);
    assertThat(patches.columns()).isEqualTo(6);
    assertThat(patches.rows()).isEqualTo(4);
    assertThat(patches.count()).isEqualTo(4 * image.tokens());

    FloatBuffer expected = expected();
    FloatBuffer actual = patches.buffer();
    assertThat(actual.remaining()).isEqualTo(expected.remaining());
    for (int i = 0; i < expected.limit(); i++) {
      assertThat(actual.get(i)).as("value %d", i).isEqualTo(expected.get(i));
    }
  }

  @Test
  void putsTheFourPatchesOfATokenNextToEachOther() {
    // Each patch has a red level of its own: 10 * row + column.
    int side = ImagePatches.PATCH_SIDE;
    byte[] rgb = new byte[4 * side * 4 * side * 3];
    for (int y = 0; y < 4 * side; y++) {
      for (int x = 0; x < 4 * side; x++) {
        rgb[3 * (y * 4 * side + x)] = (byte) (10 * (y / side) + x / side);
      }
    }
    ImagePatches patches = Patchify.of(new Picture(4 * side, 4 * side, rgb));
    int[] levels = {0, 1, 10, 11, 2, 3, 12, 13, 20, 21, 30, 31, 22, 23, 32, 33};
    for (int i = 0; i < levels.length; i++) {
      float normal = ((float) (levels[i] / 255.0) - 0.48145467f) / 0.26862955f;
      assertThat(patches.buffer().get(i * ImagePatches.PATCH_LENGTH)).isEqualTo(normal);
    }
  }

  private static FloatBuffer expected() throws Exception {
    byte[] raw =
        new GZIPInputStream(new ByteArrayInputStream(Fixtures.bytes("patches.f32.gz")))
            .readAllBytes();
    return ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }
}
