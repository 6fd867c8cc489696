package org.emova4j.audio.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.emova4j.api.audio.Chapter;
import org.emova4j.api.audio.MediaTags;

/**
 * Metadata of RIFF WAVE files: texts as LIST INFO, chapters as cue points with labels (Multimedia
 * Programming Interface and Data Specifications 1.0, Microsoft and IBM, 1991). Texts are UTF-8, as
 * today's programs read them.
 */
final class WavTags {
  private static final Map<String, String> INFO = new LinkedHashMap<>();

  static {
    INFO.put("title", "INAM");
    INFO.put("artist", "IART");
    INFO.put("album", "IPRD");
    INFO.put("date", "ICRD");
    INFO.put("track", "IPRT");
    INFO.put("genre", "IGNR");
    INFO.put("comment", "ICMT");
    INFO.put("copyright", "ICOP");
    INFO.put("language", "ILNG");
  }

  private static final int CUE_SIZE = 24;

  private WavTags() {}

  /** Chunks to put behind the samples; an even number of bytes, none for nothing to say. */
  static byte[] chunks(MediaTags tags, int rate) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteArrayOutputStream info = new ByteArrayOutputStream();
    INFO.forEach(
        (key, id) -> {
          if (tags.texts().containsKey(key)) {
            info.writeBytes(chunk(id, text(tags.texts().get(key))));
          }
        });
    if (info.size() > 0) {
      all.writeBytes(list("INFO", info.toByteArray()));
    }
    if (!tags.chapters().isEmpty()) {
      all.writeBytes(cues(tags.chapters(), rate));
      all.writeBytes(labels(tags.chapters()));
    }
    return all.toByteArray();
  }

  private static byte[] cues(List<Chapter> chapters, int rate) {
    byte[] content = new byte[Integer.BYTES + CUE_SIZE * chapters.size()];
    ByteBuffer cues = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    cues.putInt(chapters.size());
    int id = 0;
    for (Chapter chapter : chapters) {
      int sample = (int) Math.round(chapter.start().toNanos() / 1e9 * rate);
      cues.putInt(++id).putInt(sample).put("data".getBytes(US_ASCII));
      cues.putInt(0).putInt(0).putInt(sample);
    }
    return chunk("cue ", content);
  }

  private static byte[] labels(List<Chapter> chapters) {
    ByteArrayOutputStream labels = new ByteArrayOutputStream();
    int id = 0;
    for (Chapter chapter : chapters) {
      labels.writeBytes(chunk("labl", joined(little(++id), text(chapter.title()))));
    }
    return list("adtl", labels.toByteArray());
  }

  private static byte[] list(String type, byte[] chunks) {
    return chunk("LIST", joined(type.getBytes(US_ASCII), chunks));
  }

  /** Ends with a zero byte. */
  private static byte[] text(String text) {
    return joined(text.getBytes(UTF_8), new byte[1]);
  }

  private static byte[] chunk(String id, byte[] content) {
    return joined(
        id.getBytes(US_ASCII), little(content.length), content, new byte[content.length % 2]);
  }

  private static byte[] little(int number) {
    return new byte[] {
      (byte) number, (byte) (number >> 8), (byte) (number >> 16), (byte) (number >> 24)
    };
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
