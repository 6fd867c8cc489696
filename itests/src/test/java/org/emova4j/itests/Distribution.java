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

  private final Framework framework;

  private Distribution(Framework framework) {
    this.framework = framework;
  }

  static Distribution start(Path storage) throws Exception {
    return start(storage, "converter");
  }

  static Distribution start(Path storage, String slice) throws Exception {
    return start(storage, slice, Map.of());
  }

  /** Bundles that are put into {@code storage/deploy} start if the slice has what watches it. */
  static Distribution start(Path storage, String slice, Map<String, String> properties)
      throws Exception {
    Path home = Path.of(System.getProperty("emova.distribution"));
    Map<String, String> configuration = new HashMap<>();
    configuration.put(Constants.FRAMEWORK_STORAGE, storage.resolve("framework").toString());
    configuration.put(
        Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
    configuration.put(
        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
        Files.readString(home.resolve("lib/system.packages")).strip());
    configuration.put("emova.models.distribution", home.resolve("models").toString());
    configuration.put("emova.models.folder", storage.resolve("models").toString());
    configuration.put("gosh.args", "--nointeractive");
    configuration.put("felix.fileinstall.dir", storage.resolve("deploy").toString());
    configuration.put("felix.fileinstall.tmpdir", storage.resolve("fileinstall").toString());
    configuration.put("felix.fileinstall.poll", "200");
    configuration.put("felix.fileinstall.log.level", "2");
    configuration.put("felix.fileinstall.optionalImportRefreshScope", "none");
    configuration.put("felix.fileinstall.fragmentRefreshScope", "none");
    configuration.putAll(properties);
    Framework framework =
        ServiceLoader.load(FrameworkFactory.class).iterator().next().newFramework(configuration);
    framework.init();
    Distribution distribution = new Distribution(framework);
    for (Bundle bundle : distribution.install(home, slice)) {
      if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
        bundle.start();
      }
    }
    framework.start();
    return distribution;
  }

  private List<Bundle> install(Path home, String slice) throws IOException, BundleException {
    List<Bundle> bundles = new ArrayList<>();
    for (String jar : Files.readAllLines(home.resolve("slices/" + slice + ".txt"))) {
      bundles.add(context().installBundle("reference:" + home.resolve(jar).toUri()));
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

  /** The best service of the type, as soon as there is one; in use until the framework stops. */
  <T> T await(Class<T> type) throws InterruptedException {
    ServiceTracker<T, T> tracker = new ServiceTracker<>(context(), type, null);
    tracker.open();
    T service = tracker.waitForService(PATIENCE.toMillis());
    if (service == null) {
      throw new AssertionError("no " + type.getSimpleName() + " after " + PATIENCE);
    }
    return service;
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
