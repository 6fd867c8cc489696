package org.emova4j.engine;

import java.nio.file.Path;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Whether tensors can be computed on this machine, and if not, why. Always a service, also when
 * libtorch can't start.
 *
 * <p>Safe for concurrent use.
 */
@ProviderType
public interface EngineStatus {
  /** Why there is no {@link TensorEngine}, in one line; empty if there is one. */
  Optional<String> problem();

  /** The version of libtorch that runs, or that this bundle was made for. */
  String version();

  /** Where libtorch lies or should lie; empty if {@code PYTORCH_LIBRARY_PATH} is not set. */
  Optional<Path> nativesFolder();

  /** Operating system and processor, e.g. {@code linux-x86_64}. */
  String platform();

  /** How many threads one operator may use, at least 1. */
  int threads();
}
