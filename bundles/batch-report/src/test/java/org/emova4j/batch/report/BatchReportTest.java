package org.emova4j.batch.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.style.Style;
import org.emova4j.batch.BatchConverter;
import org.emova4j.batch.BatchItem;
import org.emova4j.batch.BatchListener;
import org.emova4j.batch.BatchOptions;
import org.emova4j.batch.BatchPlan;
import org.emova4j.batch.ItemException;
import org.emova4j.batch.ItemProcessor;
import org.emova4j.batch.ItemSettings;
import org.emova4j.batch.ResultLog;
import org.emova4j.batch.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchReportTest {
  private static final ItemSettings SETTINGS =
      new ItemSettings(
          Task.CONVERT,
          Style.DEFAULT,
          ConversionRequest.Parts.ANY,
          true,
          Optional.of(EncodeOptions.of(AudioFormat.WAV)),
          Duration.ofMinutes(1));
  private static final String EVIL = "<img src=x onerror=alert(1)> & \"q\".wav";
  private static final BatchReport.Facts FACTS =
      new BatchReport.Facts("a <b>batch</b>", "emova 1", Instant.EPOCH, 12);

  @TempDir Path folder;

  private ItemProcessor.Work process(BatchItem item, Path draft) throws ItemException {
    String name = item.input().getFileName().toString();
    try {
      if (name.contains("bad")) {
        throw new ItemException(ItemException.Stage.READ, "<script>it is bad</script>", null);
      }
      Files.writeString(draft, "result");
    } catch (IOException e) {
      throw new ItemException(ItemException.Stage.WRITE, e.getMessage(), e);
    }
    return new ItemProcessor.Work(
        10,
        9,
        Map.of(ItemException.Stage.READ, 0.25, ItemException.Stage.PROCESS, 1.5),
        name.contains("odd") ? List.of("it is odd") : List.of(),
        Map.of("input", -23.5, "output", -16.25));
  }

  private BatchReport report(List<String> names, boolean run) throws Exception {
    List<BatchItem> items = new ArrayList<>();
    for (String name : names) {
      Path input = Files.writeString(folder.resolve(name), name);
      items.add(new BatchItem(input, folder.resolve("out/" + name + ".out"), SETTINGS));
    }
    BatchPlan plan =
        new BatchPlan(items, List.of(new BatchPlan.Unplanned(folder.resolve("loop"), "is a loop")));
    try (ResultLog log = ResultLog.open(folder.resolve("state/results.jsonl"))) {
      if (run) {
        new BatchConverter(
                this::process,
                new BatchOptions(2, Duration.ofMinutes(1), BatchOptions.Existing.FAIL, "v"),
                log,
                new BatchListener() {})
            .run(plan);
      }
      return BatchReport.of(plan, log, FACTS);
    }
  }

  @Test
  void jsonHasEveryItemWithStageAndReason() throws Exception {
    Path file = folder.resolve("report.json");
    report(List.of("a.wav", "bad.wav", "odd.wav"), true).writeJson(file);

    JsonNode json = JsonMapper.builder().build().readTree(file.toFile());
    assertThat(json.at("/totals/ok").asInt()).isEqualTo(2);
    assertThat(json.at("/totals/failed").asInt()).isEqualTo(2);
    assertThat(json.at("/totals/withWarnings").asInt()).isEqualTo(1);
    assertThat(json.at("/totals/inputSeconds").asDouble()).isEqualTo(20);
    assertThat(json.at("/items")).hasSize(4);
    assertThat(json.at("/items/0/stage").asText()).isEqualTo("plan");
    assertThat(json.at("/items/0/reason").asText()).isEqualTo("is a loop");
    assertThat(json.at("/items/1/lufs/output").asDouble()).isEqualTo(-16.25);
    assertThat(json.at("/items/1/stageSeconds/READ").asDouble()).isEqualTo(0.25);
    assertThat(json.at("/items/2/stage").asText()).isEqualTo("read");
    assertThat(json.at("/items/3/warnings/0").asText()).isEqualTo("it is odd");
  }

  @Test
  void aLaterRunsReportCoversWhatAnEarlierOneMade() throws Exception {
    report(List.of("a.wav", "b.wav"), true);
    BatchReport later = report(List.of("a.wav", "b.wav", "c.wav"), false);
    assertThat(later.rows(ReportRow.State.OK)).hasSize(2);
    assertThat(later.rows(ReportRow.State.OPEN)).hasSize(1);
  }

  @Test
  void thePageShowsFailuresFirstAndNamesDoNoHarm() throws Exception {
    Path file = folder.resolve("report.html");
    report(List.of("a.wav", EVIL.replace('/', '_'), "bad.wav", "odd\nname.wav"), true)
        .writeHtml(file, (f, s) -> Optional.of(Spectrogram.png(tone(1_000))), 3);
    String page = Files.readString(file);
    assertThat(page)
        .startsWith("<!DOCTYPE html>")
        .contains("a &lt;b&gt;batch", "&lt;script&gt;it is bad", "odd\\u000aname.wav")
        .doesNotContain("<script", "<img src=x", "http://", "https://");
    assertThat(page.indexOf("Failed")).isLessThan(page.indexOf("All files"));
    assertThat(page.split("class=\"pair\"", -1)).hasSize(1 + 3);
    assertThat(page.split("image/svg", -1)).hasSize(1 + 4);
  }

  @Test
  void aBatchOfNothingHasAPage() throws Exception {
    Path file = folder.resolve("report.html");
    report(List.of(), true).writeHtml(file, Pictures.NONE, 5);
    assertThat(file).content().contains("All files");
  }

  @Test
  void aToneIsOneLineAtItsPitch() throws Exception {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(Spectrogram.png(tone(2_000))));
    assertThat(image.getWidth()).isEqualTo(Spectrogram.WIDTH);
    int expected = Spectrogram.HEIGHT - 1 - 2_000 * Spectrogram.HEIGHT / 8_000;
    for (int y = 0; y < Spectrogram.HEIGHT; y++) {
      if (Math.abs(y - expected) > 1) {
        assertThat(image.getRGB(100, y) >> 8 & 0xff).as("row %d", y).isLessThan(200);
      }
    }
    assertThat(image.getRGB(100, expected) >> 8 & 0xff).isGreaterThan(200);
    Spectrogram.png(Audio.of(new float[] {0.5f}, Pictures.SAMPLE_RATE)); // shorter than a window
  }

  private static Audio tone(double hertz) {
    float[] samples = new float[Pictures.SAMPLE_RATE];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (0.5 * Math.sin(2 * Math.PI * hertz * i / Pictures.SAMPLE_RATE));
    }
    return Audio.of(samples, Pictures.SAMPLE_RATE);
  }

  @Test
  void binsAreRoundAndHoldEveryValue() {
    double[] values = {1.2, 3, 4.4, 19.9};
    Charts.Bins bins = Charts.Bins.over(values, 16);
    assertThat(bins.width()).isEqualTo(2);
    assertThat(bins.labels()).startsWith("0", "2", "4").hasSize(10);
    assertThat(bins.counts(values).stream().mapToInt(Integer::intValue).sum()).isEqualTo(4);
    assertThat(bins.counts(values).get(0)).isEqualTo(1);
  }
}
