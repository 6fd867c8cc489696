package org.emova4j.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
  @TempDir Path home;
  @TempDir Path user;

  private Distribution distribution;

  @BeforeEach
  void distributionWithDefaults() throws IOException {
    distribution = new Distribution(home);
    Files.createDirectories(distribution.conf());
    Files.createDirectories(user.resolve("conf"));
    Files.writeString(
        distribution.conf().resolve("emova.json"),
        "{\"org.emova4j.engine\":{\"threads\":0,\"close.timeout.seconds\":10},\"a\":{\"b\":true}}");
  }

  @Test
  void usersChangeSinglePropertiesAndTheCommandLineWins() throws IOException {
    Files.writeString(
        user.resolve("conf/mine.json"),
        "{\"org.emova4j.engine\":{\"threads\":2},\"c\":{\"d\":1.5}}");

    Configuration configured = ConfigurationSources.of(distribution, Settings.DEFAULT, user);
    assertThat(configured.byPid().get("org.emova4j.engine"))
        .containsEntry("threads", 2L)
        .containsEntry("close.timeout.seconds", 10L);
    assertThat(configured.byPid().get("c")).containsEntry("d", 1.5);
    assertThat(configured.byPid().get("a")).containsEntry("b", true);

    Settings settings = new Settings(OptionalInt.of(4), Optional.of(Path.of("/m")), false);
    Configuration overridden = ConfigurationSources.of(distribution, settings, user);
    assertThat(overridden.byPid().get("org.emova4j.engine")).containsEntry("threads", 4);
  }

  @Test
  void namesAMalformedFile() throws IOException {
    Path file = Files.writeString(user.resolve("conf/mine.json"), "{\"a\": 3}");
    assertThatThrownBy(() -> ConfigurationSources.of(distribution, Settings.DEFAULT, user))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("\"a\" is no JSON object");

    Files.writeString(file, "{\"a\": ");
    assertThatThrownBy(() -> ConfigurationSources.of(distribution, Settings.DEFAULT, user))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void modelsComeFromTheDistributionAndTheUsersFolder() throws IOException {
    Configuration defaults = ConfigurationSources.of(distribution, Settings.DEFAULT, user);
    assertThat(defaults.byPid().get("org.emova4j.models"))
        .containsEntry("distribution", distribution.models().toString())
        .containsEntry("folder", user.resolve("models").toString());

    Files.writeString(
        user.resolve("conf/mine.json"), "{\"org.emova4j.models\":{\"folder\":\"/elsewhere\"}}");
    Configuration configured = ConfigurationSources.of(distribution, Settings.DEFAULT, user);
    assertThat(configured.byPid().get("org.emova4j.models")).containsEntry("folder", "/elsewhere");

    Settings settings = new Settings(OptionalInt.empty(), Optional.of(Path.of("/mine")), false);
    Configuration overridden = ConfigurationSources.of(distribution, settings, user);
    assertThat(overridden.byPid().get("org.emova4j.models")).containsEntry("folder", "/mine");
  }
}
