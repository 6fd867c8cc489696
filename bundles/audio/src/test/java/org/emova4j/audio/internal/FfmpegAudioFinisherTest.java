package org.emova4j.audio.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFinisher;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.ChannelPolicy;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.audio.Finishing;
import org.emova4j.api.audio.LevelTarget;
import org.emova4j.api.audio.SilenceTrim;
import org.emova4j.api.audio.Take;
import org.emova4j.api.audio.VideoContainer;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class FfmpegAudioFinisherTest {
  private static final Path FORMATS =
      Path.of(System.getProperty("emova.shared", "/nowhere"), "speech", "formats");

  private final FfmpegAudioReader reader = new FfmpegAudioReader(Duration.ofSeconds(10));
  private final FfmpegAudioFinisher finisher = new FfmpegAudioFinisher();
  @TempDir Path folder;

  private static Finishing finishing(LevelTarget level, Double truePeak) {
    return new Finishing(
        ChannelPolicy.MIX,
        Optional.empty(),
        Optional.ofNullable(level),
        truePeak == null ? OptionalDouble.empty() : OptionalDouble.of(truePeak),
        true,
        Optional.empty(),
        Optional.empty());
  }

  private static LevelTarget lufs(double value) {
    return new LevelTarget(LevelTarget.Measure.LUFS, value);
  }

  private static Take take(Audio... sides) {
    return new Take(List.of(sides), Optional.empty(), sides[0].duration());
  }

  private Take take(Path source, ChannelPolicy policy) throws Exception {
    List<Audio> sides =
        reader.decode(source, policy, DecodeOptions.atRate(reader.probe(source).sampleRate()));
    return new Take(sides, Optional.of(source), sides.get(0).duration());
  }

  /** Bursts of noise with a few high clicks: low loudness, high peaks. */
  private static Audio peaky(int rate, int seconds) {
    Random random = new Random(7);
    float[] samples = new float[rate * seconds];
    for (int i = 0; i < samples.length; i++) {
      double loud = i / (rate / 4) % 3 == 0 ? 0.002 : 0.04;
      samples[i] = (float) (loud * random.nextGaussian());
    }
    for (int i = rate / 3; i < samples.length; i += rate / 3) {
      samples[i] = 0.35f;
      samples[i + 1] = 0.35f;
    }
    return Audio.adopt(samples, rate);
  }

  // EBU Tech 3341, test signal 1: a stereo sine of 1 kHz at -23 dBFS is -23 LUFS.
  @Test
  void measuresTheReferenceToneOfEbuR128() throws Exception {
    Audio tone = Signals.sine(1000, Math.pow(10, -23 / 20.0), 20 * 48_000, 48_000);
    LevelMeter.Level level = LevelMeter.measure(Passage.all(List.of(tone, tone), 2).open(1));
    assertThat(level.lufs()).isCloseTo(-23, within(0.1));
    assertThat(level.truePeak()).isCloseTo(-23, within(0.2));
    assertThat(level.rms()).isCloseTo(-26.01, within(0.01));
  }

  // EBU Tech 3341, test signal 15 is of this kind: the crest lies between the samples.
  @Test
  void seesThePeakBetweenTheSamples() throws Exception {
    float[] samples = new float[48_000];
    for (int i = 0; i < samples.length; i++) {
      double fadeIn = Math.min(1, i / 4_800.0);
      samples[i] = (float) (fadeIn * 0.5 * Math.sin(Math.PI / 2 * i + Math.PI / 4));
    }
    LevelMeter.Level level =
        LevelMeter.measure(Passage.all(List.of(Audio.adopt(samples, 48_000)), 1).open(1));
    assertThat(level.truePeak()).isCloseTo(-6.02, within(0.3));
  }

  @ParameterizedTest
  @ValueSource(ints = {8_000, 16_000, 22_050, 44_100, 48_000, 96_000})
  void reachesLoudnessUnderThePeakAndKeepsTheLength(int rate) throws Exception {
    Path file = folder.resolve("out.wav");
    AudioFinisher.Finished finished =
        finisher.write(
            take(peaky(rate, 6)),
            file,
            EncodeOptions.of(AudioFormat.WAV_FLOAT),
            finishing(lufs(-20), -1.0));
    Audio result = reader.decode(file, DecodeOptions.atRate(rate));
    LevelMeter.Level level = LevelMeter.measure(Passage.all(List.of(result), 1).open(1));
    assertThat(result.length()).isEqualTo(6 * rate);
    assertThat(level.lufs()).isCloseTo(-20, within(0.1));
    assertThat(level.truePeak()).isLessThanOrEqualTo(-0.95);
    assertThat(finished.loudness().getAsDouble()).isCloseTo(level.lufs(), within(0.05));
    assertThat(finished.lufs()).isEqualTo(finished.loudness());
    assertThat(finished.truePeak().getAsDouble()).isCloseTo(level.truePeak(), within(0.05));
  }

  @Test
  void theLimiterLeavesWhatIsBelowThePeakInItsPlace() throws Exception {
    Audio in = peaky(48_000, 4);
    Levelling levelling = Levelling.of(Passage.all(List.of(in), 1), finishing(null, -12.0));
    float[][] out = new float[1][in.length()];
    try (SampleSource source = levelling.open(Passage.all(List.of(in), 1))) {
      assertThat(source.read(out, in.length())).isEqualTo(in.length());
    }
    // Between two clicks, far from both, nothing was to be limited.
    float[] before = in.samples();
    double error = 0;
    double power = 0;
    for (int i = 20_000; i < 28_000; i++) {
      error += Math.pow(out[0][i] - before[i], 2);
      power += Math.pow(before[i], 2);
    }
    assertThat(10 * Math.log10(power / error)).isGreaterThan(10); // white noise, band 0.97
    assertThat(Math.abs(out[0][16_000])).isLessThan(0.26f);
  }

  @Test
  void aGainThatNeedsNoLimiterChangesNoWaveform() throws Exception {
    Audio tone = Signals.sine(440, 0.01, 48_000, 48_000);
    Path file = folder.resolve("out.wav");
    finisher.write(
        take(tone), file, EncodeOptions.of(AudioFormat.WAV_FLOAT), finishing(lufs(-16), -1.0));
    float[] result = reader.decode(file, DecodeOptions.atRate(48_000)).samples();
    float gain = result[27] / tone.samples()[27];
    for (int i = 0; i < result.length; i++) {
      assertThat(result[i]).isCloseTo(gain * tone.buffer().get(i), within(1e-6f));
    }
  }

  @Test
  void saysSoWhereThePeaksAllowNoMore() throws Exception {
    AudioFinisher.Finished finished =
        finisher.write(
            take(peaky(16_000, 4)),
            folder.resolve("out.wav"),
            EncodeOptions.of(AudioFormat.WAV),
            finishing(lufs(-6), -3.0));
    assertThat(finished.loudness().getAsDouble()).isLessThan(-7);
    assertThat(finished.truePeak().getAsDouble()).isLessThanOrEqualTo(-2.95);
    assertThat(finished.warnings()).anyMatch(w -> w.contains("instead of -6.0"));
  }

  @Test
  void leavesSilenceAndSnippetsAsTheyAre() throws Exception {
    for (Audio sound :
        List.of(Audio.adopt(new float[32_000], 16_000), Signals.sine(440, 0.1, 999, 16_000))) {
      AudioFinisher.Finished finished =
          finisher.write(
              take(sound),
              folder.resolve("out.wav"),
              EncodeOptions.of(AudioFormat.WAV_FLOAT),
              finishing(lufs(-16), -1.0));
      assertThat(finished.warnings()).anyMatch(w -> w.contains("has no loudness"));
      assertThat(reader.decode(folder.resolve("out.wav"), DecodeOptions.atRate(16_000)))
          .isEqualTo(sound);
    }
  }

  @Test
  void anAudiobookKeepsTheShopsRulesAfterMp3() throws Exception {
    Path speech = FORMATS.resolve("ok_speech/jfk.mp3");
    Assumptions.assumeTrue(Files.exists(speech), "no ../shared/speech");
    Path file = folder.resolve("out.mp3");
    finisher.write(
        take(speech, ChannelPolicy.MIX),
        file,
        new EncodeOptions(AudioFormat.MP3, OptionalInt.of(44_100), OptionalInt.of(192_000), 1),
        finishing(new LevelTarget(LevelTarget.Measure.RMS, -20), -3.5));
    Audio result = reader.decode(file, DecodeOptions.atRate(44_100));
    LevelMeter.Level level = LevelMeter.measure(Passage.all(List.of(result), 1).open(1));
    assertThat(level.rms()).isBetween(-23.0, -18.0);
    assertThat(level.truePeak()).isLessThan(-3);
    assertThat(reader.probe(file).bitRate().getAsLong()).isBetween(190_000L, 194_000L);
  }

  @ParameterizedTest
  @CsvSource({
    "ok_speech/jfk.mp3, MIX",
    "ok_speech/arctic_a0022_1592748039.wav, BOTH",
    "ok_speech/test8k.wav, MIX",
    "generated/s24.wav, LEFT"
  })
  void agreesWithTheFfmpegCommand(String name, ChannelPolicy policy) throws Exception {
    Path speech = FORMATS.resolve(name);
    Assumptions.assumeTrue(Files.exists(speech), "no ../shared/speech");
    Path file = folder.resolve("out.wav");
    AudioFinisher.Finished finished =
        finisher.write(
            take(speech, policy),
            file,
            EncodeOptions.of(AudioFormat.WAV24),
            finishing(lufs(-14), -1.0));
    double[] heard = ffmpegMeter(file);
    assertThat(heard[0]).isCloseTo(finished.loudness().getAsDouble(), within(0.1));
    assertThat(heard[1]).isCloseTo(finished.truePeak().getAsDouble(), within(0.2));
    assertThat(heard[1]).isLessThanOrEqualTo(-0.9);
  }

  /** Integrated loudness and true peak. */
  private static double[] ffmpegMeter(Path file) throws Exception {
    Process process;
    try {
      process =
          new ProcessBuilder(
                  "ffmpeg",
                  "-hide_banner",
                  "-nostats",
                  "-i",
                  file.toString(),
                  "-af",
                  "ebur128=peak=true",
                  "-f",
                  "null",
                  "-")
              .redirectErrorStream(true)
              .start();
    } catch (java.io.IOException e) {
      Assumptions.abort("no ffmpeg command on this machine");
      return new double[0];
    }
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    String summary = said.substring(said.lastIndexOf("Summary:"));
    return new double[] {number(summary, "I:\\s+"), number(summary, "Peak:\\s+")};
  }

  private static double number(String text, String before) {
    Matcher number = Pattern.compile(before + "(-?[0-9.]+)").matcher(text);
    assertThat(number.find()).as(text).isTrue();
    return Double.parseDouble(number.group(1));
  }

  @Test
  void takesSilenceOffTheEndsAndKeepsPauses() throws Exception {
    int rate = 16_000;
    float[] samples = new float[5 * rate];
    float[] tone = Signals.sine(440, 0.3, rate, rate).samples();
    System.arraycopy(tone, 0, samples, rate, rate);
    System.arraycopy(tone, 0, samples, 3 * rate, rate);
    Finishing trim =
        new Finishing(
            ChannelPolicy.MIX,
            Optional.of(new SilenceTrim(-50, Duration.ofMillis(200))),
            Optional.empty(),
            OptionalDouble.empty(),
            true,
            Optional.empty(),
            Optional.empty());
    AudioFinisher.Finished finished =
        finisher.write(
            take(Audio.adopt(samples, rate)),
            folder.resolve("out.wav"),
            EncodeOptions.of(AudioFormat.WAV),
            trim);
    assertThat(finished.duration()).isCloseTo(Duration.ofMillis(3_400), Duration.ofMillis(11));

    AudioFinisher.Finished silent =
        finisher.write(
            take(Audio.adopt(new float[rate], rate)),
            folder.resolve("out.wav"),
            EncodeOptions.of(AudioFormat.WAV),
            trim);
    assertThat(silent.duration()).isEqualTo(Duration.ofSeconds(1));
    assertThat(silent.warnings()).anyMatch(w -> w.contains("nothing in it is louder than -50 dB"));
  }

  @Test
  void readsSidesEachForItself() throws Exception {
    short[] left = WavBytes.constant(0.5, 8_000);
    short[] right = WavBytes.constant(-0.25, 8_000);
    Path stereo = Files.write(folder.resolve("s.wav"), WavBytes.pcm16(16_000, left, right));
    DecodeOptions options = DecodeOptions.atRate(16_000);
    assertThat(reader.decode(stereo, ChannelPolicy.LEFT, options).get(0).samples()[4_000])
        .isEqualTo(0.5f);
    assertThat(reader.decode(stereo, ChannelPolicy.RIGHT, options).get(0).samples()[4_000])
        .isEqualTo(-0.25f);
    List<Audio> both = reader.decode(stereo, ChannelPolicy.BOTH, options);
    assertThat(both).hasSize(2);
    assertThat(both.get(1).samples()[4_000]).isEqualTo(-0.25f);

    Path mono = Files.write(folder.resolve("m.wav"), WavBytes.pcm16(16_000, left));
    assertThat(reader.decode(mono, ChannelPolicy.RIGHT, options).get(0).samples()[4_000])
        .isEqualTo(0.5f);
    assertThat(reader.decode(mono, ChannelPolicy.BOTH, options)).hasSize(1);

    finisher.write(
        new Take(both, Optional.empty(), both.get(0).duration()),
        folder.resolve("both.flac"),
        EncodeOptions.of(AudioFormat.FLAC24),
        Finishing.NONE);
    assertThat(reader.decode(folder.resolve("both.flac"), ChannelPolicy.BOTH, options))
        .isEqualTo(both);
  }

  @Test
  void theSidesOfSurroundSoundHoldItsCentre() throws Exception {
    short[][] channels = new short[6][];
    for (int c = 0; c < channels.length; c++) {
      channels[c] = WavBytes.constant(c == 2 ? 0.5 : 0, 8_000); // front centre
    }
    Path surround = Files.write(folder.resolve("s.wav"), WavBytes.placed16(16_000, 0x3F, channels));
    for (ChannelPolicy side : List.of(ChannelPolicy.LEFT, ChannelPolicy.RIGHT)) {
      List<Audio> heard = reader.decode(surround, side, DecodeOptions.atRate(16_000));
      assertThat(heard.get(0).samples()[4_000]).as(side.id()).isBetween(0.1f, 0.4f);
    }
    assertThat(reader.decode(surround, ChannelPolicy.BOTH, DecodeOptions.atRate(16_000)))
        .hasSize(2)
        .allMatch(side -> side.samples()[4_000] > 0.1f);
  }

  @Test
  void refusesWhatNoFileCouldBe() {
    assertThatThrownBy(
            () ->
                finisher.check(
                    EncodeOptions.of(AudioFormat.FLAC),
                    Finishing.NONE.withVideo(Optional.of(VideoContainer.WEBM))))
        .isInstanceOf(UnsupportedAudioException.class)
        .hasMessage("webm with pictures can't hold flac; it knows opus");
    assertThatThrownBy(
            () ->
                finisher.check(
                    new EncodeOptions(
                        AudioFormat.OPUS, OptionalInt.of(44_100), OptionalInt.empty(), 1),
                    Finishing.NONE))
        .hasMessageContaining("opus can't hold a sample rate of 44100 Hz");
  }
}
