package org.emova4j.api.speech;

import java.util.List;
import org.emova4j.api.unit.UnitSequence;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Reads off units which phones were said: a check of what a tokenizer hears. Safe for concurrent
 * use.
 */
@ProviderType
public interface PhoneRecognizer {
  /** Every label that a phone can have. */
  List<String> labels();

  /**
   * @param units of its tokenizer, with run lengths
   * @return in the order of time
   * @throws IllegalArgumentException if the units are of another codebook or have no run lengths
   * @throws ModelUnavailableException if the model is just going away
   * @throws InferenceFailedException if the network fails
   */
  List<Phone> recognize(UnitSequence units) throws SpeechException;
}
