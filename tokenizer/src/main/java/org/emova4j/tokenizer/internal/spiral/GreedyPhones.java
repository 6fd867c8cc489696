package org.emova4j.tokenizer.internal.spiral;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.emova4j.api.speech.Phone;
import org.emova4j.api.speech.PhoneRecognizer;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;

/**
 * Connectionist temporal classification, read greedily: the best label of each frame, without
 * repeats and blanks.
 */
final class GreedyPhones implements PhoneRecognizer {
  private static final int PIECE = 1500; // frames that go through the network at once

  private final PhoneNetwork network;
  private final Quantiser quantiser;
  private final Codebook codebook;
  private final List<String> labels;

  GreedyPhones(PhoneNetwork network, Quantiser quantiser, Codebook codebook, List<String> labels) {
    this.network = network;
    this.quantiser = quantiser;
    this.codebook = codebook;
    this.labels = labels;
  }

  @Override
  public List<String> labels() {
    return labels;
  }

  @Override
  public List<Phone> recognize(UnitSequence units) throws SpeechException {
    if (!units.codebook().equals(codebook)) {
      throw new IllegalArgumentException(
          "units are of codebook %s, %s is needed".formatted(units.codebook().id(), codebook.id()));
    }
    if (!units.isTimed()) {
      throw new IllegalArgumentException("units have no run lengths, phones need them");
    }
    int[] best = best(units.frameIds());
    List<Phone> phones = new ArrayList<>();
    for (int from = 0, to; from < best.length; from = to) {
      to = from + 1;
      while (to < best.length && best[to] == best[from]) {
        to++;
      }
      if (best[from] < labels.size()) {
        Duration unit = codebook.unitDuration();
        phones.add(
            new Phone(
                labels.get(best[from]), unit.multipliedBy(from), unit.multipliedBy(to - from)));
      }
    }
    return phones;
  }

  /** The best class of each frame; behind the labels comes the blank. */
  int[] best(int... frames) throws SpeechException {
    int[] best = new int[frames.length];
    for (int from = 0; from < frames.length; from += PIECE) {
      int to = Math.min(from + PIECE, frames.length);
      int first = Math.max(0, from - network.context());
      int last = Math.min(frames.length, to + network.context());
      float[] scores = network.run(quantiser.codes(Arrays.copyOfRange(frames, first, last)));
      for (int t = from; t < to; t++) {
        best[t] = largest(scores, (t - first) * network.classes(), network.classes());
      }
    }
    return best;
  }

  private static int largest(float[] scores, int start, int count) {
    int best = 0;
    for (int c = 1; c < count; c++) {
      best = scores[start + c] > scores[start + best] ? c : best;
    }
    return best;
  }
}
