package org.emova4j.engine;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.emova4j.api.speech.ModelUnavailableException;

/**
 * A {@code tokenizer.json} of Hugging Face: text to token ids and back, by their own library.
 *
 * <p>Safe for concurrent use. After {@link #close()} it refuses.
 */
public final class TextTokenizer implements AutoCloseable {
  /** Several times the largest vocabulary in use. */
  static final long MAX_FILE_BYTES = 64L << 20;

  private static final Map<String, String> OPTIONS =
      Map.of("addSpecialTokens", "false", "truncation", "do_not_truncate", "padding", "do_not_pad");

  private final Path file;
  private final HuggingFaceTokenizer tokenizer;
  private final Gate gate;
  private final Duration closeTimeout;

  private TextTokenizer(Path file, HuggingFaceTokenizer tokenizer, Duration closeTimeout) {
    this.file = file;
    this.tokenizer = tokenizer;
    this.gate = new Gate("the tokenizer of " + file);
    this.closeTimeout = closeTimeout;
  }

  static TextTokenizer open(Path file, Duration closeTimeout) throws ModelUnavailableException {
    byte[] json;
    try {
      if (!Files.isRegularFile(file)) {
        throw new ModelUnavailableException(file + " is missing or not a file");
      }
      long bytes = Files.size(file);
      if (bytes > MAX_FILE_BYTES) {
        throw new ModelUnavailableException(
            "%s has %d bytes, the limit is %d".formatted(file, bytes, MAX_FILE_BYTES));
      }
      json = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ModelUnavailableException(file + " can't be read", e);
    }
    Thread thread = Thread.currentThread();
    ClassLoader caller = thread.getContextClassLoader();
    // As for libtorch: a property file says which library it is.
    thread.setContextClassLoader(TextTokenizer.class.getClassLoader());
    try {
      return new TextTokenizer(
          file,
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), OPTIONS),
          closeTimeout);
    } catch (IOException | RuntimeException | LinkageError e) {
      throw new ModelUnavailableException(
          "%s is no tokenizer that can be used: %s"
              .formatted(file, String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    } finally {
      thread.setContextClassLoader(caller);
    }
  }

  /**
   * Text to ids. Special tokens are recognised in the text; none is added.
   *
   * @param text a lone surrogate counts as U+FFFD
   * @throws ModelUnavailableException if this is closed
   */
  public long[] encode(String text) throws ModelUnavailableException {
    gate.enter();
    try {
      return tokenizer.encode(wellFormed(text), false, false).getIds();
    } catch (EngineException e) {
      throw new ModelUnavailableException(file + " can't encode a text", e);
    } finally {
      gate.leave();
    }
  }

  /**
   * Ids to text; the bytes of an incomplete character come as U+FFFD.
   *
   * @param ids those that the vocabulary doesn't have are passed over
   * @param skipSpecial whether special tokens are left out
   * @throws IllegalArgumentException if an id is negative or above 2^31 - 1
   * @throws ModelUnavailableException if this is closed
   */
  public String decode(long[] ids, boolean skipSpecial) throws ModelUnavailableException {
    for (long id : ids) {
      if (id < 0 || id > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "id %d is outside 0..%d".formatted(id, Integer.MAX_VALUE));
      }
    }
    gate.enter();
    try {
      return tokenizer.decode(ids, skipSpecial);
    } catch (EngineException e) {
      throw new ModelUnavailableException(file + " can't decode", e);
    } finally {
      gate.leave();
    }
  }

  private static String wellFormed(String text) {
    StringBuilder fixed = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
        continue;
      }
      if (fixed == null) {
        fixed = new StringBuilder(text);
      }
      fixed.setCharAt(i, '\uFFFD');
    }
    return fixed == null ? text : fixed.toString();
  }

  /** Refuses new calls and frees once nobody is inside. */
  @Override
  public void close() {
    gate.close(closeTimeout, tokenizer::close);
  }
}
