package org.emova4j.audio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RoundTripTest {
  private final FfmpegAudioReader reader = new FfmpegAudioReader(Duration.ofSeconds(10));
  private final FfmpegAudioWriter writer = new FfmpegAudioWriter();
  @TempDir Path folder;

  static Stream<Arguments> formatsAndLengths() {
    return Arrays.stream(AudioFormat.values())
        .flatMap(
            format -> IntStream.of(1_000, 16_000, 33_333).mapToObj(n -> Arguments.of(format, n)));
  }

  @ParameterizedTest
  @EnumSource(AudioFormat.class)
  void waitsForAStreamThatTricklesLongerThanAStandstillMayLast(AudioFormat format)
      throws Exception {
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    writer.encode(Signals.sine(440, 0.5, 16_000, 16_000), encoded, EncodeOptions.of(format));
    FfmpegAudioReader impatient = new FfmpegAudioReader(Duration.ofMillis(400));
    int share = encoded.size() / 8 + 1;
    InputStream trickle =
        new FilterInputStream(new ByteArrayInputStream(encoded.toByteArray())) {
          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos()); // the rate of the source
            return super.read(target, offset, Math.min(length, share));
          }
        };

    Audio heard = impatient.decode(trickle, "trickle", DecodeOptions.atRate(16_000));

    assertThat(heard.length()).isEqualTo(16_000);
  }

  @ParameterizedTest
  @MethodSource("formatsAndLengths")
  void keepsTheExactLengthAndTheSound(AudioFormat format, int length) throws Exception {
    Audio audio = Signals.sine(440, 0.5, length, 16_000);
    Path file = folder.resolve("sound." + format.id());
    writer.encode(audio, file, EncodeOptions.of(format));
    Audio back = reader.decode(file, DecodeOptions.atRate(16_000));
    double[] fit = new double[2];
    double snr =
        Signals.sineSnr(back.samples(), 7 * length / 10, 19 * length / 20, 440, 16_000, fit);
    System.out.printf(
        "%s %d: %d samples back, SNR %.1f dB, level %.4f, phase %.4f, %d bytes%n",
        format, length, back.length(), snr, fit[0], fit[1], Files.size(file));
    assertThat(back.length()).isEqualTo(length);
    assertThat(snr)
        .isGreaterThan(
            switch (format) {
              case MP3, OPUS, M4A -> 15;
              case WAV_ULAW, WAV_ALAW -> 33; // ITU-T G.712 asks for as much at this level
              case WAV, WAV24, WAV_FLOAT, FLAC, FLAC24, AIFF, AIFF24 -> 80;
            });
  }

  @ParameterizedTest
  @EnumSource(AudioFormat.class)
  void keepsTheExactLengthWhereverTheLastBlockEnds(AudioFormat format) throws Exception {
    // Past one block of each codec, in steps that meet all parts of a block.
    for (int n = 1_150; n < 2_400; n += 37) {
      Path file = folder.resolve("sound." + format.id());
      writer.encode(Signals.sine(440, 0.5, n, 16_000), file, EncodeOptions.of(format));
      assertThat(reader.decode(file, DecodeOptions.atRate(16_000)).length()).isEqualTo(n);
    }
  }

  @ParameterizedTest
  @EnumSource(AudioFormat.class)
  void writesAStreamAsItWritesAFileAndTwiceTheSame(AudioFormat format) throws Exception {
    Audio audio = Signals.sine(440, 0.5, 20_000, 22_050);
    EncodeOptions options = new EncodeOptions(format, OptionalInt.empty(), OptionalInt.empty(), 2);
    Path file = folder.resolve("sound");
    writer.encode(audio, file, options);
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    writer.encode(audio, first, options);
    ByteArrayOutputStream second = new ByteArrayOutputStream();
    writer.encode(audio, second, options);
    assertThat(first.toByteArray()).isEqualTo(Files.readAllBytes(file));
    assertThat(second.toByteArray()).isEqualTo(first.toByteArray());
    Audio fromStream =
        reader.decode(
            new ByteArrayInputStream(first.toByteArray()), "it", DecodeOptions.atRate(22_050));
    assertThat(fromStream).isEqualTo(reader.decode(file, DecodeOptions.atRate(22_050)));
    assertThat(fromStream.length()).isEqualTo(20_000);
    assertThat(reader.probe(file).channels()).isEqualTo(2);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }
}
