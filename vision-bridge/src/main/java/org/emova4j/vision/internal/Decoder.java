package org.emova4j.vision.internal;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A decoder behind ImageIO's interface: of the JDK itself, whatever else is registered, or one that
 * is never registered.
 */
final class Decoder {
  /** Some cameras leave a few bytes between the parts of a JPEG; nothing is lost. */
  private static final String HARMLESS = "extraneous bytes";

  static final Decoder PNG = ofJdk("png");
  static final Decoder GIF = ofJdk("gif");
  static final Decoder BMP = ofJdk("bmp");
  static final Decoder JPEG = ofJdk("jpeg");

  private final String format;
  private final ImageReaderSpi provider;

  private Decoder(String format, ImageReaderSpi provider) {
    this.format = format;
    this.provider = provider;
  }

  static Decoder of(String format, ImageReaderSpi provider) {
    return new Decoder(format, provider);
  }

  private static Decoder ofJdk(String format) {
    Iterator<ImageReaderSpi> all =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, true);
    while (all.hasNext()) {
      ImageReaderSpi spi = all.next();
      if (spi.getClass().getModule() == ImageReaderSpi.class.getModule()
          && List.of(spi.getFormatNames()).contains(format)) {
        return new Decoder(format, spi);
      }
    }
    throw new IllegalStateException("this Java has no decoder for " + format);
  }

  /** The first image of the file, over white. */
  Picture read(byte[] file, Size expected) throws DamagedImageException {
    BufferedImage image = run(file, expected, reader -> reader.read(0));
    return Opaque.over(image);
  }

  /** The first image's samples as the file has them, before any conversion of colours. */
  Raster raster(byte[] file, Size expected) throws DamagedImageException {
    return run(file, expected, reader -> reader.readRaster(0, null));
  }

  private <T> T run(byte[] file, Size expected, Step<T> step) throws DamagedImageException {
    AtomicReference<String> warning = new AtomicReference<>();
    ImageReader reader = null;
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader = provider.createReaderInstance();
      reader.addIIOReadWarningListener(
          (source, text) -> {
            if (!text.contains(HARMLESS)) {
              warning.compareAndSet(null, text);
            }
          });
      reader.setInput(in, true, true);
      // The limits were checked on what our own reading of the header says.
      if (reader.getWidth(0) != expected.width() || reader.getHeight(0) != expected.height()) {
        throw new DamagedImageException(
            "contradicts itself: its header says %s pixels and its picture %d x %d"
                .formatted(expected, reader.getWidth(0), reader.getHeight(0)));
      }
      T result = step.on(reader);
      if (warning.get() != null) {
        throw new DamagedImageException("is damaged: " + warning.get());
      }
      return result;
    } catch (IOException | RuntimeException e) {
      // Decoders meet garbage with exceptions of all kinds.
      throw new DamagedImageException(
          "is damaged, or a kind of %s that can't be decoded%s".formatted(format, reason(e)), e);
    } finally {
      if (reader != null) {
        reader.dispose();
      }
    }
  }

  private static String reason(Exception e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String text = root.getMessage();
    return root instanceof IOException && text != null ? " (%s)".formatted(text) : "";
  }

  private interface Step<T> {
    T on(ImageReader reader) throws IOException;
  }
}
