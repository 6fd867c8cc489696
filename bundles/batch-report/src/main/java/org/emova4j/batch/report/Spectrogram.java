package org.emova4j.batch.report;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import javax.imageio.ImageIO;
import org.apache.commons.math3.complex.Complex;
import org.apache.commons.math3.transform.DftNormalization;
import org.apache.commons.math3.transform.FastFourierTransformer;
import org.apache.commons.math3.transform.TransformType;
import org.emova4j.api.audio.Audio;

/** Time to the right, pitch upwards, loudness as brightness: a small picture of a sound. */
public final class Spectrogram {
  static final int WIDTH = 320;
  static final int HEIGHT = 96;

  private static final int WINDOW = 512; // samples
  private static final double RANGE = 70; // decibels from black to the brightest
  private static final double QUIETEST = -40; // what never gets as loud as that is silence
  private static final FastFourierTransformer FOURIER =
      new FastFourierTransformer(DftNormalization.STANDARD);

  /** Some colours of the map "inferno" (S. van der Walt, N. Smith; CC0), dark to bright. */
  private static final int[] COLOURS = {
    0x000004, 0x1b0c41, 0x4a0c6b, 0x781c6d, 0xa52c60, 0xcf4446, 0xed6925, 0xfb9b06, 0xf7d13d,
    0xfcffa4
  };

  private Spectrogram() {}

  static byte[] png(Audio sound) {
    return png(image(sound, WIDTH, HEIGHT));
  }

  /** A sound of at least one sample from its beginning to its end, up to half its rate. */
  public static BufferedImage image(Audio sound, int width, int height) {
    double[][] decibels = decibels(sound, width, height);
    double loudest = Double.NEGATIVE_INFINITY;
    for (double[] column : decibels) {
      for (double value : column) {
        loudest = Math.max(loudest, value);
      }
    }
    BufferedImage image =
        new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, colours());
    for (int x = 0; x < width; x++) {
      for (int y = 0; y < height; y++) {
        double brightness = 1 + (decibels[x][y] - Math.max(loudest, QUIETEST)) / RANGE;
        int index = (int) Math.round(255 * Math.min(1, Math.max(0, brightness)));
        image.getRaster().setSample(x, height - 1 - y, 0, index);
      }
    }
    return image;
  }

  /** A PNG file. */
  public static byte[] png(BufferedImage image) {
    try {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      ImageIO.setUseCache(false);
      ImageIO.write(image, "png", file);
      return file.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // to memory
    }
  }

  private static double[][] decibels(Audio sound, int width, int height) {
    double[] window = new double[WINDOW];
    for (int n = 0; n < WINDOW; n++) {
      window[n] = 0.5 - 0.5 * Math.cos(2 * Math.PI * n / WINDOW);
    }
    FloatBuffer samples = sound.buffer();
    double[][] columns = new double[width][];
    double step = Math.max(0, sound.length() - WINDOW) / (double) (width - 1);
    double[] frame = new double[WINDOW];
    for (int x = 0; x < width; x++) {
      int begin = (int) Math.round(x * step);
      for (int n = 0; n < WINDOW; n++) {
        frame[n] = begin + n < samples.limit() ? samples.get(begin + n) * window[n] : 0;
      }
      columns[x] = column(FOURIER.transform(frame, TransformType.FORWARD), height);
    }
    return columns;
  }

  /** The loudest bin of each row, so that no partial gets lost. */
  private static double[] column(Complex[] spectrum, int height) {
    double[] column = new double[height];
    int bins = WINDOW / 2;
    for (int y = 0; y < height; y++) {
      int from = y * bins / height;
      int to = Math.max(from + 1, (y + 1) * bins / height);
      double power = 1e-12;
      for (int bin = from; bin < to; bin++) {
        double re = spectrum[bin].getReal();
        double im = spectrum[bin].getImaginary();
        power = Math.max(power, re * re + im * im);
      }
      column[y] = 10 * Math.log10(power);
    }
    return column;
  }

  private static IndexColorModel colours() {
    byte[][] channels = new byte[3][256];
    for (int i = 0; i < 256; i++) {
      double position = i / 255.0 * (COLOURS.length - 1);
      int below = Math.min(COLOURS.length - 2, (int) position);
      for (int c = 0; c < 3; c++) {
        int shift = 16 - 8 * c;
        double low = COLOURS[below] >> shift & 0xff;
        double high = COLOURS[below + 1] >> shift & 0xff;
        channels[c][i] = (byte) Math.round(low + (position - below) * (high - low));
      }
    }
    return new IndexColorModel(8, 256, channels[0], channels[1], channels[2]);
  }
}
