package org.emova4j.api.health;

/** What a {@link Problem} or {@link Finding} can be about. */
public final class Subjects {
  /** OSGi bundles: resolved and started. */
  public static final String BUNDLES = "bundles";

  /** Declarative Services components: those that fail when they are made. */
  public static final String COMPONENTS = "components";

  /** Configurations: values that were refused. */
  public static final String CONFIGURATION = "configuration";

  /** What computes with tensors. */
  public static final String ENGINE = "engine";

  /** Model archives. */
  public static final String MODELS = "models";

  /** {@link org.emova4j.api.speech.SpeechTokenizer}s. */
  public static final String TOKENIZER = "tokenizer";

  /** {@link org.emova4j.api.style.StyleModule}s. */
  public static final String STYLE = "style";

  /** {@link org.emova4j.api.speech.Vocoder}s. */
  public static final String VOCODER = "vocoder";

  /** {@link org.emova4j.api.speech.SpeechModifier}s. */
  public static final String MODIFIER = "modifier";

  /** {@link org.emova4j.api.speech.SpeechConverter}. */
  public static final String CONVERTER = "converter";

  private Subjects() {}
}
