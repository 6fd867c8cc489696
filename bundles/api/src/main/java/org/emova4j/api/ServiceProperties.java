package org.emova4j.api;

/**
 * Service properties by which tokenizers, style modules, vocoders and model archives are told
 * apart. Between services that all fit, the framework's service ranking decides; a caller may also
 * name an {@link #ID}.
 */
public final class ServiceProperties {
  /**
   * Stable name of this service, unique among services of its interface, e.g. {@code lite}. Type:
   * String.
   */
  public static final String ID = "emova.id";

  /** Id of the codebook that is written or read, e.g. {@code lite-40ms-4096}. Type: String. */
  public static final String CODEBOOK = "emova.codebook";

  /** Id of the style space that is written or read, e.g. {@code lite-1}. Type: String. */
  public static final String STYLE_SPACE = "emova.style.space";

  /**
   * Network architecture, e.g. {@code lite}. Type: String or String[] (a model archive may hold
   * several).
   */
  public static final String ARCHITECTURE = "emova.architecture";

  /**
   * What a model archive is for: {@code tokenizer}, {@code style}, {@code vocoder}. Type: String[].
   */
  public static final String ROLE = "emova.role";

  /** Id and version of the model behind the service, e.g. {@code lite:1.0.0}. Type: String. */
  public static final String MODEL = "emova.model";

  /** BCP 47 language tags that the service was made for, e.g. {@code en}. Type: String[]. */
  public static final String LANGUAGES = "emova.languages";

  private ServiceProperties() {}
}
