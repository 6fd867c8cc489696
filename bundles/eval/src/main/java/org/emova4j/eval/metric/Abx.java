package org.emova4j.eval.metric;

import java.util.Collection;
import java.util.function.ToDoubleBiFunction;

/**
 * ABX phone discrimination: A and X are the same phone, B is another; an error is an X that is
 * nearer to B than to A, a tie is half an error (T. Schatz, "ABX-discriminability measures and
 * applications", 2016; M. Rivière and E. Dunbar et al., ZeroSpeech 2021: within speaker all three
 * have one speaker; across speakers, A and B have one and X has another). A, B and X have the same
 * context.
 *
 * <p>Errors are averaged over the triples of a cell (context, speaker or pair of speakers, ordered
 * pair of phones), then over contexts, then over speakers, then over ordered pairs of phones, each
 * with equal weight.
 */
public final class Abx {
  private Abx() {}

  /** A, B and X of the same speaker. */
  public static <T> AbxResult within(
      Collection<AbxItem<T>> items, ToDoubleBiFunction<? super T, ? super T> distance) {
    return Later.yet();
  }

  /** A and B of one speaker, X of another. */
  public static <T> AbxResult across(
      Collection<AbxItem<T>> items, ToDoubleBiFunction<? super T, ? super T> distance) {
    return Later.yet();
  }
}
