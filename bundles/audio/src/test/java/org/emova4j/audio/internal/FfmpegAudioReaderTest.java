package org.emova4j.audio.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.imageio.ImageIO;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.AudioInfo;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FfmpegAudioReaderTest {
  private static final DecodeOptions AT_16K = DecodeOptions.atRate(16_000);

  private final FfmpegAudioReader reader = new FfmpegAudioReader(Duration.ofSeconds(10));
  private final FfmpegAudioWriter writer = new FfmpegAudioWriter();
  @TempDir Path folder;

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private byte[] encoded(Audio audio, AudioFormat format) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.encode(audio, out, EncodeOptions.of(format));
    return out.toByteArray();
  }

  private Audio decode(byte[] content) throws UnsupportedAudioException {
    return reader.decode(new ByteArrayInputStream(content), "it", AT_16K);
  }

  private void assertRefused(Path file, String reason) {
    assertThatThrownBy(() -> reader.decode(file, AT_16K))
        .isInstanceOf(UnsupportedAudioException.class)
        .hasMessage("%s can't be read as audio: %s", file, reason);
  }

  // What is mixed, and how

  @Test
  void averagesTwoChannels() throws Exception {
    byte[] wav = WavBytes.pcm16(16_000, WavBytes.constant(0.5, 100), WavBytes.constant(-0.25, 100));
    float[] expected = new float[100];
    Arrays.fill(expected, 0.125f);
    assertThat(decode(wav).samples()).containsExactly(expected, within(1e-6f));
  }

  @Test
  void keepsOneChannelToTheBit() throws Exception {
    short[] all = new short[65_536];
    float[] expected = new float[all.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = (short) i;
      expected[i] = all[i] / 32768f;
    }
    assertThat(decode(WavBytes.pcm16(16_000, all)).samples()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5, 6, 7, 8, 9, 12, 33, 64})
  void mixesManyChannelsSoThatFullScaleStaysFullScale(int channels) throws Exception {
    short[][] all = new short[channels][];
    Arrays.fill(all, WavBytes.constant(-1, 500));
    float[] mixed = decode(WavBytes.pcm16(16_000, all)).samples();
    assertThat(mixed).hasSize(500);
    assertThat(mixed[250]).isBetween(-1.0001f, -0.8f);
  }

  @Test
  void refusesMoreChannelsThanCanBeMixed() throws Exception {
    short[][] all = new short[65][];
    Arrays.fill(all, WavBytes.constant(0.1, 500));
    assertRefused(
        file("wide.wav", WavBytes.pcm16(16_000, all)),
        "it has 65 channels, and at most 64 can be mixed");
  }

  @Test
  void keepsFloatsBeyondFullScale() throws Exception {
    assertThat(decode(WavBytes.float32(16_000, 0.5f, 3f, -7f)).samples())
        .containsExactly(0.5f, 3f, -7f);
  }

  @Test
  void silencesSamplesThatAreNotNumbers() throws Exception {
    float[] samples = new float[2_000];
    Arrays.fill(samples, 0.5f);
    samples[700] = Float.NaN;
    samples[800] = Float.POSITIVE_INFINITY;
    samples[900] = Float.MAX_VALUE;
    float[] expected = samples.clone();
    expected[700] = expected[800] = expected[900] = 0;
    assertThat(decode(WavBytes.float32(16_000, samples)).samples()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"8000,16000", "11025,24000", "44100,16000", "48000,22050", "22050,22050"})
  void deliversEverySampleAtAnotherRate(int in, int out) throws Exception {
    for (int n : new int[] {2, 500, 12_345, 100_000}) {
      byte[] wav = WavBytes.pcm16(in, WavBytes.constant(0.5, n), WavBytes.constant(0.5, n));
      Audio audio = reader.decode(new ByteArrayInputStream(wav), "it", DecodeOptions.atRate(out));
      assertThat(audio.length()).isEqualTo((int) Math.round((double) n * out / in));
    }
  }

  @Test
  void goesOnWhenTheRateChangesOnTheWay() throws Exception {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(encoded(Signals.sine(440, 0.5, 16_000, 16_000), AudioFormat.MP3));
    both.writeBytes(encoded(Signals.sine(440, 0.5, 24_000, 24_000), AudioFormat.MP3));
    float[] samples = decode(both.toByteArray()).samples();
    assertThat(samples.length).isBetween(31_000, 35_000);
    double[] fit = new double[2];
    assertThat(Signals.sineSnr(samples, 2_000, 14_000, 440, 16_000, fit)).isGreaterThan(30);
    int end = samples.length;
    assertThat(Signals.sineSnr(samples, end - 13_000, end - 3_000, 440, 16_000, fit))
        .isGreaterThan(30);
  }

  // What is damaged

  @ParameterizedTest
  @EnumSource(
      value = AudioFormat.class,
      names = {"FLAC", "MP3", "OPUS"})
  void skipsWhatIsDamagedInTheMiddle(AudioFormat format) throws Exception {
    byte[] content = encoded(Signals.sine(440, 0.5, 160_000, 16_000), format);
    int middle = content.length / 2;
    for (int i = middle; i < middle + 200; i++) {
      content[i] ^= (byte) (37 * i);
    }
    float[] samples = decode(content).samples();
    assertThat(samples.length).isBetween(120_000, 160_000);
    double[] fit = new double[2];
    assertThat(Signals.sineSnr(samples, 20_000, 40_000, 440, 16_000, fit)).isGreaterThan(20);
  }

  @ParameterizedTest
  @EnumSource(AudioFormat.class)
  @Timeout(120)
  void survivesRandomDamage(AudioFormat format) throws Exception {
    byte[] sound = encoded(Signals.sine(440, 0.5, 8_000, 16_000), format);
    Random random = new Random(format.id().hashCode());
    int decoded = 0;
    int refused = 0;
    for (int i = 0; i < 60; i++) {
      byte[] content = Arrays.copyOf(sound, sound.length - random.nextInt(sound.length / 4));
      int flips = 1 + random.nextInt(20);
      for (int k = 0; k < flips; k++) {
        // Half of them in the header, where they do most.
        int range = k % 2 == 0 ? Math.min(200, content.length) : content.length;
        content[random.nextInt(range)] = (byte) random.nextInt();
      }
      DecodeOptions strict = new DecodeOptions(16_000, Duration.ofSeconds(60), 1 << 20);
      try {
        assertThat(reader.decode(new ByteArrayInputStream(content), "it", strict).length())
            .isPositive();
        decoded++;
      } catch (UnsupportedAudioException e) {
        assertThat(e).hasMessageStartingWith("it can't be read as audio: ");
        refused++;
      }
    }
    assertThat(decoded + refused).isEqualTo(60);
  }

  @Test
  void refusesWhatHasNoAudio() throws Exception {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), "png", png);
    assertRefused(
        file("picture.png", png.toByteArray()), "there is no audio stream in it (png_pipe)");
    assertRefused(file("empty.wav", new byte[0]), "it is empty");
    assertRefused(folder.resolve("none.wav"), "there is no such file");
    assertRefused(folder, "it is a directory");
    assertRefused(
        file("header.wav", WavBytes.pcm16(16_000, new short[0])),
        "not one sample could be decoded from its pcm_s16le stream");
    assertRefused(
        file("slow.wav", WavBytes.pcm16(1, new short[100])),
        "it states a sample rate of 1 Hz, outside 1000..2822400 Hz");
    assertRefused(
        file("text.mp3", "no sound at all".getBytes(UTF_8)),
        "the data is damaged or of an unknown kind");
  }

  @Test
  void findsTheSoundBesideACoverPicture() throws Exception {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), "png", png);
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.writeBytes("\0image/png\0\3\0".getBytes(UTF_8));
    frame.writeBytes(png.toByteArray());
    ByteArrayOutputStream mp3 = new ByteArrayOutputStream();
    mp3.writeBytes("ID3\3\0\0".getBytes(UTF_8));
    mp3.writeBytes(
        new byte[] {0, 0, (byte) ((frame.size() + 10) >> 7), (byte) ((frame.size() + 10) & 0x7F)});
    mp3.writeBytes("APIC".getBytes(UTF_8));
    mp3.writeBytes(ByteBuffer.allocate(6).putInt(frame.size()).array());
    mp3.writeBytes(frame.toByteArray());
    mp3.writeBytes(encoded(Signals.sine(440, 0.5, 16_000, 16_000), AudioFormat.MP3));
    assertThat(decode(mp3.toByteArray()).length()).isEqualTo(16_000);
  }

  // What is never opened

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ffconcat version 1.0\nfile 'FILE'\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nFILE\n#EXT-X-ENDLIST\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://FOLDER/FILE\n#EXT-X-ENDLIST\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
        "[playlist]\nFile1=FILE\n"
      })
  void opensNothingThatAFileRefersTo(String text) throws Exception {
    file("target.wav", WavBytes.pcm16(16_000, WavBytes.constant(0.5, 1_000)));
    String content = text.replace("FILE", "target.wav").replace("FOLDER", folder.toString());
    for (String name : new String[] {"list.m3u8", "list.ffconcat", "list.sdp", "list"}) {
      Path list = file(name, content.getBytes(UTF_8));
      assertThatThrownBy(() -> reader.decode(list, AT_16K))
          .isInstanceOf(UnsupportedAudioException.class)
          .hasMessageStartingWith(list + " can't be read as audio: ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-i.wav",
        "100 %d%%05d.wav",
        "http:x.wav",
        "pipe:0",
        "concat:a|b.wav",
        "file:x.wav",
        "two  spaces.wav",
        "ünï 语音.wav",
        "no extension",
        ".hidden",
        "a\nb.wav",
        "'\"\\.wav",
        "wav.mp3"
      })
  void takesNamesAsTheyAre(String name) throws Exception {
    Path file = file(name, WavBytes.pcm16(16_000, WavBytes.constant(0.5, 1_000)));
    assertThat(reader.decode(file, AT_16K).length()).isEqualTo(1_000);
    assertThat(reader.probe(file).codec()).isEqualTo("pcm_s16le");
  }

  @Test
  void takesTheLongestName() throws Exception {
    Path file = file("n".repeat(251) + ".wav", WavBytes.pcm16(16_000, new short[10]));
    assertThat(reader.decode(file, AT_16K).length()).isEqualTo(10);
  }

  // Limits

  @Test
  void refusesMoreBytesThanTheLimit() throws Exception {
    byte[] wav = WavBytes.pcm16(16_000, new short[1_000]);
    Path file = file("a.wav", wav);
    DecodeOptions small = new DecodeOptions(16_000, Duration.ofHours(1), 2_043);
    assertThatThrownBy(() -> reader.decode(file, small))
        .hasMessage(
            "%s can't be read as audio: its 2044 bytes are over the limit of 2043 bytes", file);
    assertThatThrownBy(() -> reader.decode(new ByteArrayInputStream(wav), "it", small))
        .hasMessage("it can't be read as audio: it is longer than the limit of 2043 bytes");
    DecodeOptions enough = new DecodeOptions(16_000, Duration.ofHours(1), 2_044);
    assertThat(reader.decode(file, enough).length()).isEqualTo(1_000);
  }

  @ParameterizedTest
  @EnumSource(AudioFormat.class)
  void refusesMoreTimeThanTheLimitAndTakesExactlyTheLimit(AudioFormat format) throws Exception {
    Path file = file("a", encoded(Signals.sine(440, 0.5, 32_000, 16_000), format));
    DecodeOptions exact = new DecodeOptions(16_000, Duration.ofSeconds(2), 1 << 20);
    assertThat(reader.decode(file, exact).length()).isEqualTo(32_000);
    DecodeOptions shorter = new DecodeOptions(16_000, Duration.ofMillis(1_990), 1 << 20);
    assertThatThrownBy(() -> reader.decode(file, shorter))
        .isInstanceOf(UnsupportedAudioException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageEndingWith(" the limit of 1.99 s");
  }

  @Test
  void stopsAnEndlessStreamAtTheLimit() {
    byte[] header = WavBytes.wav(1, 16_000, 1, 16, new byte[0]);
    Arrays.fill(header, 40, 44, (byte) 0xFF);
    AtomicLong given = new AtomicLong();
    InputStream endless =
        new FilterInputStream(new ByteArrayInputStream(header)) {
          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            int n = Math.max(super.read(target, offset, length), 0);
            n = n == 0 ? length : n; // after the header whatever lies in the array
            given.addAndGet(n);
            return n;
          }
        };
    DecodeOptions options = new DecodeOptions(16_000, Duration.ofHours(1), 1 << 20);
    assertThatThrownBy(() -> reader.decode(endless, "it", options))
        .hasMessageContaining("the limit of 1048576 bytes");
    assertThat(given.get()).isLessThan(1_200_000);
  }

  // Streams and pipes

  @ParameterizedTest
  @EnumSource(AudioFormat.class)
  void leavesAStreamOpen(AudioFormat format) throws Exception {
    byte[] content = encoded(Signals.sine(440, 0.5, 5_000, 16_000), format);
    AtomicBoolean closed = new AtomicBoolean();
    InputStream stream =
        new FilterInputStream(new ByteArrayInputStream(content)) {
          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            return super.read(target, offset, Math.min(length, 100)); // as pipes do
          }

          @Override
          public void close() {
            closed.set(true);
          }
        };
    assertThat(reader.decode(stream, "it", AT_16K).length()).isEqualTo(5_000);
    assertThat(closed).isFalse();
  }

  @Test
  void passesOnWhyAStreamFailed() {
    IOException broken = new IOException("the line is dead");
    InputStream stream =
        new FilterInputStream(InputStream.nullInputStream()) {
          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            throw broken;
          }
        };
    assertThatThrownBy(() -> reader.decode(stream, "call 7", AT_16K))
        .isInstanceOf(UnsupportedAudioException.class)
        .hasMessage("call 7 can't be read as audio: the line is dead")
        .hasCause(broken);
  }

  @Test
  void probesAStreamWithoutReadingItAll() throws Exception {
    byte[] content = WavBytes.pcm16(48_000, new short[5_000_000], new short[5_000_000]);
    ByteArrayInputStream stream = new ByteArrayInputStream(content);
    AudioInfo info = reader.probe(stream, "it");
    assertThat(info.channels()).isEqualTo(2);
    assertThat(info.sampleRate()).isEqualTo(48_000);
    assertThat(content.length - stream.available()).isLessThan(1 << 20);
  }

  @ParameterizedTest
  @CsvSource({
    "WAV, wav, pcm_s16le",
    "WAV24, wav, pcm_s24le",
    "WAV_FLOAT, wav, pcm_f32le",
    "FLAC, flac, flac",
    "MP3, mp3, mp3",
    "OPUS, ogg, opus",
    "M4A, 'mov,mp4,m4a,3gp,3g2,mj2', aac"
  })
  void probes(AudioFormat format, String container, String codec) throws Exception {
    byte[] content = encoded(Signals.sine(440, 0.5, 36_000, 24_000), format);
    AudioInfo info = reader.probe(file("a", content));
    assertThat(info.container()).isEqualTo(container);
    assertThat(info.codec()).isEqualTo(codec);
    assertThat(info.channels()).isEqualTo(1);
    assertThat(info.sampleRate()).isEqualTo(format == AudioFormat.OPUS ? 48_000 : 24_000);
    assertThat(info.duration().orElseThrow().toMillis()).isBetween(1_490L, 1_510L);
    assertThat(info.bitRate().orElseThrow()).isPositive();
    AudioInfo fromStream = reader.probe(new ByteArrayInputStream(content), "a");
    assertThat(fromStream.codec()).isEqualTo(codec);
    assertThat(fromStream.sampleRate()).isEqualTo(info.sampleRate());
  }

  private Path pipe() throws Exception {
    Path pipe = folder.resolve("pipe");
    try {
      Assumptions.assumeTrue(
          new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "no mkfifo");
    } catch (IOException e) {
      Assumptions.abort("no mkfifo on this system");
    }
    return pipe;
  }

  @Test
  void readsANamedPipe() throws Exception {
    Path pipe = pipe();
    byte[] content = encoded(Signals.sine(440, 0.5, 50_000, 16_000), AudioFormat.M4A);
    Thread feeder =
        new Thread(
            () -> {
              try {
                Files.write(pipe, content);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    feeder.start();
    assertThat(reader.decode(pipe, AT_16K).length()).isEqualTo(50_000);
    feeder.join();
  }

  @Test
  void givesUpOnAPipeThatNobodyWrites() throws Exception {
    Path pipe = pipe();
    FfmpegAudioReader impatient = new FfmpegAudioReader(Duration.ofMillis(200));
    assertThatThrownBy(() -> impatient.decode(pipe, AT_16K))
        .hasMessage("%s can't be read as audio: nothing came through the pipe for 0.2 s", pipe);
  }

  @Test
  void refusesADevice() {
    Path device = Path.of("/dev/zero");
    Assumptions.assumeTrue(Files.exists(device), "no /dev/zero");
    assertRefused(device, "it is neither a file nor a pipe");
  }

  // Threads

  @Test
  void decodesOnManyThreadsAtOnce() throws Exception {
    List<byte[]> contents = new ArrayList<>();
    List<Audio> expected = new ArrayList<>();
    for (AudioFormat format : AudioFormat.values()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      writer.encode(
          Signals.sine(440, 0.5, 20_000, 22_050),
          out,
          new EncodeOptions(format, OptionalInt.empty(), OptionalInt.empty(), 2));
      contents.add(out.toByteArray());
      expected.add(decode(out.toByteArray()));
    }
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Future<Audio>> results = new ArrayList<>();
      for (int i = 0; i < 160; i++) {
        byte[] content = contents.get(i % contents.size());
        results.add(pool.submit(() -> decode(content)));
      }
      for (int i = 0; i < results.size(); i++) {
        assertThat(results.get(i).get()).isEqualTo(expected.get(i % expected.size()));
      }
    } finally {
      pool.shutdownNow();
    }
  }

  /** Closing it must not take the I/O context for one of FFmpeg's own. */
  @Test
  void aDemuxerThatWasNeverOpenedIsFreed() throws Exception {
    Ffmpeg.load();
    Path wav = file("a.wav", WavBytes.pcm16(16_000, WavBytes.constant(0.5, 100)));
    try (FileChannel channel = FileChannel.open(wav)) {
      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() -> MediaInput.open(channel, null, Duration.ofSeconds(10), false))
            .isInstanceOf(NullPointerException.class);
      }
    }
    assertThatThrownBy(() -> reader.probe(InputStream.nullInputStream(), null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("name");
  }
}
