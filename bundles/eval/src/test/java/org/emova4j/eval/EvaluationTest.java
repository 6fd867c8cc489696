package org.emova4j.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.eval.EvalOptions.Section;
import org.emova4j.eval.metric.Bootstrap;
import org.emova4j.wav.internal.WavAudioReader;
import org.emova4j.wav.internal.WavAudioWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole evaluations of tokenizers that are no networks. */
class EvaluationTest {
  private static final int RATE = 16_000;
  private static final int FRAME = 640;
  private static final Codebook CODEBOOK = new Codebook("levels", 16, Duration.ofMillis(40));
  private static final EvalTools TOOLS =
      new EvalTools(new WavAudioReader(), new WavAudioWriter(), Optional.empty(), Optional.empty());

  @TempDir Path folder;
  private final List<String> lines = new ArrayList<>();

  /** A unit is how loud a frame is, in so many steps. */
  private static final class Levels implements SpeechTokenizer {
    final AtomicInteger calls = new AtomicInteger();
    private final int steps;

    Levels(int steps) {
      this.steps = steps;
    }

    @Override
    public Codebook codebook() {
      return CODEBOOK;
    }

    @Override
    public int sampleRate() {
      return RATE;
    }

    @Override
    public UnitSequence tokenize(Audio speech) {
      calls.incrementAndGet();
      float[] samples = speech.samples();
      int[] units = new int[(samples.length + FRAME - 1) / FRAME];
      for (int t = 0; t < units.length; t++) {
        double power = 0;
        for (int n = t * FRAME; n < Math.min(samples.length, (t + 1) * FRAME); n++) {
          power += (double) samples[n] * samples[n] / FRAME;
        }
        units[t] = (int) Math.min(steps - 1, steps * Math.sqrt(2 * power));
      }
      return UnitSequence.ofFrames(CODEBOOK, units);
    }
  }

  /** Three speakers say "a" loudly and "b" quietly, in turns, each at a level of their own. */
  @BeforeEach
  void corpus() throws IOException {
    for (int speaker = 0; speaker < 3; speaker++) {
      for (int take = 0; take < 4; take++) {
        String name = "s%d_%d".formatted(speaker, take);
        write(name, speaker, take);
        lines.add("%s.wav\tsentence %d\ts%d\tf\tneutral".formatted(name, take, speaker));
      }
    }
  }

  private void write(String name, int speaker, int take) throws IOException {
    Random random = new Random(10L * speaker + take);
    int sounds = 8 + take;
    int soundLength = 4 * FRAME;
    float[] samples = new float[sounds * soundLength];
    StringBuilder grid =
        new StringBuilder("File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n0\n");
    double end = (double) samples.length / RATE;
    grid.append(
        "%s\n<exists>\n1\n\"IntervalTier\"\n\"phones\"\n0\n%s\n%d\n".formatted(end, end, sounds));
    for (int i = 0; i < sounds; i++) {
      boolean loud = random.nextInt(2) == 0;
      double level = (loud ? 0.7 : 0.2) + 0.08 * speaker;
      for (int n = 0; n < soundLength; n++) {
        samples[i * soundLength + n] = (float) (level * Math.sin(2 * Math.PI * 200 * n / RATE));
      }
      grid.append(
          "%s\n%s\n\"%s\"\n"
              .formatted(
                  (double) i * soundLength / RATE,
                  (double) (i + 1) * soundLength / RATE,
                  loud ? "a" : "b"));
    }
    try {
      TOOLS
          .writer()
          .encode(
              Audio.of(samples, RATE),
              folder.resolve(name + ".wav"),
              EncodeOptions.of(AudioFormat.WAV_FLOAT));
    } catch (org.emova4j.api.speech.UnsupportedAudioException e) {
      throw new IOException(e);
    }
    Files.writeString(folder.resolve(name + ".TextGrid"), grid);
  }

  private Corpus read() throws IOException {
    Path manifest = folder.resolve("corpus.tsv");
    List<String> all = new ArrayList<>(List.of("path\ttranscript\tspeaker\tgender\temotion"));
    all.addAll(lines);
    Files.write(manifest, all);
    return Corpus.read(manifest, Corpus.Selection.ALL);
  }

  private static EvalOptions options(int jobs) {
    return new EvalOptions(
        Set.of(Section.TOKENIZER),
        Set.of(Disturbance.NOISE_10, Disturbance.PITCH_UP),
        jobs,
        Duration.ofSeconds(30),
        2,
        new Bootstrap(1, 100));
  }

  private static Subject subject(String name, SpeechTokenizer tokenizer) {
    return new Subject(
        name,
        tokenizer,
        Optional.empty(),
        List.of(new Subject.PartFacts("tokenizer", name, "", "")));
  }

  private EvalReport run(String log, int jobs, Subject... subjects) throws Exception {
    return new Evaluation(read(), List.of(subjects), TOOLS, options(jobs))
        .run(folder.resolve(log), EvalListener.NONE);
  }

  private static Figure figure(EvalReport report, String name) {
    return report.figures().stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void findsWhatIsThereToFind() throws Exception {
    EvalReport report = run("log", 1, subject("levels", new Levels(16)));
    assertThat(report.failures()).isEmpty();
    assertThat(figure(report, "units_per_second").value()).isCloseTo(25, within(1e-9));
    assertThat(figure(report, "bit_rate").value()).isCloseTo(100, within(1e-9));
    // Levels tell "a" from "b" and speakers from each other.
    assertThat(figure(report, "pnmi").value()).isGreaterThan(0.99);
    assertThat(figure(report, "abx_within").value()).isLessThan(1);
    assertThat(figure(report, "speaker_probe").value()).isGreaterThan(80);
    assertThat(figure(report, "speaker_probe").items()).isEqualTo(12);
    assertThat(figure(report, "pnmi").clusters()).isEqualTo(3);
    assertThat(report.notes()).anyMatch(note -> note.contains("changes pitch and speed"));
    assertThat(report.figures())
        .noneMatch(f -> f.name().contains("pitch_up") || Double.isNaN(f.value()));
  }

  @Test
  void givesTheSameFiguresTwiceInAnyOrderAndWithAnyNumberOfThreads() throws Exception {
    EvalReport once = run("one", 1, subject("levels", new Levels(16)));
    Collections.shuffle(lines, new Random(1));
    EvalReport twice = run("two", 4, subject("levels", new Levels(16)));
    assertThat(twice.figures()).isEqualTo(once.figures());
    assertThat(twice.recordings()).isEqualTo(once.recordings());
  }

  @Test
  void goesOnWhereItStopped() throws Exception {
    Levels tokenizer = new Levels(16);
    Evaluation stopped =
        new Evaluation(read(), List.of(subject("levels", tokenizer)), TOOLS, options(1));
    EvalListener stopper =
        new EvalListener() {
          private int ended;

          @Override
          public void ended(String measurement, Corpus.Item item, boolean known) {
            if (++ended == 5) {
              stopped.stop();
            }
          }
        };
    assertThatThrownBy(() -> stopped.run(folder.resolve("log"), stopper))
        .isInstanceOf(CancellationException.class);
    // Each recording is tokenized twice: as it is, and with noise.
    assertThat(tokenizer.calls).hasValue(10);
    Files.writeString(
        folder.resolve("log"), "{\"key\":\"half a li", java.nio.file.StandardOpenOption.APPEND);
    EvalReport resumed = run("log", 2, subject("levels", tokenizer));
    assertThat(tokenizer.calls).hasValue(24);
    assertThat(resumed.figures())
        .isEqualTo(run("other", 1, subject("levels", new Levels(16))).figures());
  }

  @Test
  void measuresAgainWhatHasChanged() throws Exception {
    run("log", 1, subject("levels", new Levels(16)));
    write("s0_0", 2, 3);
    Levels again = new Levels(16);
    run("log", 1, subject("levels", again));
    assertThat(again.calls).hasValue(2);
  }

  @Test
  void saysWhichDifferencesAreNoise() throws Exception {
    EvalReport report =
        run("log", 1, subject("fine", new Levels(16)), subject("coarse", new Levels(2)));
    assertThat(
            report.comparisons().stream()
                .filter(c -> c.name().equals("speaker_probe"))
                .findFirst()
                .orElseThrow()
                .value())
        .isNegative();
    assertThat(
            report.comparisons().stream()
                .filter(c -> c.name().equals("units_per_second"))
                .findFirst()
                .orElseThrow()
                .verdict())
        .isEqualTo(Comparison.Verdict.NOISE);
    assertThat(report.figures()).anyMatch(f -> f.section().equals("agreement"));
  }

  @Test
  void leavesOutWhatCannotBeReadAndSaysSo() throws Exception {
    Files.writeString(folder.resolve("s1_1.wav"), "no sound");
    EvalReport report = run("log", 2, subject("levels", new Levels(16)));
    assertThat(report.failures()).hasSize(1);
    assertThat(report.failures().get(0).item()).isEqualTo("s1_1.wav");
    assertThat(figure(report, "units_per_second").items()).isEqualTo(11);
  }

  @Test
  void writesAPageThatLoadsNothingAndTheSameForPrograms() throws Exception {
    lines.set(0, lines.get(0).replace("sentence 0", "<script>alert(1)</script>"));
    EvalReport report = run("log", 1, subject("<b>levels", new Levels(16)));
    EvalFacts facts =
        new EvalFacts(
            "Evaluation",
            "emova eval",
            "c",
            12,
            3,
            "00",
            List.of(),
            Map.of("Java", "17"),
            Map.of("seed", "1"),
            Instant.EPOCH);
    EvalFiles.write(folder.resolve("report"), report, facts);
    String page = Files.readString(folder.resolve("report/index.html"));
    assertThat(page)
        .contains("&lt;b&gt;levels")
        .doesNotContain("<script", "<b>levels", "http://", "https://", "src=\"/")
        .contains("data:image/svg+xml");
    assertThat(Files.readString(folder.resolve("report/report.json")))
        .contains("\"pnmi\"", "\"low\"", "\"corpusSha256\"");
    assertThat(Files.readAllLines(folder.resolve("report/figures.csv")))
        .hasSize(1 + report.figures().size())
        .first()
        .isEqualTo(
            "subject,compared_with,section,name,label,unit,value,low,high,interval,items,clusters,"
                + "verdict");
  }
}
