package org.emova4j.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What every bundle of ours promises to those who deploy it: versions, and described settings. */
class BundleContractsTest {
  private static final Set<String> NUMBERS = Set.of("Integer", "Long", "Double", "Float");

  // Any number will do.
  private static final Set<String> UNBOUNDED = Set.of("seed", "service.ranking", "stop.tokens");

  private static List<Path> bundles() throws Exception {
    Path home = Path.of(System.getProperty("emova.distribution"));
    List<Path> found = new ArrayList<>();
    for (String folder : List.of("bundles", "lib")) {
      try (Stream<Path> jars = Files.list(home.resolve(folder))) {
        jars.filter(jar -> jar.getFileName().toString().matches("org\\.emova4j\\..*\\.jar"))
            .forEach(found::add);
      }
    }
    assertThat(found).hasSizeGreaterThan(10);
    return found;
  }

  @Test
  void everyExportedPackageHasAVersion() throws Exception {
    int packages = 0;
    for (Path path : bundles()) {
      try (JarFile jar = new JarFile(path.toFile())) {
        String exports = jar.getManifest().getMainAttributes().getValue("Export-Package");
        if (exports == null) {
          continue;
        }
        // At commas that are not within quotes.
        for (String clause : exports.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1)) {
          packages++;
          assertThat(clause)
              .as(path.getFileName().toString())
              .containsPattern(";version=\"?\\d+\\.\\d+\\.\\d+")
              .doesNotContain("version=\"0.0.0\"");
        }
      }
    }
    assertThat(packages).isGreaterThan(15);
  }

  @Test
  void everySettingIsDescribedAndEveryNumberHasARange() throws Exception {
    List<String> faults = new ArrayList<>();
    int settings = 0;
    for (Path path : bundles()) {
      try (JarFile jar = new JarFile(path.toFile())) {
        for (JarEntry entry : Collections.list(jar.entries())) {
          if (entry.getName().matches("OSGI-INF/metatype/.*\\.xml")) {
            try (InputStream xml = jar.getInputStream(entry)) {
              Element root =
                  DocumentBuilderFactory.newInstance()
                      .newDocumentBuilder()
                      .parse(xml)
                      .getDocumentElement();
              NodeList all = root.getElementsByTagName("AD");
              settings += all.getLength();
              for (int i = 0; i < all.getLength(); i++) {
                check((Element) all.item(i), entry.getName(), faults);
              }
            }
          }
        }
      }
    }
    assertThat(faults).isEmpty();
    assertThat(settings).isGreaterThan(30);
  }

  private static void check(Element setting, String file, List<String> faults) {
    String id = setting.getAttribute("id");
    for (String fact : List.of("name", "description")) {
      if (setting.getAttribute(fact).isEmpty()) {
        faults.add("%s: %s has no %s".formatted(file, id, fact));
      }
    }
    boolean bounded = setting.hasAttribute("min") && setting.hasAttribute("max");
    if (NUMBERS.contains(setting.getAttribute("type")) && !UNBOUNDED.contains(id) && !bounded) {
      faults.add("%s: %s has no range".formatted(file, id));
    }
  }
}
