package org.emova4j.audio.internal;

import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Bytes in memory while they are few, and in a temporary file from then on; the file is gone when
 * this is closed. Confined to one thread.
 */
final class Spool implements SeekableByteChannel {
  private static final int FIRST_SIZE = 64 << 10;

  private final int memoryLimit;
  private byte[] memory = new byte[0];
  private FileChannel file;
  private Path path;
  private long position;
  private long size;
  private boolean open = true;

  Spool(int memoryLimit) {
    this.memoryLimit = memoryLimit;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    if (position >= size) {
      return -1;
    }
    int n;
    if (file != null) {
      n = file.read(target, position);
    } else {
      n = (int) Math.min(target.remaining(), size - position);
      target.put(memory, (int) position, n);
    }
    position += Math.max(0, n);
    return n;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    long end = position + source.remaining();
    if (file == null && end > memoryLimit) {
      moveToFile();
    }
    int n = source.remaining();
    if (file != null) {
      n = file.write(source, position);
    } else {
      if (end > memory.length) {
        memory = Arrays.copyOf(memory, (int) Math.max(FIRST_SIZE, Math.min(memoryLimit, 2 * end)));
      }
      source.get(memory, (int) position, n);
    }
    position += n;
    size = Math.max(size, position);
    return n;
  }

  /** Everything, from the first byte on. */
  void copyTo(OutputStream target) throws IOException {
    if (file == null) {
      target.write(memory, 0, (int) size);
      return;
    }
    WritableByteChannel channel = Channels.newChannel(target);
    for (long at = 0; at < size; ) {
      at += file.transferTo(at, size - at, channel);
    }
  }

  private void moveToFile() throws IOException {
    path = Files.createTempFile("emova-", ".tmp"); // for nobody else to read
    file = FileChannel.open(path, READ, WRITE, DELETE_ON_CLOSE);
    ByteBuffer held = ByteBuffer.wrap(memory, 0, (int) size);
    while (held.hasRemaining()) {
      file.write(held, held.position());
    }
    memory = new byte[0];
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long newPosition) {
    position = newPosition;
    return this;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public SeekableByteChannel truncate(long newSize) {
    throw new UnsupportedOperationException("a spool only grows");
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() throws IOException {
    open = false;
    memory = new byte[0];
    size = 0;
    if (file != null) {
      file.close();
      Files.deleteIfExists(path);
    }
  }
}
