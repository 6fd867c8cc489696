package org.emova4j.audio.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** Native memory that is freed with its scope, and not when a collector gets round to it. */
final class Memory implements AutoCloseable {
  private final Deque<Pointer> blocks = new ArrayDeque<>();

  /** Zeroed and aligned for any use. */
  Pointer allocate(long bytes) throws FfmpegException {
    Pointer block = Ffmpeg.require(avutil.av_mallocz(bytes), "can't allocate native memory");
    blocks.push(block);
    // A second Java object, so that a caller that moves its position doesn't move what is freed.
    return new BytePointer(block);
  }

  @Override
  public void close() {
    while (!blocks.isEmpty()) {
      avutil.av_free(blocks.pop());
    }
  }
}
