package org.emova4j.audio.internal;

/** Samples of one or more channels, front to back, once. Confined to one thread. */
interface SampleSource extends AutoCloseable {
  int channels();

  /** In hertz. */
  int rate();

  /**
   * Delivers the next samples.
   *
   * @param target an array of at least {@code count} for each channel
   * @return {@code count}, or fewer at the end, 0 after it
   */
  int read(float[][] target, int count) throws FfmpegException;

  @Override
  void close();
}
