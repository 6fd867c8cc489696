package org.emova4j.vision.internal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;

/** Windows bitmap, plain, run-length coded or with bit fields, of 1 to 32 bits a pixel. */
final class BmpFile implements ImageFile {
  static final String FORMAT = "bmp";
  private static final int CORE_HEADER = 12;
  private static final int INFO_HEADER = 40;
  private static final int V4_HEADER = 108;
  private static final int V5_HEADER = 124;
  private static final int RLE8 = 1;
  private static final int RLE4 = 2;
  private static final int BIT_FIELDS = 3;
  private static final int SRGB = 0x73524742;

  private final Size size;
  private final byte[] picture;

  private BmpFile(Size size, byte[] picture) {
    this.size = size;
    this.picture = picture;
  }

  static BmpFile parse(byte[] bytes) throws DamagedImageException {
    ImageBytes in = ImageBytes.of(bytes, LITTLE_ENDIAN);
    long header = in.u32(14);
    boolean core = header == CORE_HEADER;
    if (!core && (header < INFO_HEADER || header > V5_HEADER)) {
      throw new DamagedImageException(
          "has a header of %d bytes; bitmaps have 12, or 40 to 124".formatted(header));
    }
    // A negative height means that the rows run from the top.
    Size size =
        ImageFile.size(
            FORMAT,
            core ? in.u16(18) : in.i32(18),
            core ? in.u16(20) : Math.abs((long) in.i32(22)));
    int bits = in.u16(core ? 24 : 28);
    long compression = core ? 0 : in.u32(30);
    checkKind(bits, compression);
    long pixels = in.u32(10);
    if (compression == RLE8 || compression == RLE4) {
      checkRuns(in, pixels);
    } else {
      long stride = (size.width() * (long) bits + 31) / 32 * 4;
      in.part(pixels, stride * size.height());
    }
    return new BmpFile(size, header >= V4_HEADER ? withoutProfile(bytes, header) : bytes);
  }

  private static void checkKind(int bits, long compression) throws DamagedImageException {
    boolean known =
        switch (bits) {
          case 1, 24 -> compression == 0;
          case 4 -> compression == 0 || compression == RLE4;
          case 8 -> compression == 0 || compression == RLE8;
          case 16, 32 -> compression == 0 || compression == BIT_FIELDS;
          default -> false;
        };
    if (!known) {
      throw new DamagedImageException(
          "is a bitmap of a kind that can't be decoded: %d bits a pixel, compression %d"
              .formatted(bits, compression));
    }
  }

  /** Runs end with a mark of their own; without it the file is cut short. */
  private static void checkRuns(ImageBytes in, long from) throws DamagedImageException {
    in.part(from, 2);
    long at = from;
    // pairs: (count, value), or (0, 0 end of line | 1 end | 2 jump, and two bytes | n literals)
    while (in.u16(at) != 0x0100) {
      at += 2;
    }
  }

  /** A profile can name a file or address, and isn't used anyway. */
  private static byte[] withoutProfile(byte[] bytes, long header) {
    byte[] clean = bytes.clone();
    ByteBuffer fields = ByteBuffer.wrap(clean).order(LITTLE_ENDIAN);
    fields.putInt(14 + 56, SRGB);
    if (header >= V5_HEADER) {
      fields.putInt(14 + 112, 0);
      fields.putInt(14 + 116, 0);
    }
    return clean;
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
  public Picture decode() throws DamagedImageException {
    return Decoder.BMP.read(picture, size);
  }
}
