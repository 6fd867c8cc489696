package org.emova4j.api.speech;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Which of several tokenizers, style modules and vocoders are taken by requests that name none.
 * Calls that are under way end with what they began with. The choice is kept in the pipeline's
 * configuration, so that whoever changes that changes the choice.
 *
 * <p>Safe for concurrent use.
 */
@ProviderType
public interface PartChoice {
  /** What requests take that name no part; empty where the best-ranked is taken. */
  ConversionRequest.Parts inUse();

  /**
   * Which parts a request takes that names these: ids, all three.
   *
   * @throws ModelUnavailableException if a part is missing, or two parts don't fit: names both
   */
  ConversionRequest.Parts taken(ConversionRequest.Parts asked) throws ModelUnavailableException;

  /**
   * Changes the choice, and returns when it is in use.
   *
   * @param parts all three; where empty, the best-ranked is taken again
   * @throws ModelUnavailableException if there is no such part, or the parts that are named don't
   *     fit together; names them and what there is, and nothing has changed
   * @throws IOException if the configuration can't be stored
   */
  void use(ConversionRequest.Parts parts) throws ModelUnavailableException, IOException;
}
