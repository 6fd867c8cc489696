package org.emova4j.vision.internal;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;

/**
 * JPEG, baseline and progressive, in grey, YCbCr, RGB, CMYK or YCCK. The decoder sees neither
 * comments nor profiles nor thumbnails, and hands raw samples back, which become RGB here by
 * libjpeg's integer arithmetic.
 */
final class JpegFile implements ImageFile {
  static final String FORMAT = "jpeg";
  static final String SIGNATURE = "\u00ff\u00d8\u00ff";
  private static final int START_OF_SCAN = 0xda;
  private static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int APP14 = 0xee;
  private static final int APP15 = 0xef;
  private static final int COMMENT = 0xfe;

  /** How three or four components make a colour. */
  private enum Colours {
    GREY,
    RGB,
    YCC,
    CMYK,
    YCCK
  }

  private final Size size;
  private final Orientation orientation;
  private final Colours colours;
  private final byte[] picture;

  private JpegFile(Size size, Orientation orientation, Colours colours, byte[] picture) {
    this.size = size;
    this.orientation = orientation;
    this.colours = colours;
    this.picture = picture;
  }

  static JpegFile parse(byte[] bytes) throws DamagedImageException {
    return new Parser(bytes).parse();
  }

  @Override
  public String format() {
    return FORMAT;
  }

  @Override
  public Size size() {
    return size;
  }

  @Override
  public Orientation orientation() {
    return orientation;
  }

  @Override
  public Picture decode() throws DamagedImageException {
    Raster raster = Decoder.JPEG.raster(picture, size);
    byte[] samples = ((DataBufferByte) raster.getDataBuffer()).getData();
    int pixels = (int) size.pixels();
    if (samples.length != Math.multiplyExact(pixels, raster.getNumBands())) {
      throw new DamagedImageException("has components in an order that can't be decoded");
    }
    return new Picture(
        size.width(),
        size.height(),
        switch (colours) {
          case GREY -> spread(samples);
          case RGB -> samples;
          case YCC -> toRgb(samples, 3);
          case CMYK -> dropBlack(samples);
          case YCCK -> dropBlack(toRgb(samples, 4));
        });
  }

  private static byte[] spread(byte[] grey) {
    byte[] rgb = new byte[Math.multiplyExact(grey.length, 3)];
    for (int i = 0; i < grey.length; i++) {
      rgb[3 * i] = grey[i];
      rgb[3 * i + 1] = grey[i];
      rgb[3 * i + 2] = grey[i];
    }
    return rgb;
  }

  /**
   * In place, ITU-R BT.601 at full range; with 4 components, what stands for an ink is inverted.
   */
  private static byte[] toRgb(byte[] samples, int bands) {
    int invert = bands == 4 ? 0xff : 0;
    for (int i = 0; i < samples.length; i += bands) {
      int y = samples[i] & 0xff;
      int cb = (samples[i + 1] & 0xff) - 128;
      int cr = (samples[i + 2] & 0xff) - 128;
      samples[i] = (byte) (invert ^ level(y + ((91881 * cr + 32768) >> 16)));
      samples[i + 1] = (byte) (invert ^ level(y + ((-22554 * cb - 46802 * cr + 32768) >> 16)));
      samples[i + 2] = (byte) (invert ^ level(y + ((116130 * cb + 32768) >> 16)));
    }
    return samples;
  }

  /** Samples say, as Adobe has it, how much of the paper's light each of four inks leaves. */
  private static byte[] dropBlack(byte[] cmyk) {
    byte[] rgb = new byte[cmyk.length / 4 * 3];
    for (int from = 0, to = 0; from < cmyk.length; from += 4, to += 3) {
      int key = cmyk[from + 3] & 0xff;
      for (int c = 0; c < 3; c++) {
        rgb[to + c] = (byte) (key - product(255 - (cmyk[from + c] & 0xff), key));
      }
    }
    return rgb;
  }

  /** Of two fractions of 255, rounded. */
  private static int product(int a, int b) {
    int t = a * b + 128;
    return ((t >> 8) + t) >> 8;
  }

  private static int level(int value) {
    return Math.max(0, Math.min(255, value));
  }

  /** Walks the markers up to the first scan. */
  private static final class Parser {
    private final byte[] bytes;
    private final ImageBytes in;
    private final ByteArrayOutputStream picture;
    private Orientation orientation = Orientation.UPRIGHT;
    private Size size;
    private int components;
    private String componentIds = "";
    private boolean jfif;
    private int adobeTransform = -1;

    Parser(byte[] bytes) {
      this.bytes = bytes;
      in = ImageBytes.of(bytes, BIG_ENDIAN);
      picture = new ByteArrayOutputStream(bytes.length);
    }

    JpegFile parse() throws DamagedImageException {
      picture.write(bytes, 0, 2);
      int at = 2;
      while (true) {
        int marker = in.u8(at) == 0xff ? in.u8(at + 1) : -1;
        if (marker == 0xff) { // filling
          at++;
          continue;
        }
        if (marker < 0xc0 || marker == 0xd8 || marker == 0xd9) {
          throw new DamagedImageException("is damaged: at byte %d is no JPEG marker".formatted(at));
        }
        if (marker == START_OF_SCAN) {
          picture.write(bytes, at, bytes.length - at);
          return finish();
        }
        int length = in.u16(at + 2);
        if (length < 2) {
          throw new DamagedImageException(
              "is damaged: the part at byte %d has a length of %d".formatted(at, length));
        }
        read(marker, in.part(at + 4, length - 2));
        boolean metadata = marker > APP0 && marker <= APP15 && marker != APP14;
        if (!metadata && marker != COMMENT) {
          picture.write(bytes, at, length + 2);
        }
        at += length + 2;
      }
    }

    private void read(int marker, ImageBytes data) throws DamagedImageException {
      switch (marker) {
        case 0xc0, 0xc1, 0xc2 -> readFrame(data);
        case 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf ->
            throw new DamagedImageException(
                "is a lossless, hierarchical or arithmetic-coded JPEG (process %d), which can't be"
                        .formatted(marker - 0xc0)
                    + " decoded: save it as a baseline or progressive one");
        case APP0 -> jfif |= data.has(0, "JFIF\0");
        case APP1 -> {
          if (data.has(0, "Exif\0") && orientation == Orientation.UPRIGHT && data.length() > 6) {
            orientation = Exif.orientation(data.part(6, data.length() - 6));
          }
        }
        case APP14 -> {
          if (data.has(0, "Adobe") && data.length() >= 12) {
            adobeTransform = data.u8(11);
          }
        }
        default -> {}
      }
    }

    private void readFrame(ImageBytes data) throws DamagedImageException {
      if (size != null) {
        throw new DamagedImageException("is damaged: it has two frame headers");
      }
      int bits = data.u8(0);
      if (bits != 8) {
        throw new DamagedImageException(
            "has %d bits a sample; JPEG is decoded at 8 bits only".formatted(bits));
      }
      size = ImageFile.size(FORMAT, data.u16(3), data.u16(1));
      components = data.u8(5);
      StringBuilder ids = new StringBuilder();
      for (int i = 0; i < components; i++) {
        ids.append((char) data.u8(6 + 3 * i));
      }
      componentIds = ids.toString();
    }

    private JpegFile finish() throws DamagedImageException {
      if (size == null) {
        throw new DamagedImageException("is damaged: its scan comes before its frame header");
      }
      return new JpegFile(size, orientation, colours(), picture.toByteArray());
    }

    /** As libjpeg decides it. */
    private Colours colours() throws DamagedImageException {
      return switch (components) {
        case 1 -> Colours.GREY;
        case 3 -> {
          boolean rgb =
              !jfif && (adobeTransform == 0 || (adobeTransform < 0 && componentIds.equals("RGB")));
          yield rgb ? Colours.RGB : Colours.YCC;
        }
        case 4 -> adobeTransform == 2 ? Colours.YCCK : Colours.CMYK;
        default ->
            throw new DamagedImageException(
                "has %d components; JPEG is decoded with 1, 3 or 4".formatted(components));
      };
    }
  }
}
