package org.emova4j.runtime.isolate;

import static java.util.Objects.requireNonNull;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioInfo;
import org.emova4j.api.audio.ChannelPolicy;
import org.emova4j.api.audio.DecodeOptions;

/**
 * What goes through the pipes between a batch and its decoding process: a request, an answer, and
 * so on. Paths travel as URIs, since their bytes may be no text.
 */
final class DecodeProtocol {
  /** Begins every answer: what else gets into the pipe is noticed. */
  static final int MAGIC = 0x454d4f56;

  private static final int CHUNK_SAMPLES = 1 << 14;
  private static final long UNKNOWN = -1;
  private static final int REFUSED = 'r';
  private static final int DECODED = 'd';
  private static final int PROBED = 'p';

  /** A request that says how to decode; without, it asks what the file says of itself. */
  record Request(Path file, Optional<Decoding> decoding) {}

  /** What of a file's sound is wanted. */
  record Decoding(ChannelPolicy channels, DecodeOptions options) {
    Decoding {
      requireNonNull(channels, "channels");
      requireNonNull(options, "options");
    }

    /** Most sounds that a right answer may have. */
    int maxSides() {
      return channels == ChannelPolicy.BOTH ? 2 : 1;
    }

    /** Most samples of each: encoders' padding is over the duration. */
    long maxSamples() {
      return Math.round((options.maxDuration().toMillis() / 1000.0 + 1) * options.sampleRate());
    }
  }

  /** What comes back. */
  sealed interface Answer permits Refused, Decoded, Probed {}

  /** The file can't be read: says why. */
  record Refused(String message) implements Answer {}

  /** One sound, or the left and the right one. */
  record Decoded(List<Audio> sides) implements Answer {}

  record Probed(AudioInfo info) implements Answer {}

  private DecodeProtocol() {}

  static void write(DataOutputStream out, Request request) throws IOException {
    out.writeInt(MAGIC);
    out.writeUTF(request.file().toUri().toString());
    out.writeBoolean(request.decoding().isPresent());
    if (request.decoding().isPresent()) {
      DecodeOptions options = request.decoding().get().options();
      out.writeUTF(request.decoding().get().channels().name());
      out.writeInt(options.sampleRate());
      out.writeLong(options.maxDuration().toMillis());
      out.writeLong(options.maxBytes());
    }
    out.flush();
  }

  static Request readRequest(DataInputStream in) throws IOException {
    requireMagic(in);
    Path file = Path.of(URI.create(in.readUTF()));
    if (!in.readBoolean()) {
      return new Request(file, Optional.empty());
    }
    ChannelPolicy channels = ChannelPolicy.valueOf(in.readUTF());
    DecodeOptions options =
        new DecodeOptions(in.readInt(), Duration.ofMillis(in.readLong()), in.readLong());
    return new Request(file, Optional.of(new Decoding(channels, options)));
  }

  static void write(DataOutputStream out, Answer answer) throws IOException {
    out.writeInt(MAGIC);
    if (answer instanceof Refused refused) {
      out.writeByte(REFUSED);
      out.writeUTF(refused.message());
    } else if (answer instanceof Decoded decoded) {
      out.writeByte(DECODED);
      out.writeByte(decoded.sides().size());
      for (Audio side : decoded.sides()) {
        write(out, side);
      }
    } else if (answer instanceof Probed probed) {
      out.writeByte(PROBED);
      write(out, probed.info());
    }
    out.flush();
  }

  /**
   * @throws IOException if the answer is cut off, or is none to this request
   */
  static Answer readAnswer(DataInputStream in, Request request) throws IOException {
    requireMagic(in);
    int kind = in.readByte();
    if (kind == REFUSED) {
      return new Refused(in.readUTF());
    }
    if (kind == DECODED && request.decoding().isPresent()) {
      return new Decoded(readSides(in, request.decoding().get()));
    }
    if (kind == PROBED && request.decoding().isEmpty()) {
      return new Probed(readInfo(in));
    }
    throw new IOException("an answer of unknown kind %d".formatted(kind));
  }

  private static void requireMagic(DataInputStream in) throws IOException {
    int magic = in.readInt();
    if (magic != MAGIC) {
      throw new IOException("a message begins with %08x".formatted(magic));
    }
  }

  private static void write(DataOutputStream out, Audio audio) throws IOException {
    out.writeInt(audio.sampleRate());
    out.writeInt(audio.length());
    FloatBuffer samples = audio.buffer();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_SAMPLES * Float.BYTES);
    while (samples.hasRemaining()) {
      int count = Math.min(CHUNK_SAMPLES, samples.remaining());
      FloatBuffer part = samples.slice(samples.position(), count);
      chunk.asFloatBuffer().put(part);
      samples.position(samples.position() + count);
      out.write(chunk.array(), 0, count * Float.BYTES);
    }
  }

  private static List<Audio> readSides(DataInputStream in, Decoding decoding) throws IOException {
    int count = in.readByte();
    if (count < 1 || count > decoding.maxSides()) {
      throw new IOException(
          "%d sounds were announced, %d are the most".formatted(count, decoding.maxSides()));
    }
    List<Audio> sides = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sides.add(readAudio(in, decoding.maxSamples()));
    }
    return List.copyOf(sides);
  }

  private static Audio readAudio(DataInputStream in, long maxSamples) throws IOException {
    int sampleRate = in.readInt();
    int length = in.readInt();
    if (length < 0 || length > maxSamples) {
      throw new IOException(
          "%d samples were announced, %d are the most".formatted(length, maxSamples));
    }
    float[] samples = new float[length];
    byte[] chunk = new byte[CHUNK_SAMPLES * Float.BYTES];
    for (int position = 0; position < length; ) {
      int count = Math.min(CHUNK_SAMPLES, length - position);
      in.readFully(chunk, 0, count * Float.BYTES);
      ByteBuffer.wrap(chunk).asFloatBuffer().get(samples, position, count);
      position += count;
    }
    try {
      return Audio.adopt(samples, sampleRate);
    } catch (IllegalArgumentException e) {
      throw new IOException("the sound is none: " + e.getMessage(), e);
    }
  }

  private static void write(DataOutputStream out, AudioInfo info) throws IOException {
    out.writeUTF(info.container());
    out.writeUTF(info.codec());
    out.writeInt(info.channels());
    out.writeInt(info.sampleRate());
    out.writeLong(info.duration().map(Duration::toNanos).orElse(UNKNOWN));
    out.writeLong(info.bitRate().orElse(UNKNOWN));
  }

  private static AudioInfo readInfo(DataInputStream in) throws IOException {
    String container = in.readUTF();
    String codec = in.readUTF();
    int channels = in.readInt();
    int sampleRate = in.readInt();
    long nanos = in.readLong();
    long bitRate = in.readLong();
    return new AudioInfo(
        container,
        codec,
        channels,
        sampleRate,
        nanos < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos)),
        bitRate < 0 ? OptionalLong.empty() : OptionalLong.of(bitRate));
  }
}
