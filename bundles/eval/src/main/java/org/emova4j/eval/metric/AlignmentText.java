package org.emova4j.eval.metric;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Texts of alignments: their encoding, and labels that overlap by rounding. */
final class AlignmentText {
  private static final double ROUNDING = 1e-3; // seconds

  private AlignmentText() {}

  /** A whole file in UTF-8, or in UTF-16 if it begins with that's mark. */
  static String read(Path file, long maxBytes) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes((int) maxBytes + 1);
    }
    if (bytes.length > maxBytes) {
      throw new AlignmentFormatException("%s is larger than %d bytes".formatted(file, maxBytes));
    }
    Charset charset = charset(bytes);
    try {
      String text = charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\ufeff") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new AlignmentFormatException("%s is not in %s".formatted(file, charset), e);
    }
  }

  private static Charset charset(byte[] bytes) {
    int mark = bytes.length < 2 ? 0 : ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
    return mark == 0xfeff || mark == 0xfffe ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
  }

  /**
   * The tier of some segments, in order of time; one that begins up to 1 ms before another's end is
   * cut.
   *
   * @throws IllegalArgumentException if they overlap by more
   */
  static Tier tier(String name, List<Segment> ordered) {
    List<Segment> segments = new ArrayList<>(ordered.size());
    double end = 0;
    for (Segment segment : ordered) {
      double start = segment.startSeconds();
      boolean rounded = start < end && end - start <= ROUNDING && segment.endSeconds() > end;
      segments.add(rounded ? new Segment(end, segment.endSeconds(), segment.label()) : segment);
      end = segment.endSeconds();
    }
    return new Tier(name, segments);
  }
}
