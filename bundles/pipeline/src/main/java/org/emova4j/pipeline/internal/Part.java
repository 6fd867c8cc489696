package org.emova4j.pipeline.internal;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.speech.SpeechException;
import org.osgi.framework.ServiceReference;

/**
 * A part that is there, or was a moment ago.
 *
 * @param names its id and its model, as far as it has them
 * @param reference null once it has gone
 * @param service null once it has gone: nothing may hold on to a bundle that was swapped
 * @param facts what it writes and reads, by its own word, under the names of {@link
 *     ServiceProperties}
 */
record Part<T>(
    List<String> names, ServiceReference<T> reference, T service, Map<String, String> facts) {
  /** A call on a part. */
  interface Call<T, R> {
    R on(T part) throws SpeechException;
  }

  static <T> Part<T> of(ServiceReference<T> reference, T service, Map<String, String> facts) {
    List<String> names =
        Stream.of(ServiceProperties.ID, ServiceProperties.MODEL)
            .map(reference::getProperty)
            .filter(Objects::nonNull)
            .map(Object::toString)
            .toList();
    return new Part<>(names, reference, service, facts);
  }

  /** What is remembered of it. */
  Part<T> gone() {
    return new Part<>(names, null, null, facts);
  }

  String id() {
    return names.isEmpty() ? "(unnamed)" : names.get(0);
  }

  boolean isCalled(String name) {
    return names.contains(name);
  }

  boolean fits(Map<String, String> wanted) {
    return wanted.entrySet().stream().allMatch(w -> w.getValue().equals(facts.get(w.getKey())));
  }

  String codebook() {
    return facts.get(ServiceProperties.CODEBOOK);
  }

  String styleSpace() {
    return facts.get(ServiceProperties.STYLE_SPACE);
  }
}
