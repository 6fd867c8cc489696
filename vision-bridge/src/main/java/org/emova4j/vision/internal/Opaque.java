package org.emova4j.vision.internal;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * A decoder's image as plain RGB. What is transparent lies over white, as people see it on a page.
 * Samples are taken as they are: profiles and gamma don't count, because the encoder was trained
 * so.
 */
final class Opaque {
  private Opaque() {}

  static Picture over(BufferedImage image) throws DamagedImageException {
    int width = image.getWidth();
    byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, image.getHeight()), 3)];
    Row row = row(image);
    for (int y = 0; y < image.getHeight(); y++) {
      row.write(y, rgb, y * width * 3);
    }
    return new Picture(width, image.getHeight(), rgb);
  }

  private static Row row(BufferedImage image) throws DamagedImageException {
    ColorModel model = image.getColorModel();
    Raster raster = image.getRaster();
    if (model instanceof IndexColorModel palette) {
      return indexed(raster, palette);
    }
    boolean samples =
        model instanceof ComponentColorModel
            && !model.isAlphaPremultiplied()
            && raster.getNumBands() <= 4
            && (raster.getTransferType() == DataBuffer.TYPE_BYTE
                || raster.getTransferType() == DataBuffer.TYPE_USHORT);
    if (samples) {
      return components(raster, raster.getTransferType() == DataBuffer.TYPE_USHORT ? 8 : 0);
    }
    if (!model.getColorSpace().isCS_sRGB()) {
      throw new DamagedImageException("has colours of a kind that can't be converted");
    }
    int[] argb = new int[image.getWidth()];
    return (y, out, at) -> {
      image.getRGB(0, y, argb.length, 1, argb, 0, argb.length);
      for (int x = 0; x < argb.length; x++) {
        put(argb[x], out, at + 3 * x);
      }
    };
  }

  private static Row indexed(Raster raster, IndexColorModel palette) {
    int[] colours = new int[palette.getMapSize()];
    palette.getRGBs(colours);
    int[] indices = new int[raster.getWidth()];
    return (y, out, at) -> {
      raster.getSamples(0, y, indices.length, 1, 0, indices);
      for (int x = 0; x < indices.length; x++) {
        // A damaged file may name a colour that the palette lacks: black.
        put(indices[x] < colours.length ? colours[indices[x]] : 0xff000000, out, at + 3 * x);
      }
    };
  }

  /** Grey, grey and alpha, RGB, RGB and alpha. */
  private static Row components(Raster raster, int shift) {
    int bands = raster.getNumBands();
    int alphaBand = bands % 2 == 0 ? bands - 1 : -1;
    int colours = bands >= 3 ? 1 : 0;
    int[] values = new int[raster.getWidth() * bands];
    return (y, out, at) -> {
      raster.getPixels(0, y, raster.getWidth(), 1, values);
      int to = at;
      for (int from = 0; from < values.length; from += bands, to += 3) {
        int alpha = alphaBand < 0 ? 255 : values[from + alphaBand] >> shift;
        for (int c = 0; c < 3; c++) {
          out[to + c] = (byte) overWhite(values[from + c * colours] >> shift, alpha);
        }
      }
    };
  }

  private static void put(int argb, byte[] out, int at) {
    int alpha = argb >>> 24;
    out[at] = (byte) overWhite(argb >> 16 & 0xff, alpha);
    out[at + 1] = (byte) overWhite(argb >> 8 & 0xff, alpha);
    out[at + 2] = (byte) overWhite(argb & 0xff, alpha);
  }

  static int overWhite(int level, int alpha) {
    return 255 - ((255 - level) * alpha + 127) / 255;
  }

  private interface Row {
    void write(int y, byte[] out, int at);
  }
}
