package org.emova4j.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.audio.Finishing;
import org.emova4j.api.audio.LevelTarget;
import org.emova4j.api.audio.SilenceTrim;
import org.emova4j.api.audio.VideoContainer;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.style.Style;
import org.emova4j.batch.ItemSettings;
import org.emova4j.batch.Task;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class BatchSoundOptionsTest {
  @Command
  private static final class Holder {
    @Mixin BatchSoundOptions sound = new BatchSoundOptions();
  }

  private static BatchSoundOptions given(String... arguments) {
    Holder holder = new Holder();
    new CommandLine(holder).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
    return holder.sound;
  }

  private static EncodeOptions encode(String... arguments) {
    return given(arguments).encode(Task.TRANSCODE).orElseThrow();
  }

  private static Finishing finishing(String... arguments) {
    return given(arguments).finishing(Task.TRANSCODE);
  }

  @Test
  void nothingGivenWritesWavAsItComes() {
    assertThat(encode()).isEqualTo(EncodeOptions.of(AudioFormat.WAV));
    assertThat(finishing()).isEqualTo(Finishing.NONE);
  }

  @Test
  void bitsChooseTheDepthOfAFormatOrAreRefused() {
    assertThat(encode("--bits", "24").format()).isEqualTo(AudioFormat.WAV24);
    assertThat(encode("--bits", "32f").format()).isEqualTo(AudioFormat.WAV_FLOAT);
    assertThat(encode("--format", "flac", "--bits", "24").format()).isEqualTo(AudioFormat.FLAC24);
    assertThat(encode("--format", "aiff", "--bits", "24").format()).isEqualTo(AudioFormat.AIFF24);
    assertThatThrownBy(() -> encode("--format", "flac", "--bits", "32f"))
        .isInstanceOf(UsageException.class)
        .hasMessage("flac can't hold 32f bits; it knows 16, 24");
    assertThatThrownBy(() -> encode("--format", "mp3", "--bits", "24"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("mp3 has no choice of bits");
  }

  @Test
  void presetsSayWhatShopsAsk() {
    assertThat(encode("--preset", "podcast").format()).isEqualTo(AudioFormat.MP3);
    assertThat(finishing("--preset", "podcast").level())
        .contains(new LevelTarget(LevelTarget.Measure.LUFS, -16));
    assertThat(finishing("--preset", "podcast").truePeak()).isEqualTo(OptionalDouble.of(-1));
    assertThat(encode("--preset", "audiobook"))
        .isEqualTo(
            new EncodeOptions(AudioFormat.MP3, OptionalInt.of(44_100), OptionalInt.of(192_000), 1));
    assertThat(finishing("--preset", "audiobook").level())
        .contains(new LevelTarget(LevelTarget.Measure.RMS, -20));
    assertThat(encode("--preset", "telephone"))
        .isEqualTo(
            new EncodeOptions(AudioFormat.WAV_ULAW, OptionalInt.of(8_000), OptionalInt.empty(), 1));
    assertThat(given("--preset", "llm-corpus").presetTask()).contains(Task.TOKENIZE);
    assertThatThrownBy(() -> encode("--preset", "radio"))
        .hasMessage("unknown preset \"radio\"; known: podcast, audiobook, telephone, llm-corpus");
  }

  @Test
  void whatIsGivenWinsOverThePreset() {
    EncodeOptions flac = encode("--preset", "audiobook", "--format", "flac", "--bits", "24");
    assertThat(flac.format()).isEqualTo(AudioFormat.FLAC24);
    assertThat(flac.bitRate()).isEmpty(); // the preset's is of MP3
    assertThat(encode("--preset", "podcast", "--bitrate", "128k").bitRate())
        .isEqualTo(OptionalInt.of(128_000));
    assertThat(encode("--preset", "podcast", "--sample-rate", "48000").sampleRate())
        .isEqualTo(OptionalInt.of(48_000));
    Finishing louder = finishing("--preset", "audiobook", "--loudness", "-18", "--true-peak", "-2");
    assertThat(louder.level()).contains(new LevelTarget(LevelTarget.Measure.LUFS, -18));
    assertThat(louder.truePeak()).isEqualTo(OptionalDouble.of(-2));
  }

  @Test
  void limitsNameTheValue() {
    assertThatThrownBy(() -> finishing("--loudness", "3"))
        .hasMessage("level 3.0 is outside -70..-5 LUFS");
    assertThatThrownBy(() -> finishing("--true-peak", "1"))
        .hasMessage("true peak 1.0 is outside -20..0 dBTP");
    assertThatThrownBy(() -> finishing("--loudness", "-16", "--rms", "-20"))
        .hasMessageContaining("exclude each other");
    assertThatThrownBy(() -> finishing("--trim-padding", "1"))
        .hasMessageContaining("need --trim-silence");
    assertThat(finishing("--trim-silence", "--trim-padding", "1").trim())
        .contains(new SilenceTrim(-50, Duration.ofSeconds(1)));
    assertThatThrownBy(() -> finishing("--keep-video", "--trim-silence"))
        .hasMessageContaining("against the pictures");
    assertThatThrownBy(() -> given("--loudness", "-16").encode(Task.TOKENIZE))
        .hasMessageContaining("units have no loudness");
  }

  @Test
  void aVideoKeepsItsKindOfFileAndOtherFilesTheFormat() {
    BatchSoundOptions sound = given("--keep-video");
    ItemSettings settings =
        new ItemSettings(
            Task.TRANSCODE,
            Style.DEFAULT,
            ConversionRequest.Parts.ANY,
            true,
            sound.encode(Task.TRANSCODE),
            sound.finishing(Task.TRANSCODE),
            Duration.ofMinutes(1));
    BatchSoundOptions.Shape film = sound.shape(settings, Path.of("/in/film.AVI"));
    assertThat(film.extension()).isEqualTo("mkv");
    assertThat(film.settings().finishing().video()).contains(VideoContainer.MKV);
    assertThat(film.settings().encode().orElseThrow().format()).isEqualTo(AudioFormat.M4A);
    assertThat(sound.shape(settings, Path.of("/in/clip.webm")).settings().encode())
        .contains(EncodeOptions.of(AudioFormat.OPUS));
    BatchSoundOptions.Shape talk = sound.shape(settings, Path.of("/in/talk.mp3"));
    assertThat(talk.extension()).isEqualTo("wav");
    assertThat(talk.settings().finishing().video()).isEqualTo(Optional.empty());
  }
}
