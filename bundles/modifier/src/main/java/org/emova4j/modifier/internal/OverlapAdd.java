package org.emova4j.modifier.internal;

/**
 * Pitch-synchronous overlap and add in the time domain (TD-PSOLA), after E. Moulines and F.
 * Charpentier, "Pitch-synchronous waveform processing techniques for text-to-speech synthesis using
 * diphones" (1990). Periods of the recording, two at a time under a window that is highest at their
 * pitch mark, are set down at the distances of the new F0, some twice and some never where the
 * speed differs. Their waveform, and with it the formants and the voice, stays.
 *
 * <p>Between voiced parts the recording runs on as it is; where speed drives it too far from where
 * it should be, it jumps to the nearby place that continues it best (W. Verhelst and M. Roelands,
 * "An overlap-add technique based on waveform similarity", 1993), and the two are faded so that
 * power stays.
 *
 * <p>Windows add up to one where nothing changes, so that then the recording comes out again. Work
 * goes from the first sample to the last, and needs memory for a few periods beside the result.
 * Confined to one thread.
 */
final class OverlapAdd {
  private static final double STRIDE = 0.008; // seconds from grain to grain where it is unvoiced
  private static final double ASTRAY = 0.013; // seconds that an unvoiced grain's source may be off

  /**
   * Seconds by which a jump goes beyond the right place at the least: what is said twice is then
   * said twice at a distance that nobody hears as a pitch.
   */
  private static final double BEYOND = 0.0025;

  private static final double EXACT = 1e-6; // samples
  private static final double SHORTEST_STEP = 0.3; // of a period, into the next voiced stretch

  /** Mean difference of successive normally distributed numbers over their deviation. */
  private static final double DIFFERENCE = 2 / Math.sqrt(Math.PI);

  private final Recording recording;
  private final float[] band;
  private final PitchMarks marks;
  private final Intonation intonation;
  private final Dynamics dynamics;
  private final Breath breath;
  private final double speed;
  private final double jitter; // deviation of a period's length
  private final double bandStep; // samples of the recording to one of the band
  private final float[] output;
  private float[] one = new float[4096];
  private float[] incoming = new float[4096];
  private float[] before = new float[4096]; // the same places of the periods around
  private float[] behind = new float[4096];
  private long periods;

  /**
   * A piece of the recording and where it goes.
   *
   * @param target where its middle goes, in samples
   * @param source where its middle comes from, in samples
   * @param mark in voiced parts, else -1
   * @param gain of its amplitude
   */
  private record Grain(double target, double source, int mark, double gain) {
    boolean voiced() {
      return mark >= 0;
    }

    double shift() {
      return source - target;
    }
  }

  /**
   * @param band the recording at 16 kHz
   * @param length of the result, in samples
   */
  OverlapAdd(
      Recording recording,
      float[] band,
      PitchMarks marks,
      Intonation intonation,
      Dynamics dynamics,
      Changes changes,
      int length) {
    this.recording = recording;
    this.band = band;
    this.marks = marks;
    this.intonation = intonation;
    this.dynamics = dynamics;
    breath = new Breath(changes.breathiness());
    speed = changes.speed();
    jitter = changes.jitter() / DIFFERENCE;
    bandStep = (double) recording.rate() / SpeechBand.RATE;
    output = new float[length];
  }

  float[] run() {
    Grain grain = unvoiced(0, 0);
    while (grain.target() < output.length) {
      Grain next = grain.voiced() ? afterVoiced(grain) : afterUnvoiced(grain);
      if (grain.voiced() && next.voiced()) {
        addHalf(grain, 0, marks.behind(grain.mark()));
        addHalf(next, -marks.before(next.mark()), 0);
      } else {
        fade(grain, next);
      }
      grain = next;
    }
    float mean = recording.mean();
    for (int n = 0; n < output.length; n++) {
      output[n] += mean;
    }
    return output;
  }

  private Grain voiced(double target, int mark, double stretch) {
    double source = marks.place(mark);
    return new Grain(target, source, mark, Math.sqrt(stretch) * gain(source));
  }

  private Grain unvoiced(double target, double source) {
    return new Grain(target, source, -1, gain(target * speed));
  }

  private double gain(double source) {
    return dynamics.at(source / recording.rate());
  }

  /** Of a period's length at a place of the recording. */
  private double stretch(double source) {
    return 1 / intonation.at(source / recording.rate());
  }

  private Grain afterVoiced(Grain grain) {
    double stretch = stretch(grain.target() * speed);
    double period = marks.behind(grain.mark()) * stretch;
    if (jitter > 0) {
      period *= Math.max(0.5, Math.min(2, 1 + jitter * Noise.at(periods++)));
    }
    double target = grain.target() + period;
    int mark = marks.nearest(target * speed);
    if (mark >= 0) {
      double own = marks.place(mark) / speed;
      boolean enters = !marks.together(mark, grain.mark());
      boolean snaps = enters && own > grain.target() + SHORTEST_STEP * period;
      return voiced(snaps ? own : target, mark, stretch(marks.place(mark)));
    }
    // whole samples from here on: the recording is copied
    double source = target + Math.rint(grain.shift());
    double off = source - target * speed;
    double limit = ASTRAY * recording.rate();
    return unvoiced(target, source - off + Math.max(-limit, Math.min(limit, off)));
  }

  private Grain afterUnvoiced(Grain grain) {
    double target = grain.target() + STRIDE * recording.rate();
    int mark = marks.firstBehind(grain.target() * speed + EXACT);
    if (mark < marks.count() && target * speed > marks.place(mark) - 0.5 * marks.before(mark)) {
      return voiced(marks.place(mark) / speed, mark, stretch(marks.place(mark)));
    }
    double source = target + grain.shift();
    double off = source - target * speed;
    if (Math.abs(off) <= ASTRAY * recording.rate()) {
      return unvoiced(target, source);
    }
    return unvoiced(target, Math.rint(jump(grain, target, off) - target) + target);
  }

  /** The place to continue from, to the other side of where it should be. */
  private double jump(Grain grain, double target, double off) {
    int length = Math.max(1, (int) Math.round((target - grain.target()) / bandStep));
    int here = (int) Math.round(grain.source() / bandStep);
    int wanted = (int) Math.round(target * speed / bandStep);
    int least = (int) (BEYOND * SpeechBand.RATE);
    int range = (int) (ASTRAY * SpeechBand.RATE) - least;
    int from = off > 0 ? wanted - least - range : wanted + least;
    int best = from;
    double most = Double.NEGATIVE_INFINITY;
    for (int place = from; place <= from + range; place++) {
      double product = 0;
      double a = 1e-12;
      double b = 1e-12;
      for (int i = 0; i < length; i++) {
        double x = at(here + i);
        double y = at(place - length + i);
        product += x * y;
        a += x * x;
        b += y * y;
      }
      double likeness = product / Math.sqrt(a * b) - Math.abs(Math.log(a / b)) / 10;
      if (likeness > most) {
        most = likeness;
        best = place;
      }
    }
    return best * bandStep;
  }

  private double at(int place) {
    return place < 0 || place >= band.length ? 0 : band[place];
  }

  /** Adds what lies before or behind a voiced grain's middle, under half a Hann window. */
  private void addHalf(Grain grain, double from, double to) {
    double width = to - from;
    int first = (int) Math.max(0, Math.ceil(grain.target() + from));
    int end = (int) Math.min(output.length, Math.ceil(grain.target() + to));
    int count = end - first;
    if (count <= 0) {
      return;
    }
    reserve(count);
    read(grain, first, count, one);
    double step = Math.PI / width;
    for (int i = 0; i < count; i++) {
      double weight = 0.5 + 0.5 * Math.cos(step * (first + i - grain.target()));
      output[first + i] += (float) (weight * grain.gain() * one[i]);
    }
  }

  /** Goes over from one grain to the next, neither or only one of which is voiced. */
  private void fade(Grain grain, Grain next) {
    int first = (int) Math.max(0, Math.ceil(grain.target()));
    int end = (int) Math.min(output.length, Math.ceil(next.target()));
    int count = end - first;
    if (count <= 0) {
      return;
    }
    reserve(count);
    read(grain, first, count, one);
    read(next, first, count, incoming);
    boolean same = Math.abs(grain.shift() - next.shift()) < EXACT;
    double likeness = same ? 1 : likeness(one, incoming, count);
    double step = Math.PI / (next.target() - grain.target());
    for (int i = 0; i < count; i++) {
      double out = 0.5 + 0.5 * Math.cos(step * (first + i - grain.target()));
      double in = 1 - out;
      double power = out * out + in * in + 2 * likeness * out * in;
      double value = out * grain.gain() * one[i] + in * next.gain() * incoming[i];
      output[first + i] += (float) (value / Math.sqrt(power));
    }
  }

  private static double likeness(float[] a, float[] b, int count) {
    double product = 0;
    double powers = 1e-20;
    double others = 1e-20;
    for (int i = 0; i < count; i++) {
      product += a[i] * b[i];
      powers += a[i] * a[i];
      others += b[i] * b[i];
    }
    return Math.max(0, product / Math.sqrt(powers * others));
  }

  private void reserve(int count) {
    if (one.length < count) {
      one = new float[2 * count];
      incoming = new float[2 * count];
      before = new float[2 * count];
      behind = new float[2 * count];
    }
  }

  /** The grain's source for the samples {@code first...} of the result. */
  private void read(Grain grain, int first, int count, float[] into) {
    double from = first + grain.shift();
    recording.read(from, count, into);
    if (grain.voiced() && breath.changes()) {
      int mark = grain.mark();
      boolean hasBefore = mark > 0 && marks.together(mark - 1, mark);
      boolean hasBehind = mark + 1 < marks.count() && marks.together(mark, mark + 1);
      recording.read(from - (hasBefore ? marks.before(mark) : -marks.behind(mark)), count, before);
      recording.read(from + (hasBehind ? marks.behind(mark) : -marks.before(mark)), count, behind);
      breath.apply(into, before, behind, count);
    }
  }
}
