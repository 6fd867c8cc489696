package org.emova4j.vision.internal;

import org.emova4j.api.vision.ImagePatches;

/**
 * Pixels as the rows that the encoder's first layer reads. The four patches which become one token
 * follow each other: rows run over blocks of 2 x 2 patches, line by line, and inside a block line
 * by line. A row holds one patch: channel, frame (a still picture is a video of two equal frames),
 * y, x.
 */
final class Patchify {
  private static final int SIDE = ImagePatches.PATCH_SIDE;
  private static final int FRAMES = 2;
  private static final int BLOCK = 2;

  // As CLIP's processor states them.
  @SuppressWarnings("FloatingPointLiteralPrecision")
  private static final float[] MEAN = {0.48145466f, 0.4578275f, 0.40821073f};

  @SuppressWarnings("FloatingPointLiteralPrecision")
  private static final float[] DEVIATION = {0.26862954f, 0.26130258f, 0.27577711f};

  /** For each channel, what each level becomes. */
  private static final float[][] NORMAL = normal();

  private Patchify() {}

  /**
   * @param image with sides that are multiples of {@link SmartResize#FACTOR}
   */
  static ImagePatches of(Picture image) {
    int rows = image.height() / SIDE;
    int columns = image.width() / SIDE;
    float[] out = new float[Math.multiplyExact(rows * columns, ImagePatches.PATCH_LENGTH)];
    int at = 0;
    for (int blockY = 0; blockY < rows; blockY += BLOCK) {
      for (int blockX = 0; blockX < columns; blockX += BLOCK) {
        for (int patch = 0; patch < BLOCK * BLOCK; patch++) {
          at =
              write(
                  image, (blockX + patch % BLOCK) * SIDE, (blockY + patch / BLOCK) * SIDE, out, at);
        }
      }
    }
    return ImagePatches.adopt(out, rows, columns);
  }

  private static int write(Picture image, int left, int top, float[] out, int from) {
    int at = from;
    for (int c = 0; c < Picture.CHANNELS; c++) {
      float[] normal = NORMAL[c];
      int frame = at;
      for (int y = top; y < top + SIDE; y++) {
        int pixel = (y * image.width() + left) * Picture.CHANNELS + c;
        for (int x = 0; x < SIDE; x++, pixel += Picture.CHANNELS) {
          out[at++] = normal[image.rgb()[pixel] & 0xff];
        }
      }
      for (int copy = 1; copy < FRAMES; copy++) {
        System.arraycopy(out, frame, out, at, SIDE * SIDE);
        at += SIDE * SIDE;
      }
    }
    return at;
  }

  private static float[][] normal() {
    float[][] normal = new float[Picture.CHANNELS][256];
    for (int c = 0; c < Picture.CHANNELS; c++) {
      for (int level = 0; level < 256; level++) {
        normal[c][level] = ((float) (level / 255.0) - MEAN[c]) / DEVIATION[c];
      }
    }
    return normal;
  }
}
