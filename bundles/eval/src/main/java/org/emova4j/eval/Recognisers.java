package org.emova4j.eval;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.eval.internal.recognise.CommandRecogniser;
import org.emova4j.eval.internal.recognise.HttpRecogniser;

/** Recognisers of others. */
public final class Recognisers {
  private Recognisers() {}

  /**
   * One that is named by an address or a command line.
   *
   * <p>An address, {@code http://} or {@code https://}, is of a server that knows OpenAI's {@code
   * /v1/audio/transcriptions}. Anything else is a command line: words, in quotes if they hold
   * spaces, of which {@code {file}} is replaced by the name of a WAV file (16 kHz, mono, 16 bit);
   * what it prints is what it heard. It is run as it is, without a shell.
   *
   * @param writer writes what is recognised
   * @param model that a server is asked for
   * @param key that a server wants, or empty
   * @param timeout for one recording
   * @throws IllegalArgumentException if it is neither: says why
   */
  public static Recogniser of(
      String text, AudioWriter writer, String model, Optional<String> key, Duration timeout) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    if (lower.startsWith("http://") || lower.startsWith("https://")) {
      return new HttpRecogniser(URI.create(text.strip()), model, key, writer, timeout);
    }
    return new CommandRecogniser(text, writer, timeout);
  }
}
