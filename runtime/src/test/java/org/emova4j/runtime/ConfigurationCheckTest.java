package org.emova4j.runtime;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationCheckTest {
  private static final String METATYPE =
      """
      <MetaData xmlns="http://www.osgi.org/xmlns/metatype/v1.4.0">
        <OCD id="a" name="Part">
          <AD id="piece.seconds" type="Integer" min="1" max="600"/>
          <AD id="scale" type="Double" min="0.5"/>
          <AD id="backend" type="String"><Option label="x" value="chat"/><Option label="y" value="raw"/></AD>
          <AD id="probe" type="Boolean"/>
          <AD id="name" type="String"/>
          <AD id="tokens" type="Integer" cardinality="100" min="0"/>
        </OCD>
        <Designate factoryPid="part"><Object ocdref="a"/></Designate>
      </MetaData>
      """;

  @TempDir Path folder;
  private ConfigurationCheck check;

  @BeforeEach
  void listSettings() throws IOException {
    Path jar = folder.resolve("part.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out)) {
      entries.putNextEntry(new JarEntry("OSGI-INF/metatype/a.xml"));
      entries.write(METATYPE.getBytes(StandardCharsets.UTF_8));
    }
    Path list = folder.resolve("settings.tsv");
    SettingsList.write(List.of(jar), list);
    check = ConfigurationCheck.of(list);
  }

  private void refused(String name, Object value, String reason) {
    assertThatThrownBy(
            () -> check.require(new Configuration().overlay("part~one", Map.of(name, value))))
        .isInstanceOf(IOException.class)
        .hasMessage("configuration part~one: " + reason);
  }

  @Test
  void refusesWhatIsOutsideTheRange() {
    refused("piece.seconds", 601, "piece.seconds is 601, must be a whole number from 1 to 600");
    refused("piece.seconds", 1.5, "piece.seconds is 1.5, must be a whole number from 1 to 600");
    refused("piece.seconds", "x", "piece.seconds is \"x\", must be a whole number from 1 to 600");
    refused("scale", 0.4, "scale is 0.4, must be a number of at least 0.5");
    refused("backend", "cat", "backend is \"cat\", must be one of chat, raw");
    refused("probe", 1, "probe is 1, must be true or false");
    refused(
        "tokens",
        new String[] {"1", "-1"},
        "tokens is \"-1\", must be a whole number of at least 0");
  }

  @Test
  void takesWhatIsAllowedAndWhatNobodyDescribes() {
    Map<String, Object> good =
        Map.of("piece.seconds", 600, "scale", 0.5, "backend", "raw", "probe", true, "name", "a");
    assertThatCode(
            () -> {
              check.require(new Configuration().overlay("part", good));
              check.require(new Configuration().overlay("part", Map.of("unknown", 1)));
              check.require(new Configuration().overlay("other", Map.of("piece.seconds", -1)));
            })
        .doesNotThrowAnyException();
  }
}
