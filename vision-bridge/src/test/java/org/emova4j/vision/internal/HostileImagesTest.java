package org.emova4j.vision.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.emova4j.api.speech.UnsupportedImageException;
import org.emova4j.api.vision.Detail;
import org.emova4j.api.vision.PreparedImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class HostileImagesTest {
  private static final int MAX_PIXELS = 1_000_000;

  private final VisionBridge bridge =
      new VisionBridge(MAX_PIXELS, 1 << 20, ImageEncoder.PNG, 90, Optional.empty());

  @TempDir Path folder;

  static Stream<String> files() {
    return DecodingTest.files();
  }

  /** A cut animation may still hold its first frame. */
  static Stream<String> stills() {
    return files().filter(name -> !name.startsWith("animated"));
  }

  @ParameterizedTest
  @MethodSource("stills")
  void saysThatAFileIsCutShort(String name) {
    byte[] bytes = Fixtures.bytes("decode/" + name);
    for (int percent : new int[] {3, 10, 50, 75}) {
      byte[] cut = Arrays.copyOf(bytes, bytes.length * percent / 100);
      assertThatThrownBy(() -> bridge.prepare(cut, Detail.FULL))
          .as("%d %%", percent)
          .isInstanceOf(UnsupportedImageException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void survivesFlippedBits(String name) {
    byte[] bytes = Fixtures.bytes("decode/" + name);
    Random random = new Random(name.hashCode());
    for (int i = 0; i < 60; i++) {
      byte[] damaged = bytes.clone();
      // Half of them in the header, where it hurts.
      int reach = i % 2 == 0 ? Math.min(64, bytes.length) : bytes.length;
      for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
        damaged[random.nextInt(reach)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        PreparedImage image = bridge.prepare(damaged, Detail.BALANCED);
        assertThat(image.tokens()).isBetween(4, 4096);
      } catch (UnsupportedImageException e) {
        assertThat(e).hasMessageStartingWith("the image ");
      }
    }
  }

  @Test
  void survivesRandomBytesBehindEverySignature() {
    Random random = new Random(11);
    String[] starts = {
      PngFile.SIGNATURE + "\0\0\0\rIHDR",
      JpegFile.SIGNATURE + "\u00e0",
      "GIF89a",
      "RIFF\u0080\0\0\0WEBPVP8Lp\0\0\0/",
      "RIFF\u0080\0\0\0WEBPVP8 p\0\0\0",
      "RIFF\u0080\0\0\0WEBPVP8X\n\0\0\0",
      "BM\u0080\0\0\0\0\0\0\0006\0\0\000(\0\0\0",
      ""
    };
    for (int i = 0; i < 2000; i++) {
      byte[] start = starts[i % starts.length].getBytes(ISO_8859_1);
      byte[] bytes = new byte[200];
      random.nextBytes(bytes);
      System.arraycopy(start, 0, bytes, 0, start.length);
      try {
        assertThat(bridge.prepare(bytes, Detail.FULL).tokens()).isBetween(4, 4096);
      } catch (UnsupportedImageException e) {
        assertThat(e.getMessage()).startsWith("the image ");
      }
    }
  }

  @Test
  void refusesBombsByTheirHeaders() throws Exception {
    assertRefused(
        png(100_000, 100_000), "100000 x 100000", "10000.0 million", "limit is 1.0 million");
    assertRefused(gif(65_535, 65_535, 1, 1), "65535 x 65535", "limit is 1.0 million");
    // A small canvas with a frame that reaches beyond it.
    assertRefused(gif(1, 1, 60_000, 60_000), "60000 x 60000", "limit is 1.0 million");
    assertRefused(bmp(100_000, 100_000), "cut short");
    assertRefused(jpeg(65_500, 65_500), "65500 x 65500", "limit is 1.0 million");
    assertRefused(webp(16_384, 16_384), "16384 x 16384", "limit is 1.0 million");
  }

  @Test
  void refusesAPictureThatContradictsItsHeader() {
    byte[] canvas = {0, 0, 0, 0, 9, 0, 0, 9, 0, 0}; // 10 x 10
    byte[] frame =
        ByteBuffer.allocate(5)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put((byte) 0x2f)
            .putInt(16_000 | 16_000 << 14)
            .array();
    byte[] riff =
        concat(
            "RIFF".getBytes(ISO_8859_1),
            le(4 + 18 + 14),
            "WEBPVP8X".getBytes(ISO_8859_1),
            le(10),
            canvas,
            "VP8L".getBytes(ISO_8859_1),
            le(5),
            frame,
            new byte[1]);
    assertRefused(riff, "contradicts itself", "10 x 10", "16001 x 16001");
  }

  @Test
  void refusesEmptyPicturesAndFiles() throws Exception {
    assertRefused(new byte[0], "is empty");
    assertRefused(png(0, 5), "0 x 5");
    assertRefused(gif(5, 5, 0, 5), "0 x 5");
    assertRefused(jpeg(5, 0), "5 x 0");
    assertRefused(bmp(5, 0), "5 x 0");
  }

  @Test
  void refusesExtremeProportions() throws Exception {
    assertRefused(png(4020, 20), "4020 x 20", "201 times", "limit is 200");
  }

  @Test
  void refusesFilesOverTheLimit() throws IOException {
    byte[] large = Arrays.copyOf(Fixtures.bytes("decode/rgb.png"), (1 << 20) + 1);
    assertRefused(large, "longer than the limit of 1048576 bytes");
    Path file = Files.write(folder.resolve("large.png"), large);
    assertThatThrownBy(() -> bridge.prepare(file, Detail.FULL))
        .isInstanceOf(UnsupportedImageException.class)
        .hasMessageContaining("large.png is longer than the limit of 1048576 bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "'<?xml version=\"1.0\"?>\n<svg xmlns=\"x\"/>', SVG",
    "' <svg width=\"1\"/>', SVG",
    "'%PDF-1.7', PDF",
    "'....ftypheic....', HEIC",
    "'hello there, no picture', 'no PNG, JPEG, WebP, GIF or BMP picture'",
    "'BM is how this text starts, and it is no bitmap', 'no PNG, JPEG'",
  })
  void namesWhatItRefuses(String content, String what) {
    assertRefused(content.getBytes(ISO_8859_1), what);
  }

  @Test
  void looksAtTheContentAndNotAtTheName() throws Exception {
    Path file = folder.resolve("photo.jpg");
    Files.write(file, Fixtures.bytes("decode/rgb.png"));
    assertThat(bridge.inspect(file, Detail.FULL).format()).isEqualTo("png");
    assertThat(bridge.prepare(file, Detail.FULL).width()).isEqualTo(37);
  }

  @Test
  void namesTheFileThatIsDamagedOrMissing() throws Exception {
    Path file = folder.resolve("photo.jpg");
    Files.write(file, Arrays.copyOf(Fixtures.bytes("decode/colour.jpg"), 1200));
    assertThatThrownBy(() -> bridge.prepare(file, Detail.FULL))
        .isInstanceOf(UnsupportedImageException.class)
        .hasMessageContaining("photo.jpg is damaged");
    assertThatThrownBy(() -> bridge.prepare(folder.resolve("none.png"), Detail.FULL))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("none.png");
  }

  @Test
  void takesGarbageInExifForUpright() throws Exception {
    byte[] bytes = Fixtures.bytes("decode/orientation-6.jpg");
    int exif = new String(bytes, ISO_8859_1).indexOf("Exif\0\0") + 6;
    Random random = new Random(5);
    for (int i = 0; i < 300; i++) {
      byte[] garbage = bytes.clone();
      for (int at = exif + random.nextInt(12); at < exif + 24; at++) {
        garbage[at] = (byte) random.nextInt();
      }
      PreparedImage image = bridge.prepare(garbage, Detail.FULL);
      assertThat(image.width() + image.height()).isEqualTo(48);
    }
  }

  private void assertRefused(byte[] bytes, String... words) {
    assertThatThrownBy(() -> bridge.prepare(bytes, Detail.FULL))
        .isInstanceOf(UnsupportedImageException.class)
        .hasMessageContainingAll(words)
        .hasMessageStartingWith("the image ");
  }

  private static byte[] png(int width, int height) {
    byte[] header =
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put(new byte[] {8, 2, 0, 0, 0})
            .array();
    return concat(
        PngFile.SIGNATURE.getBytes(ISO_8859_1),
        chunk("IHDR", header),
        chunk("IDAT", new byte[20]),
        chunk("IEND", new byte[0]));
  }

  private static byte[] chunk(String type, byte[] data) {
    CRC32 sum = new CRC32();
    sum.update(type.getBytes(ISO_8859_1));
    sum.update(data);
    return ByteBuffer.allocate(12 + data.length)
        .putInt(data.length)
        .put(type.getBytes(ISO_8859_1))
        .put(data)
        .putInt((int) sum.getValue())
        .array();
  }

  private static byte[] gif(int width, int height, int frameWidth, int frameHeight) {
    ByteBuffer b =
        ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN).put("GIF89a".getBytes(ISO_8859_1));
    b.putShort((short) width)
        .putShort((short) height)
        .put(new byte[] {(byte) 0x80, 0, 0})
        .put(new byte[6]);
    b.put((byte) ',')
        .putInt(0)
        .putShort((short) frameWidth)
        .putShort((short) frameHeight)
        .put((byte) 0);
    b.put(new byte[] {2, 2, 0x4c, 1, 0, ';'});
    return Arrays.copyOf(b.array(), b.position());
  }

  private static byte[] bmp(int width, int height) {
    ByteBuffer b =
        ByteBuffer.allocate(58).order(ByteOrder.LITTLE_ENDIAN).put("BM".getBytes(ISO_8859_1));
    return b.putInt(58)
        .putInt(0)
        .putInt(54)
        .putInt(40)
        .putInt(width)
        .putInt(height)
        .putShort((short) 1)
        .putShort((short) 24)
        .array();
  }

  private static byte[] jpeg(int width, int height) {
    byte[] bytes = Fixtures.bytes("decode/colour.jpg");
    for (int at = 2; ; at += 2 + ((bytes[at + 2] & 0xff) << 8 | (bytes[at + 3] & 0xff))) {
      if ((bytes[at + 1] & 0xff) == 0xc0) {
        ByteBuffer.wrap(bytes).putShort(at + 5, (short) height).putShort(at + 7, (short) width);
        return bytes;
      }
    }
  }

  private static byte[] webp(int width, int height) {
    byte[] data =
        ByteBuffer.allocate(6)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put((byte) 0x2f)
            .putInt((width - 1) | (height - 1) << 14)
            .array();
    return concat(
        "RIFF".getBytes(ISO_8859_1), le(18), "WEBPVP8L".getBytes(ISO_8859_1), le(6), data);
  }

  private static byte[] le(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
