package org.emova4j.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Against scikit-learn 1.9.1 and SciPy 1.17.1 ({@code make_probes.py}): weights, intercepts and
 * probabilities within 1e-4, predictions of leave-one-group-out the same, equal error rates and
 * correlations within 1e-9.
 */
class ProbeTest {
  private final JsonMapper json = JsonMapper.builder().build();
  private JsonNode reference;
  private List<double[]> features;
  private List<String> labels;
  private List<String> groups;

  @BeforeEach
  void read() throws Exception {
    reference = Recordings.json("probes.json");
    features = List.of(json.convertValue(reference.get("features"), double[][].class));
    labels = List.of(json.convertValue(reference.get("labels"), String[].class));
    groups = List.of(json.convertValue(reference.get("groups"), String[].class));
  }

  @Test
  void fitsAsScikitLearnDoes() {
    FeatureRows rows =
        FeatureRows.dense(features.stream().map(row -> Arrays.copyOf(row, 5)).toList());
    int[] classes = labels.stream().mapToInt(Integer::parseInt).toArray();
    for (JsonNode fit : reference.get("fits")) {
      LogisticRegression own =
          LogisticRegression.fit(rows, classes, 3, fit.get("penalty").asDouble());
      close(own.weights(), fit.get("weights"));
      close(new double[][] {own.intercepts()}, json.createArrayNode().add(fit.get("intercepts")));
      double[][] probabilities = own.probabilities(rows);
      close(Arrays.copyOf(probabilities, 10), fit.get("probabilities"));
    }
  }

  private void close(double[][] own, JsonNode expected) {
    double[][] values = json.convertValue(expected, double[][].class);
    assertThat(own).hasDimensions(values.length, values[0].length);
    for (int i = 0; i < values.length; i++) {
      for (int j = 0; j < values[i].length; j++) {
        assertThat(own[i][j]).as("%d, %d", i, j).isCloseTo(values[i][j], within(1e-4));
      }
    }
  }

  @Test
  void crossValidatesAsScikitLearnDoes() {
    JsonNode expected = reference.get("leave one group out");
    Probe.Result result = Probe.crossValidate(FeatureRows.dense(features), labels, groups, 99, 1);
    assertThat(result.folds()).isEqualTo(5);
    assertThat(result.items()).isEqualTo(120);
    assertThat(result.predicted())
        .containsExactly(json.convertValue(expected.get("predicted"), String[].class));
    assertThat(result.accuracy()).isCloseTo(expected.get("accuracy").asDouble(), within(1e-12));
    assertThat(result.balancedAccuracy())
        .isCloseTo(expected.get("balanced accuracy").asDouble(), within(1e-12));
    assertThat(result.chance()).isBetween(0.25, 0.45);
    assertThat(result.equalErrorRate()).isBetween(0.05, 0.35);
  }

  @Test
  void theOrderOfItemsDoesNotMatter() {
    Probe.Result result = Probe.crossValidate(FeatureRows.dense(features), labels, groups, 3, 1);
    List<Integer> order = new ArrayList<>(IntStream.range(0, 120).boxed().toList());
    Collections.shuffle(order, new Random(4));
    Probe.Result other =
        Probe.crossValidate(
            FeatureRows.dense(order.stream().map(features::get).toList()),
            order.stream().map(labels::get).toList(),
            order.stream().map(groups::get).toList(),
            3,
            1);
    assertThat(other.predicted())
        .isEqualTo(order.stream().map(i -> result.predicted().get(i)).toList());
    assertThat(other.equalErrorRate()).isEqualTo(result.equalErrorRate());
    assertThat(other.chance()).isEqualTo(result.chance());
  }

  @Test
  void hearsSpeakersWhereTheyAreAndChanceWhereTheyAreNot() {
    Random random = new Random(9);
    List<int[]> told = new ArrayList<>();
    List<int[]> untold = new ArrayList<>();
    List<String> speakers = new ArrayList<>();
    List<String> sentences = new ArrayList<>();
    for (int i = 0; i < 160; i++) {
      int speaker = i % 4;
      told.add(random.ints(40, 0, 64).map(u -> u % 5 == 0 ? 60 + speaker : u).toArray());
      untold.add(random.ints(40, 0, 64).toArray());
      speakers.add("s" + speaker);
      sentences.add("sentence" + i / 4);
    }
    Probe.Result heard =
        Probe.crossValidate(FeatureRows.histograms(64, told), speakers, sentences, 5, 1);
    Probe.Result unheard =
        Probe.crossValidate(FeatureRows.histograms(64, untold), speakers, sentences, 5, 1);
    assertThat(heard.folds()).isEqualTo(5);
    assertThat(heard.accuracy()).isGreaterThan(0.95);
    assertThat(heard.equalErrorRate()).isLessThan(0.05);
    assertThat(heard.chance()).isEqualTo(0.25);
    assertThat(unheard.accuracy()).isBetween(0.1, 0.4);
    assertThat(unheard.equalErrorRate()).isBetween(0.4, 0.6);
  }

  @Test
  void foldsKeepGroupsTogetherAndLabelsApart() {
    List<String> kinds = new ArrayList<>();
    List<String> takes = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      kinds.add("k" + i / 20);
      takes.add("t%02d".formatted(i / 2));
    }
    int[] folds = Folds.assign(kinds, takes, 5);
    for (int i = 0; i < 60; i += 2) {
      assertThat(folds[i]).isEqualTo(folds[i + 1]);
    }
    for (int f = 0; f < 5; f++) {
      for (int k = 0; k < 3; k++) {
        int fold = f;
        long held = IntStream.range(20 * k, 20 * k + 20).filter(i -> folds[i] == fold).count();
        assertThat(held).as("fold %d, kind %d", f, k).isEqualTo(4);
      }
    }
  }

  @Test
  void equalErrorRatesAsScikitLearn() {
    for (JsonNode trial : reference.get("equal error rates")) {
      double[] targets = json.convertValue(trial.get("targets"), double[].class);
      double[] others = json.convertValue(trial.get("others"), double[].class);
      EqualErrorRate own = EqualErrorRate.of(targets, others);
      assertThat(own.rate()).as("%s", trial).isCloseTo(trial.get("rate").asDouble(), within(1e-9));
      assertThat(own.targets()).isEqualTo(targets.length);
    }
  }

  @Test
  void verifiesSpeakersByCosine() {
    List<double[]> vectors =
        List.of(
            new double[] {1, 0}, new double[] {2, 0.1}, new double[] {0, 1}, new double[] {0.1, 3});
    EqualErrorRate apart = EqualErrorRate.ofSpeakers(vectors, List.of("a", "a", "b", "b"));
    assertThat(apart.rate()).isZero();
    assertThat(apart.targets()).isEqualTo(2);
    assertThat(apart.others()).isEqualTo(4);
    assertThat(EqualErrorRate.ofSpeakers(vectors, List.of("a", "b", "a", "b")).rate())
        .isEqualTo(0.5);
    assertThatThrownBy(() -> EqualErrorRate.ofSpeakers(vectors, List.of("a", "a", "a", "a")))
        .hasMessage("there are no others");
  }

  @Test
  void correlationsAsScipy() {
    JsonNode expected = reference.get("correlation");
    double[] x = json.convertValue(expected.get("x"), double[].class);
    double[] y = json.convertValue(expected.get("y"), double[].class);
    assertThat(Correlation.pearson(x, y))
        .isCloseTo(expected.get("pearson").asDouble(), within(1e-9));
    assertThat(Correlation.spearman(x, y))
        .isCloseTo(expected.get("spearman").asDouble(), within(1e-9));
  }

  @Test
  void refusesWhatCannotBeLearnt() {
    FeatureRows rows = FeatureRows.dense(features);
    List<String> one = Collections.nCopies(120, "x");
    assertThatThrownBy(() -> Probe.crossValidate(rows, labels, one, 5, 1))
        .hasMessage("there are fewer than two groups to tell apart");
    assertThatThrownBy(() -> Probe.crossValidate(rows, one, groups, 5, 1))
        .hasMessage("without one fold, all items are \"x\"");
    assertThatThrownBy(() -> Probe.crossValidate(rows, labels, groups, 5, 0))
        .hasMessage("penalty 0.0 is not positive");
    assertThatThrownBy(() -> FeatureRows.dense(List.of(new double[2], new double[3])))
        .hasMessage("row 1 has 3 features, row 0 has 2");
    assertThatThrownBy(() -> FeatureRows.histograms(4, List.of(new int[] {4})))
        .hasMessage("unit 4 is outside a codebook of size 4");
  }
}
