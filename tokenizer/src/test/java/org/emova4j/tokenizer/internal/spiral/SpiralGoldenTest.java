package org.emova4j.tokenizer.internal.spiral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.Phone;
import org.emova4j.api.speech.TokenizeOptions;
import org.emova4j.api.unit.UnitSequence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every fixture of the reference: units exactly, numbers within tolerances. */
class SpiralGoldenTest {
  private static final float MEL = 5e-4f;
  private static final float BLOCK = 2e-4f;
  private static final float Z = 3e-4f;
  private static final TokenizeOptions REFERENCE =
      new TokenizeOptions(TokenizeOptions.Rules.REFERENCE);

  /** A recording and the file of what the reference makes of it. */
  private record Case(Golden golden, String file) {
    float[] expected(String tensor) throws Exception {
      return golden.floats(file, tensor);
    }

    int[] integers(String tensor) throws Exception {
      return golden.integers(file, tensor);
    }

    float[] audio() throws Exception {
      return expected("audio");
    }

    @Override
    public String toString() {
      return golden + " " + file;
    }
  }

  private static final List<Golden> GOLDEN = new ArrayList<>();

  @BeforeAll
  static void open() throws Exception {
    for (String name : Golden.NAMES) {
      GOLDEN.add(Golden.open(name));
    }
  }

  @AfterAll
  static void close() {
    GOLDEN.forEach(Golden::close);
  }

  static Stream<Golden> models() {
    return GOLDEN.stream();
  }

  static Stream<Case> cases() {
    return models()
        .flatMap(g -> Stream.of("expected_example", "expected_short").map(f -> new Case(g, f)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void recordingsAreTheReferences(Case c) throws Exception {
    String file = c.file().equals("expected_example") ? "example_16k.wav" : "short_0p3s_16k.wav";
    assertThat(Golden.recording(file)).isEqualTo(c.audio());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logMel(Case c) throws Exception {
    LogMelFrames mel = c.golden().mel(c.audio());
    assertThat(mel.valid()).isEqualTo(c.integers("mel_len")[0]);
    assertThat(transposed(mel.rows(), c.golden().config().mel().bands()))
        .containsExactly(c.expected("log_mel"), within(MEL));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyBlock(Case c) throws Exception {
    List<float[]> outputs = new ArrayList<>();
    List<Integer> widths = new ArrayList<>();
    c.golden()
        .network()
        .run(
            c.golden().mel(c.audio()),
            (i, x) -> {
              outputs.add(x.toFloatArray());
              widths.add((int) x.getShape().get(2));
            });
    assertThat(outputs).hasSize(7);
    for (int i = 0; i < outputs.size(); i++) {
      assertThat(transposed(outputs.get(i), widths.get(i)))
          .as("block %d", i)
          .containsExactly(c.expected("block_" + i), within(BLOCK));
    }
    assertThat(outputs.get(6)).containsExactly(c.expected("encoder_out"), within(BLOCK));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void quantiser(Case c) throws Exception {
    float[] z = c.golden().network().run(c.golden().mel(c.audio()));
    assertThat(z).containsExactly(c.expected("pre_quant"), within(Z));
    Quantiser quantiser = new Quantiser(c.golden().config().levels());
    float[] bounded = new float[z.length];
    for (int i = 0; i < z.length; i++) {
      bounded[i] = (float) quantiser.bounded(z[i], i % 4);
    }
    assertThat(bounded).containsExactly(c.expected("bounded"), within(4 * Z));
    int[] units = quantiser.units(z);
    assertThat(units).isEqualTo(c.integers("ids_all_frames"));
    assertThat(quantiser.codes(units)).containsExactly(c.expected("codes"), within(1e-6f));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void units(Case c) throws Exception {
    Audio audio = Audio.of(c.audio(), 16_000);
    UnitSequence units = c.golden().tokenizer().tokenize(audio);
    assertThat(units.frameIds()).isEqualTo(c.integers("units"));
    assertThat(units.frameIds()).hasSize(c.integers("encoded_len")[0]);
    assertThat(units.reduced().untimed().ids()).isEqualTo(c.integers("units_reduced"));
    assertThat(c.golden().tokenizer().tokenize(audio, REFERENCE)).isEqualTo(units);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void phones(Case c) throws Exception {
    Golden golden = c.golden();
    int[] units = c.integers("units");
    PhoneNetwork network = golden.phones();
    assertThat(network.run(new Quantiser(golden.config().levels()).codes(units)))
        .containsExactly(c.expected("ctc_logits"), within(Z));
    int[] best = c.integers("ctc_greedy_frames");
    List<String> labels = golden.config().phones().orElseThrow().labels();
    List<String> expected = new ArrayList<>();
    for (int t = 0; t < best.length; t++) {
      if (best[t] < labels.size() && (t == 0 || best[t] != best[t - 1])) {
        expected.add(labels.get(best[t]));
      }
    }
    List<Phone> phones =
        golden
            .tokenizer()
            .phones()
            .orElseThrow()
            .recognize(golden.tokenizer().tokenize(Audio.of(c.audio(), 16_000)));
    assertThat(phones).extracting(Phone::label).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("models")
  void lengthsAroundEveryBoundary(Golden golden) throws Exception {
    JsonNode sweep = json(golden, "length_sweep.json");
    int start = sweep.get("start_sample").asInt();
    assertThat(sweep.get("cases").size()).isEqualTo(21);
    for (JsonNode c : sweep.get("cases")) {
      int samples = c.get("samples").asInt();
      float[] audio = Arrays.copyOfRange(Golden.example(), start, start + samples);
      float[] z = golden.network().run(golden.mel(audio));
      // where rounding in the front end is amplified, the reference itself moves as much
      float noise = (float) c.get("sensitivity_dz_for_1e-7_audio_noise").asDouble();
      assertThat(z)
          .as("%d samples", samples)
          .containsExactly(
              golden.floats("length_sweep", "pre_quant_" + samples), within(Math.max(Z, noise)));
      assertThat(new Quantiser(golden.config().levels()).units(z))
          .isEqualTo(integers(c.get("ids_all_frames")));
      UnitSequence units = golden.tokenizer().tokenize(Audio.of(audio, 16_000));
      assertThat(units.frameIds())
          .isEqualTo(integers(c.get("units")))
          .hasSize(c.get("encoded_len").asInt());
      assertThat(units.untimed().ids()).isEqualTo(integers(c.get("units_reduced")));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void longAudioUnderTheRulesOfTheReference(Golden golden) throws Exception {
    for (int samples : new int[] {976_123, 1_650_777}) {
      int[] expected = golden.integers("long_audio", "units_" + samples);
      float[] margin = golden.floats("long_audio", "margin_" + samples);
      int[] units = golden.tokenizer().tokenize(Golden.tiled(samples), REFERENCE).frameIds();
      assertThat(units).hasSameSizeAs(expected);
      for (int u = 0; u < units.length; u++) {
        if (margin[u] > 1e-3) {
          assertThat(units[u]).as("unit %d of %d samples", u, samples).isEqualTo(expected[u]);
        }
      }
    }
  }

  /** The reference pads the shorter of two recordings before it analyses them. */
  @ParameterizedTest
  @MethodSource("models")
  void twoRecordingsInOneBatch(Golden golden) throws Exception {
    JsonNode batch = json(golden, "batch2.json");
    float[] first = Golden.example();
    for (int row = 0; row < 2; row++) {
      float[] audio = Golden.recording(batch.get("files").get(row).asText());
      float[] padded = Arrays.copyOf(audio, first.length);
      LogMelFrames mel =
          golden
              .frontEnd()
              .apply(FloatBuffer.wrap(padded), golden.frontEnd().validFrames(audio.length));
      int[] units = new Quantiser(golden.config().levels()).units(golden.network().run(mel));
      assertThat(Arrays.copyOf(units, batch.get("encoded_len").get(row).asInt()))
          .isEqualTo(integers(batch.get("units").get(row)));
    }
  }

  private static JsonNode json(Golden golden, String file) throws Exception {
    return new ObjectMapper()
        .readTree(Files.readAllBytes(Golden.resource(golden.name() + "/" + file)));
  }

  private static int[] integers(JsonNode list) {
    int[] values = new int[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).asInt();
    }
    return values;
  }

  private static float[] transposed(float[] rows, int width) {
    float[] columns = new float[rows.length];
    int time = rows.length / width;
    for (int i = 0; i < rows.length; i++) {
      columns[i % width * time + i / width] = rows[i];
    }
    return columns;
  }
}
