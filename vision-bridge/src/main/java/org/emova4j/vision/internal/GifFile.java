package org.emova4j.vision.internal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.util.Arrays;

/** GIF; of an animation, the first frame on a white canvas. */
final class GifFile implements ImageFile {
  static final String FORMAT = "gif";
  private static final int EXTENSION = 0x21;
  private static final int IMAGE = 0x2c;
  private static final int HEADER_BYTES = 13;

  private final Size canvas;
  private final Size frame;
  private final int left;
  private final int top;
  private final byte[] picture;

  private GifFile(Size canvas, Size frame, int left, int top, byte[] picture) {
    this.canvas = canvas;
    this.frame = frame;
    this.left = left;
    this.top = top;
    this.picture = picture;
  }

  static GifFile parse(byte[] bytes) throws DamagedImageException {
    ImageBytes in = ImageBytes.of(bytes, LITTLE_ENDIAN);
    Size canvas = ImageFile.size(FORMAT, in.u16(6), in.u16(8));
    int at = HEADER_BYTES + paletteBytes(in.u8(10));
    while (in.u8(at) == EXTENSION) {
      at = skipBlocks(in, at + 2);
    }
    if (in.u8(at) != IMAGE) {
      throw new DamagedImageException("has no image in it, or is damaged at byte " + at);
    }
    int left = in.u16(at + 1);
    int top = in.u16(at + 3);
    Size frame = ImageFile.size(FORMAT, in.u16(at + 5), in.u16(at + 7));
    // The canvas grows where the frame sticks out.
    canvas =
        new Size(
            Math.max(canvas.width(), left + frame.width()),
            Math.max(canvas.height(), top + frame.height()));
    // Its end must be there: the decoder would fill up what is missing without a word.
    int end = skipBlocks(in, at + 10 + paletteBytes(in.u8(at + 9)) + 1);
    byte[] picture = Arrays.copyOf(bytes, end + 1);
    picture[end] = ';';
    return new GifFile(canvas, frame, left, top, picture);
  }

  private static int paletteBytes(int flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
  }

  private static int skipBlocks(ImageBytes in, int from) throws DamagedImageException {
    int at = from;
    for (int length = in.u8(at); length > 0; length = in.u8(at)) {
      at += length + 1;
    }
    return at + 1;
  }

  @Override
  public String format() {
    return FORMAT;
  }

  @Override
  public Size size() {
    return canvas;
  }

  @Override
  public Picture decode() throws DamagedImageException {
    return Decoder.GIF.read(picture, frame).onWhite(canvas, left, top);
  }
}
