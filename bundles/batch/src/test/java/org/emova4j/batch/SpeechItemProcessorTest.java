package org.emova4j.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFinisher;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.AudioInfo;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.ChannelPolicy;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.audio.Finishing;
import org.emova4j.api.audio.LevelTarget;
import org.emova4j.api.audio.LoudnessMeter;
import org.emova4j.api.audio.SilenceTrim;
import org.emova4j.api.audio.Take;
import org.emova4j.api.audio.VideoContainer;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.style.Style;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SpeechItemProcessorTest {
  private static final Path IN = Path.of("/in/talk.wav");
  private static final Path OUT = Path.of("/out/talk.flac");
  private static final Path DRAFT = Path.of("/out/.draft");
  private static final EncodeOptions FLAC = EncodeOptions.of(AudioFormat.FLAC);
  private static final Audio LEFT = Audio.of(new float[] {0.1f, 0.2f}, 16_000);
  private static final Audio RIGHT = Audio.of(new float[] {0.3f, 0.4f}, 16_000);

  private final AudioReader reader = mock(AudioReader.class);
  private final AudioFinisher finisher = mock(AudioFinisher.class);
  private final LoudnessMeter meter = mock(LoudnessMeter.class);
  private final SpeechConverter converter = mock(SpeechConverter.class);
  private final SpeechTools tools = mock(SpeechTools.class);

  @BeforeEach
  void offerTools() throws Exception {
    when(tools.reader()).thenReturn(reader);
    when(tools.finisher()).thenReturn(finisher);
    when(tools.converter()).thenReturn(converter);
    when(converter.sampleRate(any())).thenReturn(16_000);
    when(tools.meter()).thenReturn(Optional.of(meter));
    when(meter.integrated(any())).thenReturn(OptionalDouble.of(-30));
    when(reader.probe(IN)).thenReturn(info(16_000));
    finish(OptionalDouble.empty());
  }

  private void finish(OptionalDouble lufs) throws Exception {
    when(finisher.write(any(), any(), any(), any()))
        .thenReturn(
            new AudioFinisher.Finished(
                Duration.ofSeconds(3),
                OptionalDouble.empty(),
                lufs,
                OptionalDouble.empty(),
                List.of("look at it")));
  }

  private static AudioInfo info(int sampleRate) {
    return new AudioInfo("wav", "pcm", 1, sampleRate, Optional.empty(), OptionalLong.empty());
  }

  private static Finishing sides(ChannelPolicy policy) {
    return new Finishing(
        policy,
        Optional.empty(),
        Optional.empty(),
        OptionalDouble.empty(),
        true,
        Optional.empty(),
        Optional.empty());
  }

  private static ItemSettings settings(Task task, EncodeOptions encode, Finishing finishing) {
    return new ItemSettings(
        task,
        Style.DEFAULT,
        ConversionRequest.Parts.ANY,
        true,
        Optional.ofNullable(encode),
        finishing,
        Duration.ofMinutes(1));
  }

  @Test
  void convertsBothSidesEachForItself() throws Exception {
    Finishing both = sides(ChannelPolicy.BOTH);
    when(reader.decode(eq(IN), eq(ChannelPolicy.BOTH), any())).thenReturn(List.of(LEFT, RIGHT));
    when(converter.convert(eq(LEFT), any())).thenReturn(RIGHT);
    when(converter.convert(eq(RIGHT), any())).thenReturn(LEFT);
    when(meter.integrated(List.of(RIGHT, LEFT))).thenReturn(OptionalDouble.of(-25));

    ItemProcessor.Work work =
        new SpeechItemProcessor(tools)
            .process(new BatchItem(IN, OUT, settings(Task.CONVERT, FLAC, both)), DRAFT);

    verify(finisher)
        .write(new Take(List.of(RIGHT, LEFT), Optional.of(IN), LEFT.duration()), DRAFT, FLAC, both);
    assertThat(work.warnings()).containsExactly("look at it");
    assertThat(work.outputSeconds()).isEqualTo(3);
    assertThat(work.lufs()).isEqualTo(Map.of("input", -30.0, "output", -25.0));
  }

  @Test
  void loudnessOfTheResultIsWhatItWasFinishedAtOrUnknownWhereNothingChanged() throws Exception {
    when(reader.decode(eq(IN), eq(ChannelPolicy.MIX), any())).thenReturn(List.of(LEFT));
    SpeechItemProcessor processor = new SpeechItemProcessor(tools);
    BatchItem item = new BatchItem(IN, OUT, settings(Task.TRANSCODE, FLAC, Finishing.NONE));
    assertThat(processor.process(item, DRAFT).lufs()).isEqualTo(Map.of("input", -30.0));
    finish(OptionalDouble.of(-16));
    assertThat(processor.process(item, DRAFT).lufs())
        .isEqualTo(Map.of("input", -30.0, "output", -16.0));
  }

  @Test
  void transcodesAtTheRateThatIsWrittenOrTheRecordingsOwn() throws Exception {
    when(reader.decode(eq(IN), eq(ChannelPolicy.MIX), any())).thenReturn(List.of(LEFT));
    when(reader.probe(IN)).thenReturn(info(1_092_676));
    SpeechItemProcessor processor = new SpeechItemProcessor(tools);
    EncodeOptions at8k =
        new EncodeOptions(AudioFormat.WAV, OptionalInt.of(8_000), OptionalInt.empty(), 1);
    processor.process(
        new BatchItem(IN, OUT, settings(Task.TRANSCODE, at8k, Finishing.NONE)), DRAFT);
    verify(reader)
        .decode(
            IN,
            ChannelPolicy.MIX,
            new DecodeOptions(8_000, Duration.ofMinutes(1), DecodeOptions.DEFAULT_MAX_BYTES));

    processor.process(
        new BatchItem(IN, OUT, settings(Task.TRANSCODE, FLAC, Finishing.NONE)), DRAFT);
    verify(reader)
        .decode(
            IN,
            ChannelPolicy.MIX,
            new DecodeOptions(
                Audio.MAX_SAMPLE_RATE, Duration.ofMinutes(1), DecodeOptions.DEFAULT_MAX_BYTES));
  }

  @Test
  void everySettingThatChangesTheBytesChangesTheFingerprint() {
    Finishing none = Finishing.NONE;
    LevelTarget loud = new LevelTarget(LevelTarget.Measure.LUFS, -16);
    List<Finishing> all =
        List.of(
            none,
            sides(ChannelPolicy.BOTH),
            finishing(none, Optional.of(new SilenceTrim(-50, Duration.ZERO)), Optional.empty()),
            finishing(none, Optional.of(new SilenceTrim(-40, Duration.ZERO)), Optional.empty()),
            finishing(none, Optional.empty(), Optional.of(loud)),
            finishing(
                none, Optional.empty(), Optional.of(new LevelTarget(LevelTarget.Measure.RMS, -16))),
            none.withVideo(Optional.of(VideoContainer.MKV)),
            new Finishing(
                none.channels(),
                none.trim(),
                none.level(),
                OptionalDouble.of(-1),
                true,
                Optional.empty(),
                none.video()),
            new Finishing(
                none.channels(),
                none.trim(),
                none.level(),
                none.truePeak(),
                false,
                Optional.empty(),
                none.video()),
            new Finishing(
                none.channels(),
                none.trim(),
                none.level(),
                none.truePeak(),
                true,
                Optional.of("converted"),
                none.video()));
    Set<String> fingerprints = new HashSet<>();
    for (Finishing finishing : all) {
      fingerprints.add(settings(Task.TRANSCODE, FLAC, finishing).fingerprint());
    }
    fingerprints.add(
        settings(Task.TRANSCODE, FLAC.withFormat(AudioFormat.FLAC24), none).fingerprint());
    assertThat(fingerprints).hasSize(all.size() + 1);
  }

  private static Finishing finishing(
      Finishing base, Optional<SilenceTrim> trim, Optional<LevelTarget> level) {
    return new Finishing(
        base.channels(),
        trim,
        level,
        base.truePeak(),
        base.keepTags(),
        base.comment(),
        base.video());
  }

  @Test
  void aLineOfUnitsIsOfOneSound() {
    assertThatThrownBy(() -> settings(Task.TOKENIZE, null, sides(ChannelPolicy.BOTH)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("both");
  }
}
