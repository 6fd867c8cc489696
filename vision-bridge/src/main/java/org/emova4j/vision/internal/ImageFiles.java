package org.emova4j.vision.internal;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.util.Map.entry;

import java.util.List;
import java.util.Map.Entry;
import java.util.Optional;

/** Which kind a file is of, by its first bytes: names and extensions don't count. */
final class ImageFiles {
  /** As many bytes tell all kinds apart. */
  static final int SNIFFED_BYTES = 512;

  /** Marks at the start of what is no picture to us, though people may take it for one. */
  private static final List<Entry<String, String>> REFUSED =
      List.of(
          entry("%PDF", "a PDF document: export the page as PNG"),
          entry("II*\0", "a TIFF picture: save it as PNG or JPEG"),
          entry("MM\0*", "a TIFF picture: save it as PNG or JPEG"),
          entry("8BPS", "a Photoshop document: export it as PNG"),
          entry("\0\0\1\0", "an icon file: save it as PNG"),
          entry("\u00ff\n", "a JPEG XL picture: save it as PNG or JPEG"),
          entry("\0\0\0\fJXL ", "a JPEG XL picture: save it as PNG or JPEG"),
          entry("\0\0\0\fjP  ", "a JPEG 2000 picture: save it as PNG or JPEG"));

  private static final List<String> STILL_BRANDS =
      List.of("heic", "heix", "mif1", "msf1", "heim", "heis", "avif", "avis");

  private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

  private ImageFiles() {}

  /**
   * @return empty if it is no picture of a kind that is known here: perhaps a video
   * @throws DamagedImageException if it is of a kind that is refused
   */
  static Optional<Kind> sniff(byte[] start) throws DamagedImageException {
    if (start.length == 0) {
      throw new DamagedImageException("is empty");
    }
    ImageBytes in = ImageBytes.of(start, BIG_ENDIAN);
    if (in.has(0, PngFile.SIGNATURE)) {
      return Optional.of(PngFile::parse);
    }
    if (in.has(0, JpegFile.SIGNATURE)) {
      return Optional.of(JpegFile::parse);
    }
    if (in.has(0, "GIF87a") || in.has(0, "GIF89a")) {
      return Optional.of(GifFile::parse);
    }
    if (in.has(0, "RIFF") && in.has(8, "WEBP")) {
      return Optional.of(WebpFile::parse);
    }
    if (in.has(0, "BM") && (in.has(6, "\0\0\0\0") || in.has(15, "\0\0\0"))) {
      return Optional.of(BmpFile::parse);
    }
    for (Entry<String, String> kind : REFUSED) {
      if (in.has(0, kind.getKey())) {
        throw refused(kind.getValue());
      }
    }
    if (in.has(4, "ftyp") && STILL_BRANDS.stream().anyMatch(b -> in.has(8, b))) {
      throw refused("a HEIC or AVIF picture: save it as PNG or JPEG");
    }
    String text = in.text(0, start.length);
    String first = text.startsWith(BYTE_ORDER_MARK) ? text.substring(3) : text;
    if (first.stripLeading().startsWith("<") && text.contains("<svg")) {
      throw refused("an SVG drawing: export it as PNG");
    }
    return Optional.empty();
  }

  private static DamagedImageException refused(String what) {
    return new DamagedImageException("is " + what);
  }

  /** How a kind of file is read. */
  interface Kind {
    ImageFile open(byte[] file) throws DamagedImageException;
  }
}
