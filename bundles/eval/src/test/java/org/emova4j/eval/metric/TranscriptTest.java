package org.emova4j.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Word and character error rates against jiwer 4.0.0, within 1e-12; labels and effects by hand. */
class TranscriptTest {
  @Test
  void errorRatesAsJiwer() throws Exception {
    JsonNode reference = Recordings.json("probes.json");
    for (JsonNode sentence : reference.get("transcripts")) {
      String truth = sentence.get("truth").asText();
      String heard = sentence.get("heard").asText();
      assertThat(TextNormaliser.wordErrors(truth, heard).rate())
          .as(heard)
          .isCloseTo(sentence.get("wer").asDouble(), within(1e-12));
      assertThat(TextNormaliser.characterErrors(truth, heard).rate())
          .as(heard)
          .isCloseTo(sentence.get("cer").asDouble(), within(1e-12));
    }
  }

  @Test
  void whatCountsOfATranscript() {
    assertThat(TextNormaliser.words("  Hello,  WORLD! -- (laughs) it\u2019s 'quoted' [noise] ok. "))
        .containsExactly("hello", "world", "it's", "quoted", "ok");
    assertThat(TextNormaliser.words("Straße\u00a0GRÜN <sil> ﬁn 3.5 dogs' rock'n'roll"))
        .containsExactly("straße", "grün", "fin", "3", "5", "dogs", "rock'n'roll");
    assertThat(TextNormaliser.words("设定29度 OK")).containsExactly("设", "定", "29", "度", "ok");
    assertThat(TextNormaliser.words("e\u0301te\u0301")).containsExactly("été");
    assertThat(TextNormaliser.words("...")).isEmpty();
    assertThat(TextNormaliser.characters("Ab c")).containsExactly("a", "b", "c");
  }

  @Test
  void confusionByHand() {
    ConfusionMatrix matrix =
        ConfusionMatrix.of(
            List.of("sad", "sad", "sad", "happy", "angry"),
            List.of("sad", "sad", "happy", "happy", "neutral"));
    assertThat(matrix.labels()).containsExactly("angry", "happy", "neutral", "sad");
    assertThat(matrix.count("sad", "happy")).isEqualTo(1);
    assertThat(matrix.count("happy", "sad")).isZero();
    assertThat(matrix.count("bored", "sad")).isZero();
    assertThat(matrix.items()).isEqualTo(5);
    assertThat(matrix.accuracy()).isEqualTo(0.6);
    assertThat(matrix.balancedAccuracy()).isCloseTo((2 / 3.0 + 1 + 0) / 3, within(1e-12));
    assertThat(ConfusionMatrix.of(List.of(), List.of()).accuracy()).isNaN();
  }

  @Test
  void effectsByHand() {
    assertThat(EffectSize.semitones(100, 200)).isCloseTo(12, within(1e-12));
    assertThat(EffectSize.percent(2, 3)).isEqualTo(50);
    double[] low = {1, 2, 3};
    double[] high = {3, 4, 5, 6};
    // variances 1 and 5/3, pooled (2 * 1 + 3 * 5/3) / 5 = 1.4; correction 1 - 3 / 19
    assertThat(EffectSize.hedges(low, high))
        .isCloseTo(2.5 / Math.sqrt(1.4) * (16 / 19.0), within(1e-12));
    assertThat(EffectSize.cliff(low, high)).isCloseTo(11 / 12.0, within(1e-12));
    assertThat(EffectSize.paired(low, new double[] {2, 4, 4}))
        .isCloseTo(4 / 3.0 / Math.sqrt(1 / 3.0), within(1e-12));
    assertThat(EffectSize.hedges(low, new double[] {1})).isNaN();
    assertThat(Correlation.spearman(new double[] {0, 0.5, 1}, new double[] {3, 3.1, 9}))
        .isCloseTo(1, within(1e-12));
    assertThat(Correlation.spearman(new double[] {0, 0.5, 1}, new double[] {3, 3, 3})).isNaN();
  }
}
