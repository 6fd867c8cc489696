package org.emova4j.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.util.tracker.ServiceTracker;

/**
 * The built distribution's bundles in a framework of their own; the API comes from the tests' class
 * path.
 */
final class Distribution implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Not for a test: they would wait for a terminal, or for files to appear. */
  private static final List<String> INTERACTIVE = List.of("gogo", "fileinstall", "shell", "jline");

  private final Framework framework;

  private Distribution(Framework framework) {
    this.framework = framework;
  }

  static Distribution start(Path storage) throws Exception {
    Path home = Path.of(System.getProperty("emova.distribution"));
    Map<String, String> configuration = new HashMap<>();
    configuration.put(Constants.FRAMEWORK_STORAGE, storage.toString());
    configuration.put(
        Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
    configuration.put(
        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
        Files.readString(home.resolve("lib/system.packages")).strip());
    configuration.putAll(settings(home, storage));
    Framework framework =
        ServiceLoader.load(FrameworkFactory.class).iterator().next().newFramework(configuration);
    framework.init();
    Distribution distribution = new Distribution(framework);
    for (Bundle bundle : distribution.install(home.resolve("bundles"))) {
      if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null
          && INTERACTIVE.stream().noneMatch(bundle.getSymbolicName()::contains)) {
        bundle.start();
      }
    }
    framework.start();
    return distribution;
  }

  private static Map<String, String> settings(Path home, Path storage) {
    return Map.of(
        "emova.home", home.toString(), "emova.models", storage.resolve("models").toString());
  }

  private List<Bundle> install(Path folder) throws IOException, BundleException {
    List<Path> jars;
    try (Stream<Path> files = Files.list(folder)) {
      jars = files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
    }
    List<Bundle> bundles = new ArrayList<>();
    for (Path jar : jars) {
      bundles.add(context().installBundle("reference:" + jar.toUri()));
    }
    return bundles;
  }

  BundleContext context() {
    return framework.getBundleContext();
  }

  Bundle bundle(String symbolicName) {
    return Stream.of(context().getBundles())
        .filter(b -> symbolicName.equals(b.getSymbolicName()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no bundle " + symbolicName + " in " + names()));
  }

  private String names() {
    return Stream.of(context().getBundles())
        .map(Bundle::getSymbolicName)
        .collect(Collectors.joining(", "));
  }

  /** The best service of the type, as soon as there is one. */
  <T> T await(Class<T> type) throws InterruptedException {
    ServiceTracker<T, T> tracker = new ServiceTracker<>(context(), type, null);
    tracker.open();
    try {
      T service = tracker.waitForService(PATIENCE.toMillis());
      if (service == null) {
        throw new AssertionError("no " + type.getSimpleName() + " after " + PATIENCE);
      }
      return service;
    } finally {
      tracker.close();
    }
  }

  @Override
  public void close() throws BundleException {
    framework.stop();
    try {
      framework.waitForStop(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
