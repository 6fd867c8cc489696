package org.emova4j.qwen.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.emova4j.api.chat.Sampling;
import org.emova4j.api.speech.InferenceFailedException;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final int[] ALL = IntStream.range(0, 6).toArray();

  private static float[] logits() {
    return new float[] {
      (float) Math.log(0.4),
      (float) Math.log(0.3),
      (float) Math.log(0.2),
      (float) Math.log(0.1),
      Float.NEGATIVE_INFINITY,
      Float.NaN
    };
  }

  @Test
  void takesTheLikeliestAtTemperatureZero() throws Exception {
    assertThat(new Sampler(Sampling.GREEDY, 1, ALL).pick(logits())).isZero();
  }

  @Test
  void takesTheLikeliestOfThoseThatAreAllowed() throws Exception {
    assertThat(new Sampler(Sampling.GREEDY, 1, new int[] {3, 2}).pick(logits())).isEqualTo(2);
  }

  @Test
  void drawsInProportionToTheProbabilities() throws Exception {
    Map<Integer, Double> shares = draw(Sampling.DEFAULT.withTemperature(1).withTopP(1), ALL);
    assertThat(shares).containsOnlyKeys(0, 1, 2, 3);
    assertThat(shares.get(0)).isCloseTo(0.4, within(0.02));
    assertThat(shares.get(3)).isCloseTo(0.1, within(0.02));
  }

  @Test
  void leavesOutTheTailOfTheNucleus() throws Exception {
    // 0.4 and 0.3 reach 0.6; what is kept is drawn from in proportion
    Map<Integer, Double> shares = draw(Sampling.DEFAULT.withTemperature(1).withTopP(0.6), ALL);
    assertThat(shares).containsOnlyKeys(0, 1);
    assertThat(shares.get(0)).isCloseTo(4 / 7.0, within(0.02));
  }

  @Test
  void keepsTheLikeliestHoweverSmallTheNucleus() throws Exception {
    assertThat(draw(Sampling.DEFAULT.withTemperature(1).withTopP(0.01), ALL)).containsOnlyKeys(0);
  }

  @Test
  void sharpensAtLowTemperatures() throws Exception {
    // p^2: 0.16, 0.09, 0.04, 0.01 of 0.30
    Map<Integer, Double> shares = draw(Sampling.DEFAULT.withTemperature(0.5).withTopP(1), ALL);
    assertThat(shares.get(0)).isCloseTo(16 / 30.0, within(0.02));
  }

  @Test
  void repeatsItselfWithTheSameSeed() throws Exception {
    Sampling sampling = Sampling.DEFAULT.withTemperature(1).withTopP(1).withSeed(7);
    Sampler one = new Sampler(sampling, 1, ALL);
    Sampler other = new Sampler(sampling, 1, ALL);
    for (int i = 0; i < 50; i++) {
      assertThat(one.pick(logits())).isEqualTo(other.pick(logits()));
    }
  }

  @Test
  void makesWhatHasOccurredLessLikely() throws Exception {
    Sampler sampler = new Sampler(Sampling.GREEDY, 2, ALL);
    sampler.see(0);
    float[] logits = {3, 2, -1, 1, 0, 0};
    assertThat(sampler.pick(logits)).isEqualTo(1);
    assertThat(logits[0]).isEqualTo(1.5f);
    float[] again = {3, 2, -1, 1, 0, 0};
    assertThat(sampler.pick(again)).isZero(); // both were halved by now
    assertThat(again[1]).isEqualTo(1f);
  }

  @Test
  void refusesOutputThatIsNotFinite() {
    Sampler sampler = new Sampler(Sampling.GREEDY, 1, new int[] {4, 5});
    assertThatThrownBy(() -> sampler.pick(logits())).isInstanceOf(InferenceFailedException.class);
  }

  private static Map<Integer, Double> draw(Sampling sampling, int[] allowed) throws Exception {
    Sampler sampler = new Sampler(sampling.withSeed(1), 1, allowed);
    int draws = 20_000;
    Map<Integer, Double> shares = new TreeMap<>();
    for (int i = 0; i < draws; i++) {
      shares.merge(sampler.pick(logits()), 1.0 / draws, Double::sum);
    }
    return shares;
  }
}
