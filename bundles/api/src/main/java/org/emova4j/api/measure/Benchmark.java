package org.emova4j.api.measure;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.emova4j.api.speech.SpeechException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A measurement that takes seconds to minutes. Its service property {@link
 * org.emova4j.api.ServiceProperties#ID} says of what, e.g. {@code llm}.
 */
@ConsumerType
public interface Benchmark {
  /**
   * Measures.
   *
   * @param progress is told what happens, in a few words each time
   * @throws IOException if there is no room for what is needed on the disk
   * @throws SpeechException if what is measured fails
   */
  List<Figure> measure(Consumer<String> progress) throws IOException, SpeechException;

  /**
   * One result.
   *
   * @param name for programs, e.g. {@code llm.float32.tokensPerSecond}
   * @param text for people, with the unit
   * @param value in the unit that the name says
   */
  record Figure(String name, String text, double value) {}
}
