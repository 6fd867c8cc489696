package org.emova4j.runtime;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.emova4j.security.TrustStore;

/**
 * Whether bundles and model archives must be signed: system properties, or a configuration in
 * {@code conf/}, which is no bundle's but the launcher's own.
 *
 * @param properties for the framework, where the models bundle finds them
 * @param trust who may sign; empty if nothing needs a signature
 */
record SecuritySettings(Map<String, String> properties, Optional<TrustStore> trust) {
  /** Of the configuration with {@code signed}, {@code truststore}, {@code truststore.password}. */
  static final String PID = "org.emova4j.security";

  private static final String PREFIX = "emova.security.";

  static SecuritySettings of(Distribution distribution, Configuration configuration)
      throws IOException {
    Map<String, Object> configured = configuration.byPid().getOrDefault(PID, Map.of());
    Map<String, String> properties = new HashMap<>();
    for (String name :
        new String[] {
          TrustStore.SIGNED_PROPERTY, TrustStore.FILE_PROPERTY, TrustStore.PASSWORD_PROPERTY
        }) {
      Object value = configured.get(name.substring(PREFIX.length()));
      if (value != null && name.equals(TrustStore.FILE_PROPERTY)) {
        value = distribution.home().resolve(value.toString()); // a relative path is relative to it
      }
      String given = System.getProperty(name, value == null ? null : value.toString());
      if (given != null) {
        properties.put(name, given);
      }
    }
    return new SecuritySettings(properties, TrustStore.of(properties::get));
  }
}
