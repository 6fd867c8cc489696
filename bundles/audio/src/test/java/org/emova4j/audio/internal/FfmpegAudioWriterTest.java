package org.emova4j.audio.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class FfmpegAudioWriterTest {
  private final FfmpegAudioReader reader = new FfmpegAudioReader(Duration.ofSeconds(10));
  private final FfmpegAudioWriter writer = new FfmpegAudioWriter();
  private final Audio tone = Signals.sine(440, 0.5, 16_000, 16_000);
  @TempDir Path folder;

  @AfterEach
  void leavesNoTemporaryFile() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files).noneMatch(f -> f.getFileName().toString().startsWith(".emova-"));
    }
  }

  private static EncodeOptions options(
      AudioFormat format, int sampleRate, int bitRate, int channels) {
    return new EncodeOptions(
        format,
        sampleRate == 0 ? OptionalInt.empty() : OptionalInt.of(sampleRate),
        bitRate == 0 ? OptionalInt.empty() : OptionalInt.of(bitRate),
        channels);
  }

  private byte[] encoded(Audio audio, EncodeOptions options) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.encode(audio, out, options);
    return out.toByteArray();
  }

  @Test
  void writesWavToTheByte() throws Exception {
    Audio audio = Audio.of(new float[] {0, 0.5f, -1, 2}, 16_000);
    String start = "52494646%s57415645666d7420";
    assertThat(HexFormat.of().formatHex(encoded(audio, options(AudioFormat.WAV, 0, 0, 1))))
        .isEqualTo(
            start.formatted("2c000000")
                + "10000000"
                + "01000100"
                + "803e0000"
                + "007d0000"
                + "02001000"
                + "64617461"
                + "08000000"
                + "0000"
                + "0040"
                + "0080"
                + "ff7f");
    assertThat(HexFormat.of().formatHex(encoded(audio, options(AudioFormat.WAV24, 0, 0, 1))))
        .isEqualTo(
            start.formatted("30000000")
                + "10000000"
                + "01000100"
                + "803e0000"
                + "80bb0000"
                + "03001800"
                + "64617461"
                + "0c000000"
                + "000000"
                + "000040"
                + "000080"
                + "ffff7f");
    assertThat(HexFormat.of().formatHex(encoded(audio, options(AudioFormat.WAV_FLOAT, 0, 0, 2))))
        .isEqualTo(
            start.formatted("52000000")
                + "12000000"
                + "03000200"
                + "803e0000"
                + "00f40100"
                + "08002000"
                + "0000"
                + "66616374"
                + "04000000"
                + "04000000"
                + "64617461"
                + "20000000"
                + "00000000".repeat(2)
                + "0000003f".repeat(2)
                + "000080bf".repeat(2)
                + "00000040".repeat(2));
  }

  @Test
  void padsAnOddNumberOfBytes() throws Exception {
    byte[] wav = encoded(Audio.of(new float[] {1}, 16_000), options(AudioFormat.WAV24, 0, 0, 1));
    assertThat(wav).hasSize(44 + 3 + 1);
    assertThat(wav[4]).isEqualTo((byte) 40);
  }

  @ParameterizedTest
  @EnumSource(
      value = AudioFormat.class,
      names = {"WAV", "FLAC", "FLAC24", "AIFF", "AIFF24"})
  void keepsEvery16BitValue(AudioFormat format) throws Exception {
    float[] all = new float[65_536];
    for (int i = 0; i < all.length; i++) {
      all[i] = (short) i / 32768f;
    }
    byte[] content = encoded(Audio.of(all, 16_000), options(format, 0, 0, 2));
    Audio back =
        reader.decode(new ByteArrayInputStream(content), "it", DecodeOptions.atRate(16_000));
    assertThat(back.samples()).isEqualTo(all);
  }

  @ParameterizedTest
  @EnumSource(
      value = AudioFormat.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"WAV_FLOAT"})
  void clipsWhatIsTooLoud(AudioFormat format) throws Exception {
    float[] loud = new float[16_000];
    for (int i = 0; i < loud.length; i++) {
      loud[i] = i / 100 % 2 == 0 ? 5 : -5;
    }
    byte[] content = encoded(Audio.of(loud, 16_000), options(format, 0, 0, 1));
    float[] back =
        reader
            .decode(new ByteArrayInputStream(content), "it", DecodeOptions.atRate(16_000))
            .samples();
    assertThat(Signals.rms(back, 1_000, 15_000)).isCloseTo(1, within(0.12));
  }

  @ParameterizedTest
  @CsvSource({
    "WAV, 11025, 11025", "WAV24, 44100, 44100", "WAV_FLOAT, 1000, 1000", "FLAC, 22050, 22050",
    "FLAC, 700001, 655350", "FLAC, 96001, 96010", "MP3, 16000, 16000", "MP3, 10000, 11025",
    "MP3, 96000, 48000", "OPUS, 22050, 24000", "OPUS, 24000, 24000", "OPUS, 44100, 48000",
    "M4A, 22050, 22050", "M4A, 23000, 24000", "M4A, 192000, 96000"
  })
  void choosesTheLowestRateThatKeepsAll(AudioFormat format, int own, int chosen) throws Exception {
    assertThat(EncodingPlan.of(EncodeOptions.of(format), own).sampleRate()).isEqualTo(chosen);
  }

  @ParameterizedTest
  @CsvSource({"MP3, 48000", "OPUS, 48000", "M4A, 44100", "FLAC, 8000", "WAV, 22050"})
  void resamplesToTheRateThatIsAskedFor(AudioFormat format, int rate) throws Exception {
    Path file = folder.resolve("sound");
    writer.encode(tone, file, options(format, rate, 0, 1));
    assertThat(reader.probe(file).sampleRate()).isEqualTo(rate);
    Audio back = reader.decode(file, DecodeOptions.atRate(16_000));
    assertThat(back.length()).isBetween(15_999, 16_001);
    assertThat(Signals.sineSnr(back.samples(), 8_000, 15_000, 440, 16_000, new double[2]))
        .isGreaterThan(30);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MP3 | 13000 | 0 | mp3 can't hold a sample rate of 13000 Hz; it knows 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000 Hz",
        "OPUS | 44100 | 0 | opus can't hold a sample rate of 44100 Hz; it knows 8000, 12000, 16000, 24000, 48000 Hz",
        "FLAC | 70001 | 0 | flac can't hold a sample rate of 70001 Hz; it knows up to 65535 Hz, and multiples of 10 up to 655350 Hz",
        "MP3 | 16000 | 65000 | mp3 at 16000 Hz can't hold a bit rate of 65000; it knows 8000, 16000, 24000, 32000, 40000, 48000, 56000, 64000, 80000, 96000, 112000, 128000, 144000, 160000",
        "OPUS | 16000 | 300000 | opus at 16000 Hz can't hold a bit rate of 300000; it knows 6000 to 256000",
        "M4A | 16000 | 128000 | m4a at 16000 Hz can't hold a bit rate of 128000; it knows 6000 to 96000",
        "FLAC | 16000 | 64000 | flac is lossless and takes no bit rate, but 64000 was asked for"
      })
  void saysWhatItCanHold(AudioFormat format, int rate, int bitRate, String message) {
    assertThatThrownBy(
            () -> writer.encode(tone, folder.resolve("a"), options(format, rate, bitRate, 1)))
        .isInstanceOf(UnsupportedAudioException.class)
        .hasMessage(message);
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({
    "MP3, 16000, 8000", "MP3, 16000, 160000", "MP3, 8000, 8000", "MP3, 8000, 64000",
    "MP3, 48000, 32000", "MP3, 48000, 320000", "OPUS, 16000, 6000", "OPUS, 48000, 256000",
    "M4A, 16000, 16000", "M4A, 48000, 128000"
  })
  void keepsToTheBitRate(AudioFormat format, int rate, int bitRate) throws Exception {
    float[] noise = new float[5 * rate];
    Random random = new Random(1);
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) (0.1 * random.nextGaussian());
    }
    int size = encoded(Audio.of(noise, rate), options(format, 0, bitRate, 1)).length;
    double spent = size * 8 / 5.0;
    System.out.printf("%s %d Hz %d bit/s: %.0f bit/s spent%n", format, rate, bitRate, spent);
    assertThat(spent).isBetween(0.5 * bitRate, 1.35 * bitRate + 4_000);
  }

  @ParameterizedTest
  @EnumSource(AudioFormat.class)
  void writesAFewSamplesAndRefusesNoneWhereAFormatCantSayIt(AudioFormat format) throws Exception {
    Path few = folder.resolve("few." + format.id());
    writer.encode(Signals.sine(440, 0.5, 50, 16_000), few, EncodeOptions.of(format));
    assertThat(reader.decode(few, DecodeOptions.atRate(16_000)).length()).isEqualTo(50);
    Audio none = Audio.of(new float[0], 16_000);
    Path file = folder.resolve("none");
    switch (format) {
      case WAV, WAV24, WAV_FLOAT, FLAC, FLAC24 -> {
        writer.encode(none, file, EncodeOptions.of(format));
        assertThat(reader.probe(file).sampleRate()).isEqualTo(16_000);
      }
      case WAV_ULAW, WAV_ALAW, AIFF, AIFF24, MP3, OPUS, M4A -> {
        assertThatThrownBy(() -> writer.encode(none, file, EncodeOptions.of(format)))
            .isInstanceOf(UnsupportedAudioException.class)
            .hasMessageContaining("without samples");
        assertThat(file).doesNotExist();
      }
    }
  }

  @Test
  void replacesAFileAndFollowsALink() throws Exception {
    Path file = Files.writeString(folder.resolve("a.flac"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    writer.encode(tone, link, EncodeOptions.of(AudioFormat.FLAC));
    assertThat(link).isSymbolicLink();
    assertThat(reader.probe(file).codec()).isEqualTo("flac");
  }

  @Test
  void writesIntoADeviceWithoutReplacingIt() throws Exception {
    Path device = Path.of("/dev/null");
    Assumptions.assumeTrue(Files.exists(device), "no /dev/null");
    writer.encode(tone, device, EncodeOptions.of(AudioFormat.FLAC));
    assertThat(Files.isRegularFile(device)).isFalse();
  }

  @Test
  void namesTheFileThatCantBeWritten() {
    Path lost = folder.resolve("no").resolve("such.mp3");
    assertThatThrownBy(() -> writer.encode(tone, lost, EncodeOptions.of(AudioFormat.MP3)))
        .isInstanceOf(IOException.class)
        .hasMessage("%s can't be written: its folder doesn't exist", lost);
    assertThatThrownBy(() -> writer.encode(tone, folder, EncodeOptions.of(AudioFormat.MP3)))
        .isInstanceOf(IOException.class)
        .hasMessage("%s can't be written: it is a directory", folder);
  }

  @ParameterizedTest
  @EnumSource(AudioFormat.class)
  void passesOnThatAStreamFailedAndNeverClosesOne(AudioFormat format) {
    IOException full = new IOException("the disk is full");
    OutputStream stream =
        new OutputStream() {
          private int written;

          @Override
          public void write(int b) throws IOException {
            if (++written > 20) {
              throw full;
            }
          }

          @Override
          public void close() {
            throw new AssertionError("closed");
          }
        };
    assertThatThrownBy(() -> writer.encode(tone, stream, EncodeOptions.of(format))).isSameAs(full);
  }
}
