package org.emova4j.gateway.internal.api;

import static org.emova4j.gateway.internal.api.Sounds.PCM_RATE;

import java.math.BigInteger;
import java.util.Arrays;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechException;

/**
 * Pieces of one sound as raw samples at {@link Sounds#PCM_RATE}, without seams: each piece is
 * resampled with some of what is before and after it, and cut where samples of both rates meet.
 * Confined to one thread.
 */
public final class PcmStream {
  private static final int BYTES_PER_SAMPLE = 2;
  // More than a resampler's filter is long, in samples.
  private static final int LEAST_CONTEXT = 1024;

  /** Resamples to {@link Sounds#PCM_RATE}: 16 bit, little endian. */
  interface Resampler {
    byte[] pcm(Audio audio) throws SpeechException;
  }

  private final Resampler resampler;
  private float[] kept = {}; // what comes next, after context that went already
  private int gone; // how many of these have been sent
  private int rate;

  public PcmStream(Sounds sounds) {
    this((Resampler) sounds::pcm);
  }

  PcmStream(Resampler resampler) {
    this.resampler = resampler;
  }

  /**
   * @param piece of the same rate as those before
   * @return what can be said by now, perhaps nothing
   */
  public byte[] next(Audio piece) throws SpeechException {
    if (rate != 0 && rate != piece.sampleRate()) {
      throw new IllegalArgumentException(
          "a piece at %d Hz after one at %d Hz".formatted(piece.sampleRate(), rate));
    }
    rate = piece.sampleRate();
    int before = kept.length;
    kept = Arrays.copyOf(kept, before + piece.length());
    piece.buffer().get(kept, before, piece.length());
    int step = step();
    int context = context(step);
    int until = (kept.length - context) / step * step;
    if (until <= gone) {
      return new byte[0];
    }
    byte[] result = between(gone, until);
    int dropped = Math.max(0, until - context);
    kept = Arrays.copyOfRange(kept, dropped, kept.length);
    gone = until - dropped;
    return result;
  }

  /** The rest. */
  public byte[] end() throws SpeechException {
    byte[] result = gone == kept.length ? new byte[0] : between(gone, kept.length);
    kept = new float[0];
    gone = 0;
    return result;
  }

  /** After so many samples the rates meet. */
  private int step() {
    return rate / BigInteger.valueOf(rate).gcd(BigInteger.valueOf(PCM_RATE)).intValue();
  }

  private static int context(int step) {
    return (LEAST_CONTEXT + step - 1) / step * step;
  }

  private byte[] between(int from, int to) throws SpeechException {
    byte[] all = resampler.pcm(Audio.of(kept, rate));
    int begin = position(from);
    int end = to == kept.length ? all.length : Math.min(all.length, position(to));
    return Arrays.copyOfRange(all, Math.min(begin, end), end);
  }

  private int position(int sample) {
    return Math.toIntExact((long) sample * PCM_RATE / rate) * BYTES_PER_SAMPLE;
  }
}
