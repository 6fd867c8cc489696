package org.emova4j.vision.internal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * WebP, lossy and lossless; of an animation, the first frame on a white canvas. What is decoded is
 * a still picture made of the parts that matter.
 */
final class WebpFile implements ImageFile {
  static final String FORMAT = "webp";
  private static final Decoder DECODER = Decoder.of(FORMAT, new WebPImageReaderSpi());
  private static final int HAS_ALPHA = 0x10;
  private static final int MAX_SIDE_BITS = 14;

  private Size canvas;
  private Size frame;
  private int left;
  private int top;
  private Orientation orientation = Orientation.UPRIGHT;
  private ImageBytes alpha;
  private ImageBytes data;
  private boolean lossless;

  private WebpFile() {}

  static WebpFile parse(byte[] bytes) throws DamagedImageException {
    ImageBytes all = ImageBytes.of(bytes, LITTLE_ENDIAN);
    WebpFile file = new WebpFile();
    // Chunks end where the file says that they end; what may follow is none of it.
    file.readChunks(all.part(0, 8 + all.u32(4)), 12, false);
    if (file.data == null) {
      throw new DamagedImageException("is cut short: there is no picture in it");
    }
    if (file.canvas == null) {
      file.canvas = file.frame;
    }
    if (file.left + (long) file.frame.width() > file.canvas.width()
        || file.top + (long) file.frame.height() > file.canvas.height()) {
      throw new DamagedImageException(
          "contradicts itself: its header says %s pixels and its picture %s"
              .formatted(file.canvas, file.frame));
    }
    return file;
  }

  private void readChunks(ImageBytes chunks, int from, boolean inFrame)
      throws DamagedImageException {
    for (long at = from; at + 8 <= chunks.length(); ) {
      String type = chunks.text(at, 4);
      long length = chunks.u32(at + 4);
      ImageBytes chunk = chunks.part(at + 8, length);
      switch (type) {
        case "VP8X" -> canvas = ImageFile.size(FORMAT, chunk.u24(4) + 1, chunk.u24(7) + 1);
        case "ANMF" -> {
          if (data == null && !inFrame) {
            left = 2 * chunk.u24(0);
            top = 2 * chunk.u24(3);
            readChunks(chunk, 16, true);
          }
        }
        case "ALPH" -> alpha = data == null ? chunk : alpha;
        case "VP8 ", "VP8L" -> {
          if (data == null) {
            readPicture(chunk, type.equals("VP8L"));
          }
        }
        case "EXIF" ->
            orientation =
                Exif.orientation(
                    chunk.has(0, "Exif\0\0") ? chunk.part(6, chunk.length() - 6L) : chunk);
        default -> {}
      }
      at += 8 + length + (length & 1);
    }
  }

  private void readPicture(ImageBytes chunk, boolean isLossless) throws DamagedImageException {
    int mask = (1 << MAX_SIDE_BITS) - 1;
    if (isLossless) {
      if (chunk.u8(0) != 0x2f) {
        throw new DamagedImageException("is damaged: its lossless picture has no signature");
      }
      long sides = chunk.u32(1);
      frame = ImageFile.size(FORMAT, (sides & mask) + 1, (sides >> MAX_SIDE_BITS & mask) + 1);
    } else {
      if ((chunk.u8(0) & 1) != 0
          || chunk.u8(3) != 0x9d
          || chunk.u8(4) != 1
          || chunk.u8(5) != 0x2a) {
        throw new DamagedImageException("is damaged: its picture does not start with a key frame");
      }
      frame = ImageFile.size(FORMAT, chunk.u16(6) & mask, chunk.u16(8) & mask);
    }
    data = chunk;
    lossless = isLossless;
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
  public Orientation orientation() {
    return orientation;
  }

  @Override
  public Picture decode() throws DamagedImageException {
    return DECODER.read(still(), frame).onWhite(canvas, left, top);
  }

  private byte[] still() {
    byte[] pixels = data.copy();
    byte[] mask = alpha == null || lossless ? new byte[0] : alpha.copy();
    ByteBuffer out = ByteBuffer.allocate(64 + pixels.length + mask.length).order(LITTLE_ENDIAN);
    out.put(ascii("RIFF")).putInt(0).put(ascii("WEBP"));
    if (mask.length > 0) {
      out.put(ascii("VP8X")).putInt(10).putInt(HAS_ALPHA);
      put24(out, frame.width() - 1);
      put24(out, frame.height() - 1);
      putChunk(out, "ALPH", mask);
    }
    putChunk(out, lossless ? "VP8L" : "VP8 ", pixels);
    out.putInt(4, out.position() - 8);
    byte[] still = new byte[out.position()];
    out.flip().get(still);
    return still;
  }

  private static void putChunk(ByteBuffer out, String type, byte[] content) {
    out.put(ascii(type)).putInt(content.length).put(content);
    if (content.length % 2 != 0) {
      out.put((byte) 0);
    }
  }

  private static void put24(ByteBuffer out, int value) {
    out.put((byte) value).put((byte) (value >> 8)).put((byte) (value >> 16));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
