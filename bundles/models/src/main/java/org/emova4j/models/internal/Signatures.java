package org.emova4j.models.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.security.ModelSignature;
import org.emova4j.security.TrustStore;
import org.emova4j.security.UntrustedException;

/**
 * Whether models must be signed.
 *
 * @param trust by whom; empty if they need no signature
 */
record Signatures(Optional<TrustStore> trust) {
  static final Signatures NONE = new Signatures(Optional.empty());

  /**
   * As framework properties say.
   *
   * @throws IllegalArgumentException if they ask for signatures but name no usable trust store:
   *     then there are no models at all
   */
  static Signatures of(UnaryOperator<String> property) {
    try {
      return new Signatures(TrustStore.of(property));
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Where a signature is needed, checks that of a model whose files were compared with its
   * manifest.
   *
   * @param name what messages call it
   */
  void require(Path model, String name) throws IOException, ModelUnavailableException {
    if (trust.isEmpty()) {
      return;
    }
    try {
      ModelSignature.verify(model, trust.get());
    } catch (UntrustedException e) {
      throw new ModelUnavailableException(
          "%s: %s (%s=true)".formatted(name, e.getMessage(), TrustStore.SIGNED_PROPERTY), e);
    }
  }

  /** As above; its files are compared here, as they may have changed since it was installed. */
  void requireInstalled(InstalledModel model) throws IOException, ModelUnavailableException {
    if (trust.isEmpty()) {
      return;
    }
    require(model.folder(), model.folder().toString());
    List<String> problems = model.problems();
    if (!problems.isEmpty()) {
      throw new ModelUnavailableException(
          "%s was changed after it was signed: %s"
              .formatted(model.folder(), String.join("; ", problems)));
    }
  }
}
