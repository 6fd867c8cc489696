package org.emova4j.eval.internal.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import org.emova4j.api.audio.Audio;
import org.emova4j.batch.report.Spectrogram;
import org.emova4j.eval.metric.Segment;

/**
 * A recording and what was made of its units, one above the other, with units and phones between
 * them where they are in time.
 *
 * @param original the recording
 * @param again what was made of its units
 * @param units a unit for each frame
 * @param unitSeconds what a unit lasts
 * @param phones of the recording; may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SpectrogramPair(
    Audio original, Audio again, int[] units, double unitSeconds, List<Segment> phones) {
  private static final int PIXELS_A_SECOND = 360;
  private static final int MAX_WIDTH = 1_800;
  private static final int LEFT = 64;
  private static final int HEIGHT = 150;
  private static final int STRIP = 44;
  private static final int PHONE_STRIP = 18;
  private static final int AXIS = 22;
  private static final int GAP = 6;
  private static final Color TEXT = new Color(0x80, 0x80, 0x88);
  private static final Color LINE = new Color(0x80, 0x80, 0x88, 110);
  private static final Font SMALL = new Font("SansSerif", Font.PLAIN, 10);

  /** Sounds that are longer are cut to what fits. */
  public static final double MAX_SECONDS = (double) MAX_WIDTH / PIXELS_A_SECOND;

  /** A PNG file, to be read on light and dark ground. */
  public byte[] png() {
    double seconds = Math.min(MAX_SECONDS, seconds(original));
    int width = (int) Math.ceil(seconds * PIXELS_A_SECOND);
    int middle = STRIP + (phones.isEmpty() ? 0 : PHONE_STRIP);
    BufferedImage image =
        new BufferedImage(
            LEFT + width + GAP, 2 * HEIGHT + middle + AXIS, BufferedImage.TYPE_INT_ARGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setFont(SMALL);
    spectrogram(g, original, seconds, 0, "recording");
    int top = HEIGHT;
    if (!phones.isEmpty()) {
      phones(g, seconds, top);
      top += PHONE_STRIP;
    }
    units(g, seconds, top);
    spectrogram(g, again, seconds, HEIGHT + middle, "again");
    axis(g, seconds, 2 * HEIGHT + middle);
    g.dispose();
    return Spectrogram.png(image);
  }

  private static double seconds(Audio sound) {
    return sound.duration().toNanos() / 1e9;
  }

  private static void spectrogram(Graphics2D g, Audio sound, double seconds, int top, String name) {
    int samples = Math.min(sound.length(), (int) Math.round(seconds * sound.sampleRate()));
    int width = (int) Math.round((double) samples / sound.sampleRate() * PIXELS_A_SECOND);
    if (width > 0) {
      g.drawImage(Spectrogram.image(sound.slice(0, samples), width, HEIGHT), LEFT, top, null);
    }
    g.setColor(TEXT);
    g.drawString(name, 0, top + HEIGHT / 2);
    g.drawString("%.0f kHz".formatted(sound.sampleRate() / 2000.0), 0, top + 10);
  }

  private void phones(Graphics2D g, double seconds, int top) {
    g.setColor(TEXT);
    g.drawString("phones", 0, top + PHONE_STRIP - 5);
    for (Segment phone : phones) {
      if (phone.startSeconds() >= seconds) {
        break;
      }
      int from = LEFT + (int) (phone.startSeconds() * PIXELS_A_SECOND);
      int to = LEFT + (int) (Math.min(seconds, phone.endSeconds()) * PIXELS_A_SECOND);
      g.setColor(LINE);
      g.drawLine(from, top, from, top + PHONE_STRIP);
      g.setColor(TEXT);
      centred(g, phone.label(), from, to, top + PHONE_STRIP - 5);
    }
  }

  /** Runs of one unit share a label; it is written upright, since ids are longer than units. */
  private void units(Graphics2D g, double seconds, int top) {
    g.setColor(TEXT);
    g.drawString("units", 0, top + STRIP / 2);
    int begin = 0;
    while (begin < units.length && begin * unitSeconds < seconds) {
      int end = begin + 1;
      while (end < units.length && units[end] == units[begin]) {
        end++;
      }
      int from = LEFT + (int) (begin * unitSeconds * PIXELS_A_SECOND);
      int to = LEFT + (int) (Math.min(seconds, end * unitSeconds) * PIXELS_A_SECOND);
      // The golden angle spreads the hues of neighbouring ids.
      g.setColor(Color.getHSBColor((float) (units[begin] * 0.618034 % 1), 0.45f, 0.85f));
      g.fillRect(from, top + 1, Math.max(1, to - from - 1), STRIP - 2);
      Graphics2D upright = (Graphics2D) g.create();
      upright.setColor(new Color(0x20, 0x20, 0x24));
      upright.rotate(-Math.PI / 2, (from + to) / 2.0, top + STRIP - 5.0);
      upright.drawString(String.valueOf(units[begin]), (from + to) / 2f, top + STRIP - 5 + 4f);
      upright.dispose();
      begin = end;
    }
  }

  private static void axis(Graphics2D g, double seconds, int top) {
    for (int tenths = 0; tenths / 10.0 <= seconds; tenths++) {
      int x = LEFT + tenths * PIXELS_A_SECOND / 10;
      g.setColor(LINE);
      g.drawLine(x, top, x, top + (tenths % 5 == 0 ? 6 : 3));
      if (tenths % 5 == 0) {
        g.setColor(TEXT);
        g.drawString("%d.%d s".formatted(tenths / 10, tenths % 10), x + 2, top + 16);
      }
    }
  }

  private static void centred(Graphics2D g, String text, int from, int to, int y) {
    FontMetrics metrics = g.getFontMetrics();
    g.drawString(text, (from + to - metrics.stringWidth(text)) / 2, y);
  }
}
