package org.emova4j.runtime;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Refuses configurations with values that bundles' metatype doesn't allow. */
final class ConfigurationCheck {
  private static final Logger log = LoggerFactory.getLogger(ConfigurationCheck.class);

  private final Map<String, Map<String, Setting>> byPid = new TreeMap<>();

  private record Setting(
      String type, Optional<BigDecimal> least, Optional<BigDecimal> greatest, List<String> known) {
    static Setting of(String[] fields) {
      return new Setting(
          fields[2],
          Optional.of(fields[3]).filter(f -> !f.isEmpty()).map(BigDecimal::new),
          Optional.of(fields[4]).filter(f -> !f.isEmpty()).map(BigDecimal::new),
          fields[5].isEmpty() ? List.of() : Arrays.asList(fields[5].split("\\|", -1)));
    }

    boolean isWhole() {
      return type.equals("Integer") || type.equals("Long") || type.equals("Short");
    }

    boolean isNumber() {
      return isWhole() || type.equals("Double") || type.equals("Float");
    }

    boolean allows(Object value) {
      if (!known.isEmpty()) {
        return known.contains(String.valueOf(value));
      }
      if (type.equals("Boolean")) {
        return String.valueOf(value).equalsIgnoreCase("true")
            || String.valueOf(value).equalsIgnoreCase("false");
      }
      if (!isNumber()) {
        return true;
      }
      try {
        BigDecimal number = new BigDecimal(String.valueOf(value).strip());
        return (!isWhole() || number.stripTrailingZeros().scale() <= 0)
            && least.map(l -> number.compareTo(l) >= 0).orElse(true)
            && greatest.map(g -> number.compareTo(g) <= 0).orElse(true);
      } catch (NumberFormatException e) {
        return false;
      }
    }

    String wanted() {
      if (!known.isEmpty()) {
        return "one of " + String.join(", ", known);
      }
      if (type.equals("Boolean")) {
        return "true or false";
      }
      String kind = isWhole() ? "a whole number" : "a number";
      if (least.isPresent() && greatest.isPresent()) {
        return "%s from %s to %s".formatted(kind, least.get(), greatest.get());
      }
      return kind
          + least.map(l -> " of at least " + l).orElse("")
          + greatest.map(g -> " of at most " + g).orElse("");
    }
  }

  private ConfigurationCheck() {}

  /**
   * @param list as {@link SettingsList} wrote it; where there is none, nothing is refused
   */
  static ConfigurationCheck of(Path list) throws IOException {
    ConfigurationCheck check = new ConfigurationCheck();
    if (Files.isRegularFile(list)) {
      for (String line : Files.readAllLines(list)) {
        String[] fields = line.split("\t", -1);
        check
            .byPid
            .computeIfAbsent(fields[0], pid -> new TreeMap<>())
            .put(fields[1], Setting.of(fields));
      }
    }
    return check;
  }

  /**
   * @throws IOException names the setting, its value and what it may be
   */
  void require(Configuration configuration) throws IOException {
    for (Map.Entry<String, Map<String, Object>> entry : configuration.byPid().entrySet()) {
      String pid = entry.getKey();
      Map<String, Setting> settings = byPid.get(pid.replaceAll("~.*", ""));
      if (settings == null) {
        continue; // of a bundle that is not part of this, or that describes nothing
      }
      for (Map.Entry<String, Object> property : entry.getValue().entrySet()) {
        require(pid, property.getKey(), property.getValue(), settings);
      }
    }
  }

  private static void require(String pid, String name, Object value, Map<String, Setting> settings)
      throws IOException {
    Setting setting = settings.get(name);
    if (setting == null) {
      log.warn(
          "configuration {} has no setting \"{}\"; known: {}",
          pid,
          name,
          settings.keySet().stream().collect(Collectors.joining(", ")));
      return;
    }
    for (Object each : value instanceof Object[] array ? array : new Object[] {value}) {
      if (!setting.allows(each)) {
        throw new IOException(
            "configuration %s: %s is %s, must be %s"
                .formatted(
                    pid,
                    name,
                    each instanceof String ? "\"" + each + "\"" : each,
                    setting.wanted()));
      }
    }
  }
}
