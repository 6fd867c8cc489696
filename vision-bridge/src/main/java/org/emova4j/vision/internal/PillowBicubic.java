package org.emova4j.vision.internal;

import java.util.Arrays;

/**
 * Bicubic resampling that gives what Pillow's {@code Image.resize} gives, which the encoder was
 * trained on. The kernel (a = -0.5) is widened by the factor of a reduction, so that every source
 * pixel counts; each pass, first along rows and then along columns, works in fixed point and rounds
 * to whole levels.
 */
final class PillowBicubic {
  private static final double A = -0.5;
  private static final double RADIUS = 2;

  /** Weights times 255 fill 32 bits less two for what the negative lobes overshoot. */
  private static final int FRACTION_BITS = 32 - 8 - 2;

  private static final int HALF = 1 << (FRACTION_BITS - 1);
  private static final int CHANNELS = 3;

  private PillowBicubic() {}

  static Picture resize(Picture image, Size target) {
    int width = image.width();
    int height = image.height();
    byte[] pixels = image.rgb();
    if (target.width() == width && target.height() == height) {
      return image;
    }
    if (target.width() != width) {
      pixels = alongRows(pixels, height, new Kernel(width, target.width()));
    }
    if (target.height() != height) {
      pixels = alongColumns(pixels, target.width() * CHANNELS, new Kernel(height, target.height()));
    }
    return new Picture(target.width(), target.height(), pixels);
  }

  private static byte[] alongRows(byte[] in, int rows, Kernel kernel) {
    int stride = kernel.inSize * CHANNELS;
    byte[] out = new byte[Math.multiplyExact(rows, kernel.outSize * CHANNELS)];
    int at = 0;
    for (int y = 0; y < rows; y++) {
      int row = y * stride;
      for (int x = 0; x < kernel.outSize; x++) {
        int first = kernel.first[x];
        int weight = x * kernel.width;
        int end = weight + kernel.count[x];
        int from = row + first * CHANNELS;
        int red = HALF;
        int green = HALF;
        int blue = HALF;
        for (; weight < end; weight++, from += CHANNELS) {
          int w = kernel.weights[weight];
          red += (in[from] & 0xff) * w;
          green += (in[from + 1] & 0xff) * w;
          blue += (in[from + 2] & 0xff) * w;
        }
        out[at++] = level(red);
        out[at++] = level(green);
        out[at++] = level(blue);
      }
    }
    return out;
  }

  private static byte[] alongColumns(byte[] in, int stride, Kernel kernel) {
    byte[] out = new byte[Math.multiplyExact(kernel.outSize, stride)];
    int[] sums = new int[stride];
    for (int y = 0; y < kernel.outSize; y++) {
      Arrays.fill(sums, HALF);
      for (int k = 0; k < kernel.count[y]; k++) {
        int w = kernel.weights[y * kernel.width + k];
        int from = (kernel.first[y] + k) * stride;
        for (int i = 0; i < stride; i++) {
          sums[i] += (in[from + i] & 0xff) * w;
        }
      }
      int to = y * stride;
      for (int i = 0; i < stride; i++) {
        out[to + i] = level(sums[i]);
      }
    }
    return out;
  }

  private static byte level(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> FRACTION_BITS));
  }

  /** For each output position along one axis: where its source pixels start, and their weights. */
  private static final class Kernel {
    final int inSize;
    final int outSize;
    final int width;
    final int[] first;
    final int[] count;
    final int[] weights;

    Kernel(int inSize, int outSize) {
      this.inSize = inSize;
      this.outSize = outSize;
      double scale = (double) inSize / outSize;
      double stretch = Math.max(1, scale);
      double support = RADIUS * stretch;
      width = (int) Math.ceil(support) * 2 + 1;
      first = new int[outSize];
      count = new int[outSize];
      weights = new int[Math.multiplyExact(outSize, width)];
      double[] exact = new double[width];
      for (int i = 0; i < outSize; i++) {
        double center = (i + 0.5) * scale;
        first[i] = Math.max(0, (int) (center - support + 0.5));
        count[i] = Math.min(inSize, (int) (center + support + 0.5)) - first[i];
        double sum = 0;
        for (int k = 0; k < count[i]; k++) {
          exact[k] = cubic((k + first[i] - center + 0.5) * (1 / stretch));
          sum += exact[k];
        }
        for (int k = 0; k < count[i]; k++) {
          double scaled = exact[k] / sum * (1 << FRACTION_BITS);
          weights[i * width + k] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
        }
      }
    }

    private static double cubic(double x) {
      double d = Math.abs(x);
      if (d < 1) {
        return ((A + 2) * d - (A + 3)) * d * d + 1;
      }
      return d < 2 ? (((d - 5) * d + 8) * d - 4) * A : 0;
    }
  }
}
