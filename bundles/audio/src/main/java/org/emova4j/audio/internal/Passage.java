package org.emova4j.audio.internal;

import java.nio.FloatBuffer;
import java.util.List;
import org.emova4j.api.audio.Audio;

/**
 * A part of a recording in memory, read without a copy: silence where one side is shorter, one side
 * on all channels where there is no other.
 *
 * @param from index of the first sample
 * @param to index after the last one, which may lie past the end
 */
record Passage(List<Audio> sides, int channels, int from, int to) {
  static Passage all(List<Audio> sides, int channels) {
    return new Passage(
        sides, channels, 0, sides.stream().mapToInt(Audio::length).max().orElseThrow());
  }

  int rate() {
    return sides.get(0).sampleRate();
  }

  int length() {
    return to - from;
  }

  double seconds() {
    return (double) length() / rate();
  }

  /**
   * @param gain factor of every sample
   */
  SampleSource open(double gain) {
    return new Reader(gain);
  }

  private final class Reader implements SampleSource {
    private final List<FloatBuffer> buffers = sides.stream().map(Audio::buffer).toList();
    private final float gain;
    private int position = from;

    Reader(double gain) {
      this.gain = (float) gain;
    }

    @Override
    public int channels() {
      return channels;
    }

    @Override
    public int rate() {
      return Passage.this.rate();
    }

    @Override
    public int read(float[][] target, int count) {
      int n = Math.min(count, to - position);
      for (int c = 0; c < channels; c++) {
        FloatBuffer side = buffers.get(Math.min(c, buffers.size() - 1));
        for (int i = 0; i < n; i++) {
          int at = position + i;
          target[c][i] = at < side.limit() ? gain * side.get(at) : 0;
        }
      }
      position += n;
      return n;
    }

    @Override
    public void close() {}
  }
}
