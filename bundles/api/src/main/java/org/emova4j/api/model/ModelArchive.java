package org.emova4j.api.model;

import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An installed model: a service that comes when it is installed and goes when it is removed. Its
 * service properties are {@link org.emova4j.api.ServiceProperties#ID}, {@code MODEL}, {@code ROLE},
 * {@code ARCHITECTURE} and {@code LANGUAGES}.
 *
 * <p>Safe for concurrent use.
 */
@ProviderType
public interface ModelArchive {
  ModelManifest manifest();

  /**
   * Where a file of the manifest lies.
   *
   * @throws IllegalArgumentException if the manifest doesn't list it
   */
  Path file(String name);

  /**
   * Whether whoever installed it said that its files may be run as programs. Weights and tables
   * need no such word, TorchScript does.
   */
  boolean trusted();
}
