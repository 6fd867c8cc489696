package org.emova4j.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Against what was computed by hand, and against zerospeech-libriabx 1.0.5 (Libri-light's
 * implementation, single precision) on random features, within 1e-5.
 */
class AbxTest {
  private static AbxItem<int[]> item(String phone, String context, String speaker, int... units) {
    return new AbxItem<>(phone, context, speaker, units);
  }

  @Test
  void withinASpeakerByHand() {
    // X = 1 2: as near to 1 1 as to 2 2; X = 1 1: nearer to 1 2 than to 2 2
    AbxResult result =
        Abx.within(
            List.of(item("p", "", "s", 1, 1), item("p", "", "s", 1, 2), item("q", "", "s", 2, 2)),
            Distances::edit);
    assertThat(result).isEqualTo(new AbxResult(0.25, 2, 1));
  }

  @Test
  void acrossSpeakersByHand() {
    List<AbxItem<int[]>> items =
        List.of(
            item("p", "", "s", 1),
            item("q", "", "s", 2),
            item("p", "", "t", 2),
            item("p", "", "u", 1),
            item("q", "other", "t", 1));
    // A = 1, B = 2 by s; X = 2 by t is an error, X = 1 by u isn't; q by t has another context
    assertThat(Abx.across(items, Distances::edit)).isEqualTo(new AbxResult(0.5, 2, 1));
    assertThat(Abx.within(items, Distances::edit).errorRate()).isNaN();
  }

  @Test
  void phonePairsCountEqually() {
    // (p, q) has 2 triples without error, (q, p) has 6 that are all ties
    List<AbxItem<int[]>> items =
        List.of(
            item("p", "", "s", 1, 1, 1, 1),
            item("p", "", "s", 1, 1, 1, 1),
            item("q", "", "s", 2, 2, 2, 2),
            item("q", "", "s", 3, 3, 3, 3),
            item("q", "", "s", 4, 4, 4, 4));
    assertThat(Abx.within(items, Distances::edit)).isEqualTo(new AbxResult(0.25, 18, 2));
  }

  @Test
  void agreesWithLibriLightWhateverTheOrder() throws Exception {
    JsonNode reference = Recordings.json("abx.json");
    List<AbxItem<double[][]>> items = new ArrayList<>();
    for (JsonNode item : reference.get("items")) {
      double[][] frames =
          JsonMapper.builder().build().convertValue(item.get("frames"), double[][].class);
      items.add(
          new AbxItem<>(
              item.get("phone").asText(),
              item.get("context").asText(),
              item.get("speaker").asText(),
              frames));
    }
    AbxResult within = Abx.within(items, Distances::warpedAngle);
    AbxResult across = Abx.across(items, Distances::warpedAngle);
    assertThat(within.errorRate()).isCloseTo(reference.get("within").asDouble(), within(1e-5));
    assertThat(across.errorRate()).isCloseTo(reference.get("across").asDouble(), within(1e-5));
    Collections.shuffle(items, new Random(1));
    assertThat(Abx.within(items, Distances::warpedAngle)).isEqualTo(within);
    assertThat(Abx.across(items, Distances::warpedAngle)).isEqualTo(across);
  }

  @Test
  void anglesByHand() {
    assertThat(Distances.cosine(new double[] {1, 0}, new double[] {1, 1}))
        .isCloseTo(Math.sqrt(0.5), within(1e-12));
    assertThat(Distances.cosine(new double[2], new double[] {1, 1})).isNaN();
    double[][] x = {{1, 0}, {0, 1}};
    double[][] y = {{2, 0}, {3, 0}, {0, 1}};
    assertThat(Distances.warpedAngle(x, y)).isZero();
    double[][] z = {{-1, 0}};
    assertThat(Distances.warpedAngle(x, z)).isEqualTo(0.75); // 1 and 1/2
  }
}
