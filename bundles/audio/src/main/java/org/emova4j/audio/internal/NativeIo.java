package org.emova4j.audio.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.Read_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.avformat.Seek_Pointer_long_int;
import org.bytedeco.ffmpeg.avformat.Write_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Lets FFmpeg read or write a Java channel. FFmpeg opens nothing by itself, so no name that looks
 * like a protocol, and nothing that a file refers to, is ever followed.
 *
 * <p>Also the watchdog over an input: see {@link #checkProgress()}. Confined to one thread; closing
 * it leaves the channel open.
 */
final class NativeIo implements AutoCloseable {
  private static final int BUFFER_SIZE = 64 << 10;
  private static final int SEEK_SET = 0;
  private static final int SEEK_CUR = 1;
  private static final int SEEK_END = 2;
  private static final int IO_ERROR = -5;
  private static final int INVALID = -22;
  private static final int UNKNOWN_SIZE = -38;

  /** A demuxer may go back, to an index for instance, but may not read a file over and over. */
  private static final int MAX_READS_PER_BYTE = 16;

  private static final long FREE_READS = 64L << 20;

  // One native entry point per direction serves all: JavaCPP has only a few slots for them.
  private static final Read READ = new Read();
  private static final Write WRITE = new Write();
  private static final Seek SEEK = new Seek();
  private static final Map<Long, NativeIo> OPEN = new ConcurrentHashMap<>();
  private static final AtomicLong NEXT_ID = new AtomicLong(1);

  private final SeekableByteChannel channel;
  private final long patience;
  private final long id = NEXT_ID.getAndIncrement();
  private final AVIOContext context;
  private IOException failure;
  private long farthest;
  private long totalRead;
  private long lastProgress = System.nanoTime();

  private NativeIo(SeekableByteChannel channel, boolean write, Duration patience)
      throws FfmpegException {
    this.channel = channel;
    this.patience = patience.toNanos();
    BytePointer buffer =
        new BytePointer(
            Ffmpeg.require(avutil.av_malloc(BUFFER_SIZE), "can't allocate an I/O buffer"));
    AVIOContext made =
        avformat.avio_alloc_context(
            buffer,
            BUFFER_SIZE,
            write ? 1 : 0,
            new Opaque(id),
            write ? null : READ,
            write ? WRITE : null,
            SEEK);
    if (made == null) {
      avutil.av_free(buffer);
    }
    context = Ffmpeg.require(made, "can't allocate an I/O context");
    OPEN.put(id, this);
  }

  static NativeIo reading(SeekableByteChannel channel, Duration patience) throws FfmpegException {
    return new NativeIo(channel, false, patience);
  }

  static NativeIo writing(SeekableByteChannel channel) throws FfmpegException {
    return new NativeIo(channel, true, Duration.ofDays(1));
  }

  AVIOContext context() {
    return context;
  }

  /** Throws what the channel threw inside a call of FFmpeg, if anything. */
  void rethrow() throws IOException {
    if (failure != null) {
      throw failure;
    }
  }

  /** New samples were made: the input is alive. */
  void progressed() {
    lastProgress = System.nanoTime();
  }

  /** Gives up on an input that is worked on for too long without a new byte or a new sample. */
  void checkProgress() throws InputLimitException {
    if (System.nanoTime() - lastProgress > patience) {
      throw new InputLimitException(
          "there was no progress in it for %d s".formatted(Duration.ofNanos(patience).toSeconds()));
    }
  }

  @Override
  public void close() {
    if (OPEN.remove(id) != null) {
      avutil.av_free(context.buffer());
      avformat.avio_context_free(context);
    }
  }

  private int read(BytePointer target, int size) throws IOException {
    checkProgress();
    int n = channel.read(bytes(target, size));
    if (n <= 0) {
      return avutil.AVERROR_EOF;
    }
    totalRead += n;
    if (channel.position() > farthest) {
      farthest = channel.position();
      progressed();
    }
    if (totalRead > FREE_READS + MAX_READS_PER_BYTE * farthest) {
      throw new InputLimitException("its structure makes a reader go round in circles");
    }
    return n;
  }

  private int write(BytePointer source, int size) throws IOException {
    ByteBuffer bytes = bytes(source, size);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    return size;
  }

  private long seek(long offset, int whence) throws IOException {
    if ((whence & avformat.AVSEEK_SIZE) != 0) {
      long size = size();
      return size < 0 ? UNKNOWN_SIZE : size;
    }
    long base =
        switch (whence & ~avformat.AVSEEK_FORCE) {
          case SEEK_SET -> 0;
          case SEEK_CUR -> channel.position();
          case SEEK_END -> size();
          default -> -1;
        };
    long position = base + offset;
    if (base < 0 || position < 0) {
      return INVALID;
    }
    channel.position(position);
    return position;
  }

  /** Waiting for a whole stream to arrive is no standstill of the decoder. */
  private long size() throws IOException {
    long start = System.nanoTime();
    long size = channel.size();
    lastProgress += System.nanoTime() - start;
    return size;
  }

  private static ByteBuffer bytes(BytePointer pointer, int size) {
    return pointer.capacity(size).asByteBuffer();
  }

  /** Runs inside a call of FFmpeg on the same thread: nothing may be thrown through C. */
  private static long guarded(Pointer opaque, Work work) {
    NativeIo io = opaque == null ? null : OPEN.get(opaque.address());
    if (io == null || io.failure != null) {
      return IO_ERROR;
    }
    try {
      return work.on(io);
    } catch (IOException e) {
      io.failure = e;
    } catch (RuntimeException | Error e) {
      io.failure = new IOException(e.toString(), e);
    }
    return IO_ERROR;
  }

  private interface Work {
    long on(NativeIo io) throws IOException;
  }

  /** A number in the place of an address, never followed. */
  private static final class Opaque extends Pointer {
    Opaque(long id) {
      super((Pointer) null);
      address = id;
    }
  }

  // Each catches what comes before guarded(): once this bundle has gone, no class can be loaded.

  private static final class Read extends Read_packet_Pointer_BytePointer_int {
    @Override
    public int call(Pointer opaque, BytePointer target, int size) {
      try {
        return (int) guarded(opaque, io -> io.read(target, size));
      } catch (LinkageError e) {
        return IO_ERROR;
      }
    }
  }

  private static final class Write extends Write_packet_Pointer_BytePointer_int {
    @Override
    public int call(Pointer opaque, BytePointer source, int size) {
      try {
        return (int) guarded(opaque, io -> io.write(source, size));
      } catch (LinkageError e) {
        return IO_ERROR;
      }
    }
  }

  private static final class Seek extends Seek_Pointer_long_int {
    @Override
    public long call(Pointer opaque, long offset, int whence) {
      try {
        return guarded(opaque, io -> io.seek(offset, whence));
      } catch (LinkageError e) {
        return IO_ERROR;
      }
    }
  }
}
