package org.emova4j.vision.internal;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.io.ByteArrayOutputStream;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * PNG. What is decoded is a copy of the parts that make the picture; comments, compressed or not,
 * profiles and animations are left out.
 */
final class PngFile implements ImageFile {
  static final String FORMAT = "png";
  static final String SIGNATURE = "\u0089PNG\r\n\u001a\n";
  private static final Set<String> NEEDED = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");
  private static final int MAX_CHUNK = Integer.MAX_VALUE - 12;

  private final Size size;
  private final Orientation orientation;
  private final byte[] picture;

  private PngFile(Size size, Orientation orientation, byte[] picture) {
    this.size = size;
    this.orientation = orientation;
    this.picture = picture;
  }

  static PngFile parse(byte[] bytes) throws DamagedImageException {
    ImageBytes in = ImageBytes.of(bytes, BIG_ENDIAN);
    if (!in.has(12, "IHDR")) {
      throw new DamagedImageException("is no PNG picture behind its first bytes");
    }
    Size size = ImageFile.size(FORMAT, in.u32(16), in.u32(20));
    Orientation orientation = Orientation.UPRIGHT;
    ByteArrayOutputStream picture = new ByteArrayOutputStream(bytes.length);
    picture.write(bytes, 0, SIGNATURE.length());
    long at = SIGNATURE.length();
    String type = "";
    while (!type.equals("IEND")) {
      long length = in.u32(at);
      if (length > MAX_CHUNK) {
        throw new DamagedImageException(
            "has a part of %d bytes at byte %d, more than PNG allows".formatted(length, at));
      }
      type = in.text(at + 4, 4);
      ImageBytes data = in.part(at + 8, length);
      if (NEEDED.contains(type)) {
        checkSum(bytes, (int) at, (int) length, in.u32(at + 8 + length), type);
        picture.write(bytes, (int) at, (int) length + 12);
      } else if (type.equals("eXIf")) {
        orientation = Exif.orientation(data);
      }
      at += length + 12;
    }
    return new PngFile(size, orientation, picture.toByteArray());
  }

  private static void checkSum(byte[] bytes, int at, int length, long stated, String type)
      throws DamagedImageException {
    CRC32 sum = new CRC32();
    sum.update(bytes, at + 4, length + 4);
    if (sum.getValue() != stated) {
      throw new DamagedImageException(
          "is damaged: its %s part at byte %d fails the check sum".formatted(type, at));
    }
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
    return Decoder.PNG.read(picture, size);
  }
}
