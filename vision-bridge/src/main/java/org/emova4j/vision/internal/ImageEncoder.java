package org.emova4j.vision.internal;

import java.awt.Point;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** How pixels travel to a server. */
enum ImageEncoder {
  /** Loses nothing. */
  PNG,
  /** Smaller by far, and not quite the same pixels. */
  JPEG;

  String mediaType() {
    return "image/" + format();
  }

  /**
   * @param quality of a JPEG, 0..1
   */
  byte[] encode(Picture picture, float quality) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format()).next();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam how = writer.getDefaultWriteParam();
      if (this == JPEG) {
        how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        how.setCompressionQuality(quality);
      }
      writer.write(null, new IIOImage(image(picture), null, null), how);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory can't fail", e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private String format() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A view, without a copy. */
  private static BufferedImage image(Picture picture) {
    ComponentColorModel rgb =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            false,
            false,
            Transparency.OPAQUE,
            DataBuffer.TYPE_BYTE);
    return new BufferedImage(
        rgb,
        Raster.createInterleavedRaster(
            new DataBufferByte(picture.rgb(), picture.rgb().length),
            picture.width(),
            picture.height(),
            picture.width() * Picture.CHANNELS,
            Picture.CHANNELS,
            new int[] {0, 1, 2},
            new Point(0, 0)),
        false,
        null);
  }
}
