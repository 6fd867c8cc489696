package org.emova4j.eval.metric;

import static java.util.Objects.requireNonNull;

/**
 * A stretch of speech in an ABX test.
 *
 * @param phone what is told apart, e.g. the middle phone of a triphone
 * @param context what must be the same in A, B and X, e.g. its neighbours; may be empty
 * @param speaker who says it
 * @param content what the distance is between: units, or frames of features
 */
public record AbxItem<T>(String phone, String context, String speaker, T content) {
  public AbxItem {
    requireNonNull(phone, "phone");
    requireNonNull(context, "context");
    requireNonNull(speaker, "speaker");
    requireNonNull(content, "content");
  }
}
