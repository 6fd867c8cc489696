package org.emova4j.modifier.internal;

import java.util.Arrays;
import org.emova4j.engine.dsp.LogMel;

/**
 * One place in each pitch period of the voiced parts, the same place of the period as far as the
 * waveform's likeness tells. In each stretch of voiced frames the first mark is the largest peak
 * near the loudest frame; from there each next one, to either side, lies where the waveform around
 * it is most like that around the last, near one period away, with a slight pull to peaks. Marks
 * have fractions of samples. Immutable.
 */
final class PitchMarks {
  private static final double SHORTEST = 0.75; // of the period that F0 says
  private static final double LONGEST = 1.35;
  private static final double PEAK_PULL = 0.1; // of a peak, in units of correlation
  private static final double PERIOD_PULL = 0.3; // of a factor e against F0
  private static final int LEAST = 3; // marks that make a stretch

  private final double[] places;
  private final int[] runs; // number of the stretch that each mark belongs to

  private PitchMarks(double[] places, int[] runs) {
    this.places = places;
    this.runs = runs;
  }

  /**
   * @param band the recording at 16 kHz
   * @param f0 hertz, 0 where unvoiced, 100 frames a second
   * @param scale samples of the recording to one of the band
   */
  static PitchMarks find(float[] band, float[] f0, double scale) {
    return new Search(band, f0).run(scale);
  }

  int count() {
    return places.length;
  }

  /** In samples of the recording. */
  double place(int mark) {
    return places[mark];
  }

  /** Whether two marks belong to the same voiced stretch. */
  boolean together(int one, int other) {
    return runs[one] == runs[other];
  }

  /** Distance to the mark before; in front of a stretch that to the mark behind. */
  double before(int mark) {
    return mark > 0 && together(mark - 1, mark)
        ? places[mark] - places[mark - 1]
        : places[mark + 1] - places[mark];
  }

  /** Distance to the mark behind; at the end of a stretch that to the mark before. */
  double behind(int mark) {
    return mark + 1 < places.length && together(mark, mark + 1)
        ? places[mark + 1] - places[mark]
        : places[mark] - places[mark - 1];
  }

  /** The first mark behind a place; {@link #count()} where there is none. */
  int firstBehind(double place) {
    int found = Arrays.binarySearch(places, place);
    return found < 0 ? -found - 1 : found + 1;
  }

  /** The mark nearest to a place; -1 where there is none within half a period. */
  int nearest(double place) {
    int above = firstBehind(place);
    int best = -1;
    double distance = Double.MAX_VALUE;
    for (int i = Math.max(0, above - 1); i <= Math.min(above, places.length - 1); i++) {
      double d = Math.abs(places[i] - place);
      double half = 0.5 * (place < places[i] ? before(i) : behind(i)) * (1 + 1e-9);
      if (d < distance && d <= half) {
        best = i;
        distance = d;
      }
    }
    return best;
  }

  private static final class Search {
    private final float[] band;
    private final float[] f0;
    private final double polarity;
    private double[] found = new double[1024];
    private int[] run = new int[1024];
    private int count;

    Search(float[] band, float[] f0) {
      this.band = band;
      this.f0 = f0;
      double skew = 0;
      for (int t = 0; t < f0.length; t++) {
        for (int i = t * LogMel.HOP;
            f0[t] > 0 && i < Math.min(band.length, (t + 1) * LogMel.HOP);
            i++) {
          skew += (double) band[i] * band[i] * band[i];
        }
      }
      polarity = skew < 0 ? -1 : 1;
    }

    PitchMarks run(double scale) {
      int runs = 0;
      for (int t = 0; t < f0.length; t++) {
        if (f0[t] > 0) {
          int end = t;
          while (end < f0.length && f0[end] > 0) {
            end++;
          }
          int before = count;
          mark(t, end);
          if (count - before < LEAST) {
            count = before;
          }
          Arrays.fill(run, before, count, runs++);
          t = end;
        }
      }
      double[] places = Arrays.copyOf(found, count);
      for (int i = 0; i < count; i++) {
        places[i] *= scale;
      }
      return new PitchMarks(places, Arrays.copyOf(run, count));
    }

    /** Marks the voiced frames from {@code first} to before {@code end}. */
    private void mark(int first, int end) {
      double from = Math.max(first * LogMel.HOP - LogMel.HOP / 2.0, found(count - 1) + 20);
      double to = Math.min(end * LogMel.HOP - LogMel.HOP / 2.0, band.length - 1.0);
      int loudest = loudest(first, end);
      double start = peak(loudest);
      if (start < from || start > to) {
        return;
      }
      int begin = count;
      for (double place = start; place >= from; place = step(place, -1)) {
        add(place);
      }
      for (int i = begin, j = count - 1; i < j; i++, j--) {
        double swap = found[i];
        found[i] = found[j];
        found[j] = swap;
      }
      for (double place = step(start, 1); place <= to; place = step(place, 1)) {
        add(place);
      }
    }

    private double found(int i) {
      return i < 0 ? Double.NEGATIVE_INFINITY : found[i];
    }

    private void add(double place) {
      if (count == found.length) {
        found = Arrays.copyOf(found, 2 * count);
        run = Arrays.copyOf(run, 2 * count);
      }
      found[count++] = place;
    }

    private int loudest(int first, int end) {
      int best = first;
      double most = -1;
      for (int t = first; t < end; t++) {
        double power = 0;
        for (int i = -LogMel.HOP; i < LogMel.HOP; i++) {
          double x = at(t * LogMel.HOP + i);
          power += x * x;
        }
        if (power > most) {
          most = power;
          best = t;
        }
      }
      return best;
    }

    private double peak(int frame) {
      int half = (int) (SpeechBand.RATE / f0[frame] / 2);
      int best = frame * LogMel.HOP;
      for (int i = -half; i <= half; i++) {
        int place = frame * LogMel.HOP + i;
        if (polarity * at(place) > polarity * at(best)) {
          best = place;
        }
      }
      return best;
    }

    /** The next mark to one side. */
    private double step(double place, int side) {
      double period = period(place);
      int centre = (int) Math.round(place);
      int half = Math.max(8, (int) Math.round(period / 2));
      int shortest = (int) Math.floor(SHORTEST * period);
      int longest = (int) Math.ceil(LONGEST * period);
      double own = 1e-20;
      double peak = 1e-20;
      for (int i = -half; i <= half; i++) {
        own += at(centre + i) * at(centre + i);
        peak = Math.max(peak, Math.abs(at(centre + i)));
      }
      double[] scores = new double[longest - shortest + 1];
      int best = 0;
      for (int lag = shortest; lag <= longest; lag++) {
        int there = centre + side * lag;
        double product = 0;
        double other = 1e-20;
        for (int i = -half; i <= half; i++) {
          double x = at(there + i);
          product += at(centre + i) * x;
          other += x * x;
        }
        int n = lag - shortest;
        scores[n] =
            product / Math.sqrt(own * other)
                + PEAK_PULL * Math.max(-1, Math.min(1, polarity * at(there) / peak))
                - PERIOD_PULL * Math.abs(Math.log(lag / period));
        best = scores[n] > scores[best] ? n : best;
      }
      double lag = shortest + best;
      if (best > 0 && best < scores.length - 1) {
        double curvature = 2 * scores[best] - scores[best - 1] - scores[best + 1];
        if (curvature > 1e-12) {
          double slope = 0.5 * (scores[best + 1] - scores[best - 1]);
          lag += Math.max(-0.5, Math.min(0.5, slope / curvature));
        }
      }
      return place + side * lag; // the fraction that the place has is kept
    }

    /** In samples, at a place or the nearest voiced frame. */
    private double period(double place) {
      int t = (int) Math.max(0, Math.min(f0.length - 1L, Math.round(place / LogMel.HOP)));
      for (int d = 0; d < f0.length; d++) {
        if (t - d >= 0 && f0[t - d] > 0) {
          return SpeechBand.RATE / (double) f0[t - d];
        }
        if (t + d < f0.length && f0[t + d] > 0) {
          return SpeechBand.RATE / (double) f0[t + d];
        }
      }
      throw new IllegalStateException("no frame is voiced");
    }

    private double at(int place) {
      return place < 0 || place >= band.length ? 0 : band[place];
    }
  }
}
