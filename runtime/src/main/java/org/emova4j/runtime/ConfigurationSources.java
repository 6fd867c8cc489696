package org.emova4j.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Where configuration comes from: the distribution, then the user, then the command line. */
final class ConfigurationSources {
  /** Environment variable for the user's folder; {@code ~/.emova} where it is not set. */
  static final String USER_HOME_VARIABLE = "EMOVA_HOME";

  static final String ENGINE_PID = "org.emova4j.engine";
  private static final String MODELS_PID = "org.emova4j.models";

  private ConfigurationSources() {}

  static Configuration of(Distribution distribution, Settings settings) throws IOException {
    return of(distribution, settings, userHome());
  }

  static Configuration of(Distribution distribution, Settings settings, Path userHome)
      throws IOException {
    Configuration configuration =
        new Configuration()
            .overlayFolder(distribution.conf())
            .overlayFolder(userHome.resolve("conf"));
    if (settings.threads().isPresent()) {
      configuration.overlay(ENGINE_PID, Map.of("threads", settings.threads().getAsInt()));
    }
    Map<String, Object> models = new HashMap<>();
    models.put("distribution", distribution.models().toString());
    if (settings.modelsFolder().isPresent()) {
      models.put("folder", settings.modelsFolder().get().toString());
    } else if (!configuration.byPid().getOrDefault(MODELS_PID, Map.of()).containsKey("folder")) {
      models.put("folder", userHome.resolve("models").toString());
    }
    configuration.overlay(MODELS_PID, models);
    settings.configurations().forEach(configuration::overlay);
    ConfigurationCheck.of(distribution.settings()).require(configuration);
    return configuration;
  }

  /** The user's folder: {@code conf/*.json} and installed models. */
  static Path userHome() {
    return Optional.ofNullable(System.getenv(USER_HOME_VARIABLE))
        .filter(value -> !value.isBlank())
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".emova"))
        .toAbsolutePath();
  }
}
