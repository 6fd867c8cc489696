package org.emova4j.audio.internal;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Reads a named pipe and gives up when nothing comes of it for long. Opening a pipe blocks until
 * somebody opens its other end, and can't be interrupted; so a thread of its own does it.
 */
final class PipeStream extends InputStream {
  private static final int CHUNK = 64 << 10;
  private static final int CHUNKS_AHEAD = 16;
  private static final byte[] END = new byte[0];

  private final Path pipe;
  private final Duration patience;
  private final BlockingQueue<byte[]> chunks = new ArrayBlockingQueue<>(CHUNKS_AHEAD);
  private final Thread pump;
  private volatile FileChannel channel;
  private volatile IOException failure;
  private byte[] current = END;
  private int used;
  private boolean ended;

  PipeStream(Path pipe, Duration patience) {
    this.pipe = pipe;
    this.patience = patience;
    pump = new Thread(this::pump, "emova audio pipe " + pipe.getFileName());
    pump.setDaemon(true);
    pump.start();
  }

  private void pump() {
    try (FileChannel opened = FileChannel.open(pipe, READ)) {
      channel = opened;
      ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
      while (opened.read(buffer.clear()) >= 0) {
        chunks.put(Arrays.copyOf(buffer.array(), buffer.position()));
      }
    } catch (IOException e) {
      failure = e;
    } catch (InterruptedException e) {
      return; // closed by the reader
    }
    try {
      chunks.put(END);
    } catch (InterruptedException e) {
      // closed by the reader
    }
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (used == current.length && !ended) {
      current = next();
      used = 0;
      ended = current.length == 0;
    }
    if (ended) {
      if (failure != null) {
        throw failure;
      }
      return -1;
    }
    int n = Math.min(length, current.length - used);
    System.arraycopy(current, used, target, offset, n);
    used += n;
    return n;
  }

  private byte[] next() throws IOException {
    try {
      byte[] chunk = chunks.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
      if (chunk == null) {
        throw new InputLimitException(
            "nothing came through the pipe for %s".formatted(Durations.inWords(patience)));
      }
      return chunk;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("reading the pipe was interrupted", e);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public void close() throws IOException {
    if (channel == null && pump.isAlive()) {
      // Opening both ends never blocks, and lets the blocked thread out.
      FileChannel.open(pipe, READ, WRITE).close();
    }
    pump.interrupt(); // closes the channel under a blocked read, too
  }
}
