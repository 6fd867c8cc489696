package org.emova4j.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Writes in the build what bundles' metatype says of their settings into one file, so that the
 * launcher can check configurations without reading XML at each start: a line a setting with PID,
 * name, type, least value, greatest value and allowed values, parted by tabs.
 */
final class SettingsList {
  private static final String FOLDER = "OSGI-INF/metatype/";

  private SettingsList() {}

  static void write(List<Path> jars, Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path path : jars) {
      try (JarFile jar = new JarFile(path.toFile())) {
        for (JarEntry entry : Collections.list(jar.entries())) {
          if (entry.getName().startsWith(FOLDER) && entry.getName().endsWith(".xml")) {
            try (InputStream xml = jar.getInputStream(entry)) {
              lines.addAll(read(xml));
            }
          }
        }
      } catch (SAXException | ParserConfigurationException e) {
        throw new IOException("%s: %s".formatted(path, e.getMessage()), e);
      }
    }
    Files.write(file, lines);
  }

  private static List<String> read(InputStream xml)
      throws IOException, SAXException, ParserConfigurationException {
    Element root =
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(xml).getDocumentElement();
    Map<String, Element> classes = new TreeMap<>();
    elements(root, "OCD").forEach(ocd -> classes.put(ocd.getAttribute("id"), ocd));
    List<String> lines = new ArrayList<>();
    for (Element designate : elements(root, "Designate")) {
      String factory = designate.getAttribute("factoryPid");
      String pid = factory.isEmpty() ? designate.getAttribute("pid") : factory;
      String ocd = elements(designate, "Object").get(0).getAttribute("ocdref");
      for (Element setting : elements(classes.get(ocd), "AD")) {
        String options =
            elements(setting, "Option").stream()
                .map(option -> option.getAttribute("value"))
                .collect(Collectors.joining("|"));
        lines.add(
            String.join(
                "\t",
                pid,
                setting.getAttribute("id"),
                setting.getAttribute("type"),
                setting.getAttribute("min"),
                setting.getAttribute("max"),
                options));
      }
    }
    return lines;
  }

  private static List<Element> elements(Element parent, String name) {
    NodeList nodes = parent.getElementsByTagName(name);
    return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
  }
}
