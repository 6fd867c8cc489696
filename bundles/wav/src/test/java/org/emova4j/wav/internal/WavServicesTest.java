package org.emova4j.wav.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFinisher;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.AudioInfo;
import org.emova4j.api.audio.ChannelPolicy;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.audio.Finishing;
import org.emova4j.api.audio.Take;
import org.emova4j.api.audio.VideoContainer;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WavServicesTest {
  private static final DecodeOptions AT_8000 = DecodeOptions.atRate(8000);

  private final WavAudioReader reader = new WavAudioReader();
  private final WavAudioWriter writer = new WavAudioWriter();
  @TempDir Path folder;

  private static byte[] wav(int tag, int channels, int bits, int statedSize, byte... data) {
    ByteBuffer b = ByteBuffer.allocate(44 + data.length).order(ByteOrder.LITTLE_ENDIAN);
    b.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + data.length);
    b.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    b.putShort((short) tag).putShort((short) channels).putInt(8000);
    b.putInt(8000 * channels * bits / 8).putShort((short) (channels * bits / 8));
    b.putShort((short) bits).put("data".getBytes(StandardCharsets.US_ASCII)).putInt(statedSize);
    return b.put(data).array();
  }

  private float[] decode(byte[] file) throws UnsupportedAudioException {
    return reader.decode(new ByteArrayInputStream(file), "it", AT_8000).samples();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  @Test
  void finishesBothSidesAndReadsThemApart() throws Exception {
    Path file = folder.resolve("sides.wav");
    Audio left = Audio.of(new float[] {0.25f, 0.5f, -0.25f}, 8000);
    Audio right = Audio.of(new float[] {-0.5f, 0.125f, 0.75f}, 8000);
    AudioFinisher.Finished finished =
        new WavAudioFinisher()
            .write(
                new Take(List.of(left, right), Optional.empty(), left.duration()),
                file,
                EncodeOptions.of(AudioFormat.WAV),
                Finishing.NONE);
    assertThat(finished.duration()).isEqualTo(left.duration());
    assertThat(finished.warnings()).isEmpty();
    List<Audio> both = reader.decode(file, ChannelPolicy.BOTH, AT_8000);
    assertThat(both.get(0).samples()).containsExactly(left.samples());
    assertThat(both.get(1).samples()).containsExactly(right.samples());
    assertThat(reader.decode(file, ChannelPolicy.RIGHT, AT_8000).get(0).samples())
        .containsExactly(right.samples());
    assertThat(reader.decode(file, AT_8000).samples()).containsExactly(-0.125f, 0.3125f, 0.25f);
  }

  @Test
  void finishingThatNeedsFfmpegIsRefused() {
    Finishing video = Finishing.NONE.withVideo(Optional.of(VideoContainer.MKV));
    assertThatThrownBy(() -> new WavAudioFinisher().check(EncodeOptions.of(AudioFormat.WAV), video))
        .hasMessageContaining("need FFmpeg (bundle org.emova4j.audio)");
    assertThatThrownBy(
            () -> new WavAudioFinisher().check(EncodeOptions.of(AudioFormat.MP3), Finishing.NONE))
        .hasMessageContaining("mp3 can't be written without FFmpeg");
  }

  @ParameterizedTest
  @EnumSource(names = {"WAV", "WAV24", "WAV_FLOAT"})
  void readsWhatItWrites(AudioFormat format) throws Exception {
    Random random = new Random(7);
    float[] samples = new float[10_001];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = Math.round((random.nextFloat() * 2 - 1) * 32_767) / 32_768f;
    }
    Path file = folder.resolve("a.wav");
    writer.encode(
        Audio.of(samples, 8000),
        file,
        new EncodeOptions(format, OptionalInt.empty(), OptionalInt.empty(), 2));

    assertThat(reader.decode(file, AT_8000).samples()).containsExactly(samples);
    AudioInfo info = reader.probe(file);
    assertThat(info.channels()).isEqualTo(2);
    assertThat(info.duration()).isEqualTo(Optional.of(Duration.ofNanos(1_250_125_000)));
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void readsEveryWidth() throws Exception {
    assertThat(decode(wav(1, 1, 8, 2, bytes(0, 192)))).containsExactly(-1f, 0.5f);
    assertThat(decode(wav(1, 1, 16, 4, bytes(0, 0x80, 0, 0x40)))).containsExactly(-1f, 0.5f);
    assertThat(decode(wav(1, 1, 24, 6, bytes(0, 0, 0x80, 0, 0, 0x40)))).containsExactly(-1f, 0.5f);
    assertThat(decode(wav(1, 1, 32, 8, bytes(0, 0, 0, 0x80, 0, 0, 0, 0x40))))
        .containsExactly(-1f, 0.5f);
    assertThat(decode(wav(1, 2, 16, 4, bytes(0, 0x40, 0, 0)))).containsExactly(0.25f);
  }

  @Test
  void silencesWhatIsNoNumber() throws Exception {
    assertThat(decode(wav(3, 1, 32, 8, bytes(0, 0, 0xC0, 0x7F, 0, 0, 0, 0x3F))))
        .containsExactly(0f, 0.5f);
  }

  @Test
  void readsStreamsWhoseLengthNobodyKnewAndFilesThatAreCutOff() throws Exception {
    assertThat(decode(wav(1, 1, 16, -1, bytes(0, 0x40, 0, 0x20)))).containsExactly(0.5f, 0.25f);
    assertThat(decode(wav(1, 1, 16, 0, bytes(0, 0x40)))).containsExactly(0.5f);
    assertThat(decode(wav(1, 1, 16, 1000, bytes(0, 0x40, 0, 0x20, 7))))
        .containsExactly(0.5f, 0.25f);
  }

  @Test
  void refusesWhatItCantReadAndSaysWhy() {
    refused(new byte[0], "it can't be read as audio: it is empty");
    refused("fLaC and so on, and so on".getBytes(StandardCharsets.US_ASCII), "it is no WAV file");
    refused(wav(7, 1, 8, 2, bytes(1, 2)), "codec 7 with 8 bits");
    refused(wav(1, 0, 16, 2, bytes(1, 2)), "its 0 channels are outside 1..64");
    refused(wav(1, 1, 16, -1), "it holds no sound");
    assertThatThrownBy(() -> reader.decode(folder.resolve("none.wav"), AT_8000))
        .hasMessage(folder.resolve("none.wav") + " can't be read as audio: there is no such file");
  }

  private void refused(byte[] file, String reason) {
    assertThatThrownBy(() -> decode(file))
        .isInstanceOf(UnsupportedAudioException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void keepsToTheLimits() {
    byte[] second = wav(1, 1, 16, 16_000, new byte[16_000]);
    assertThatThrownBy(
            () ->
                reader.decode(
                    new ByteArrayInputStream(second),
                    "it",
                    new DecodeOptions(8000, Duration.ofMillis(500), 1 << 20)))
        .hasMessageContaining("longer than the limit of 0.5 s");
    assertThatThrownBy(
            () ->
                reader.decode(
                    new ByteArrayInputStream(second),
                    "it",
                    new DecodeOptions(8000, Duration.ofMinutes(1), 1000)))
        .hasMessageContaining("over the limit of 1000 bytes");
  }

  @Test
  void writesAtAnotherRateAndRefusesOtherFormats() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.encode(
        Audio.of(new float[] {0.5f, 0.5f, 0.5f}, 4000),
        out,
        new EncodeOptions(AudioFormat.WAV, OptionalInt.of(8000), OptionalInt.empty(), 1));
    assertThat(decode(out.toByteArray())).hasSize(6);
    assertThat(decode(out.toByteArray())[2]).isCloseTo(0.5f, within(0.2f));

    assertThatThrownBy(
            () ->
                writer.encode(
                    Audio.of(new float[1], 8000),
                    folder.resolve("a.mp3"),
                    EncodeOptions.of(AudioFormat.MP3)))
        .hasMessageContaining("mp3 can't be written without FFmpeg");
  }
}
