package org.emova4j.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFinisher;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.AudioInfo;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.ChannelPolicy;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.audio.LoudnessMeter;
import org.emova4j.api.audio.Take;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.api.style.Style;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example of the README: a batch from Java, without a framework. */
class PlainJavaBatchTest {
  @TempDir Path folder;
  private Path in;
  private Path out;
  private final AudioReader reader = mock(AudioReader.class);
  private final SpeechTools tools = mock(SpeechTools.class);

  @BeforeEach
  void makeTools() throws Exception {
    in = Files.createDirectory(folder.resolve("in"));
    out = folder.resolve("out");
    for (int i = 0; i < 10; i++) {
      Files.writeString(in.resolve("file%d.wav".formatted(i)), "sound");
    }
    float[] tone = new float[16_000];
    for (int i = 0; i < tone.length; i++) {
      tone[i] = (float) Math.sin(i * 0.4) / 2;
    }
    Audio speech = Audio.of(tone, 16_000);
    when(reader.decode(any(Path.class), eq(ChannelPolicy.MIX), any(DecodeOptions.class)))
        .thenReturn(List.of(speech));
    when(reader.probe(any(Path.class)))
        .thenReturn(
            new AudioInfo(
                "wav",
                "pcm_s16le",
                1,
                16_000,
                Optional.of(Duration.ofSeconds(1)),
                OptionalLong.empty()));
    SpeechConverter converter = mock(SpeechConverter.class);
    when(converter.sampleRate(any())).thenReturn(16_000);
    when(converter.convert(any(), any())).thenReturn(Audio.of(new float[8_000], 16_000));
    AudioFinisher finisher = mock(AudioFinisher.class);
    when(finisher.write(any(), any(), any(), any()))
        .thenAnswer(
            call -> {
              Files.write(call.getArgument(1), new byte[] {1, 2, 3});
              return new AudioFinisher.Finished(
                  call.<Take>getArgument(0).sides().get(0).duration(),
                  OptionalDouble.empty(),
                  OptionalDouble.empty(),
                  OptionalDouble.empty(),
                  List.of());
            });
    LoudnessMeter meter =
        sides -> sides.get(0).equals(speech) ? OptionalDouble.of(-9.5) : OptionalDouble.empty();
    when(tools.reader()).thenReturn(reader);
    when(tools.converter()).thenReturn(converter);
    when(tools.finisher()).thenReturn(finisher);
    when(tools.meter()).thenReturn(Optional.of(meter));
  }

  private BatchPlan plan() throws Exception {
    ItemSettings settings =
        new ItemSettings(
            Task.CONVERT,
            Style.DEFAULT.withSpeaker("male").withEmotion("sad"),
            ConversionRequest.Parts.ANY,
            true,
            Optional.of(EncodeOptions.of(AudioFormat.FLAC)),
            DecodeOptions.DEFAULT_MAX_DURATION);
    FolderInputs.Found found = new FolderInputs(List.of(), List.of()).find(in, out);
    return new BatchPlan(
        found.files().stream()
            .map(file -> new BatchItem(file, out.resolve(file.getFileName() + ".flac"), settings))
            .toList(),
        found.problems());
  }

  private static BatchOptions options(int jobs) {
    return new BatchOptions(
        jobs, Duration.ofMinutes(10), BatchOptions.Existing.FAIL, "models of today");
  }

  @Test
  void everyItemIsHeardOfAndMeasured() throws Exception {
    when(reader.decode(eq(in.resolve("file3.wav")), any(), any(DecodeOptions.class)))
        .thenThrow(new UnsupportedAudioException("file3.wav is no sound"));
    AtomicInteger begun = new AtomicInteger();
    AtomicInteger ended = new AtomicInteger();
    BatchListener listener =
        new BatchListener() {
          @Override
          public void begun(BatchItem item) {
            begun.incrementAndGet();
          }

          @Override
          public void ended(BatchItem item, ItemResult result) {
            ended.incrementAndGet();
          }
        };
    try (ResultLog log = ResultLog.open(out.resolve(".state/results.jsonl"))) {
      BatchSummary summary =
          new BatchConverter(new SpeechItemProcessor(tools), options(2), log, listener).run(plan());
      assertThat(summary.done()).isEqualTo(9);
      assertThat(summary.failed()).isEqualTo(1);
      assertThat(begun).hasValue(10);
      assertThat(ended).hasValue(10);
      ItemResult good = log.last(out.resolve("file0.wav.flac")).orElseThrow();
      assertThat(good.inputSeconds()).isEqualTo(1);
      assertThat(good.outputSeconds()).isEqualTo(0.5);
      assertThat(good.lufs()).isEqualTo(Map.of("input", -9.5)); // the result is silence
      ItemResult bad = log.last(out.resolve("file3.wav.flac")).orElseThrow();
      assertThat(bad.stage()).isEqualTo("read");
      assertThat(bad.reason()).isEqualTo("file3.wav is no sound");
    }
  }

  @Test
  @Timeout(60)
  void abortEndsAtOnceWhateverTheItemsDo() throws Exception {
    CountDownLatch busy = new CountDownLatch(2);
    ItemProcessor endless =
        (item, draft) -> {
          busy.countDown();
          new CountDownLatch(1).await();
          throw new AssertionError("not reached");
        };
    try (ResultLog log = ResultLog.open(out.resolve(".state/results.jsonl"))) {
      BatchConverter batch = new BatchConverter(endless, options(2), log, new BatchListener() {});
      Thread canceller =
          new Thread(
              () -> {
                try {
                  busy.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                batch.abort();
              });
      canceller.start();
      BatchSummary summary = batch.run(plan());
      canceller.join();
      assertThat(summary.open()).isEqualTo(10);
      assertThat(summary.isComplete()).isFalse();
    }
  }

  @Test
  void aFileThatIsShorterThanItSaysIsAWarning() throws Exception {
    when(reader.probe(in.resolve("file4.wav")))
        .thenReturn(
            new AudioInfo(
                "wav",
                "pcm_s16le",
                1,
                16_000,
                Optional.of(Duration.ofSeconds(2)),
                OptionalLong.empty()));
    try (ResultLog log = ResultLog.open(out.resolve(".state/results.jsonl"))) {
      new BatchConverter(new SpeechItemProcessor(tools), options(1), log, new BatchListener() {})
          .run(plan());
      assertThat(log.last(out.resolve("file4.wav.flac")).orElseThrow().warnings())
          .containsExactly("the file says that it holds 2.0 s, 1.0 s of them could be read");
      assertThat(log.last(out.resolve("file5.wav.flac")).orElseThrow().warnings()).isEmpty();
    }
  }

  @Test
  void emptyAndHugeFilesAreRefusedUnread() throws Exception {
    Files.writeString(in.resolve("file1.wav"), "");
    try (java.io.RandomAccessFile huge =
        new java.io.RandomAccessFile(in.resolve("file2.wav").toFile(), "rw")) {
      huge.setLength(DecodeOptions.DEFAULT_MAX_BYTES + 1); // a hole
    }
    try (ResultLog log = ResultLog.open(out.resolve(".state/results.jsonl"))) {
      BatchSummary summary =
          new BatchConverter(
                  new SpeechItemProcessor(tools), options(1), log, new BatchListener() {})
              .run(plan());
      assertThat(summary.failed()).isEqualTo(2);
      ItemResult huge = log.last(out.resolve("file2.wav.flac")).orElseThrow();
      assertThat(huge.reason())
          .isEqualTo("file2.wav has 4294967297 bytes, the limit is 4294967296");
      assertThat(huge.inputSha256()).isEmpty();
    }
  }
}
