package org.emova4j.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.StyleModule;
import org.emova4j.security.SignedBundles;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationPlugin;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A framework with the bundles of one slice. It has a folder of its own under the temporary folder,
 * deleted when it stops, so that processes don't meet; bundles are used where they lie.
 */
public final class OsgiServices implements Services {
  private static final Logger log = LoggerFactory.getLogger(OsgiServices.class);
  private static final String OWN_BUNDLES = "org.emova4j.";
  private static final String GATEWAY = "org.emova4j.gateway";
  private static final String SHELL = "org.apache.felix.gogo.shell";
  private static final String ENGINE_STATUS = "org.emova4j.engine.EngineStatus";
  private static final String TENSOR_ENGINE = "org.emova4j.engine.TensorEngine";

  // Components start while their bundles do; only what waits for a file or a thread comes later.
  private static final Duration SERVICE_PATIENCE = Duration.ofSeconds(2);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

  private final Framework framework;
  private final Path storage;
  private final Thread cleaner;
  private final List<Bundle> bundles = new ArrayList<>();
  private final List<Bundle> deployed = new ArrayList<>(); // by the user, besides the slice's
  private Duration patience = SERVICE_PATIENCE;

  private OsgiServices(Framework framework, Path storage) {
    this.framework = framework;
    this.storage = storage;
    this.cleaner = new Thread(this::stop, "emova-stop");
    Runtime.getRuntime().addShutdownHook(cleaner);
  }

  /**
   * Starts a slice.
   *
   * @param start whether bundles are started, or only installed and resolved
   * @throws IOException if the distribution is incomplete, a configuration is malformed or the
   *     temporary folder can't be written
   */
  public static OsgiServices open(
      Distribution distribution, Slice slice, Settings settings, boolean start) throws IOException {
    List<Path> jars = distribution.jars(slice);
    Configuration configuration = ConfigurationSources.of(distribution, settings);
    Path storage = Files.createTempDirectory("emova-");
    Map<String, String> properties = new HashMap<>();
    properties.put(Constants.FRAMEWORK_STORAGE, storage.toString());
    properties.put(Constants.FRAMEWORK_BSNVERSION, Constants.FRAMEWORK_BSNVERSION_MULTIPLE);
    properties.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, distribution.systemPackages());
    properties.put("felix.log.level", log.isDebugEnabled() ? "3" : "1");
    properties.put("ds.loglevel", log.isDebugEnabled() ? "info" : "error");
    properties.put("ds.showtrace", String.valueOf(log.isDebugEnabled()));
    properties.put("gosh.home", distribution.home().toString());
    properties.put("gosh.args", settings.interactive() ? "--quiet" : "--nointeractive");
    // Nothing listens unless a configuration says where.
    properties.put("org.apache.felix.http.require.config", "true");
    // One bundle that comes or goes is no reason to refresh those that might use it, too.
    properties.put("felix.fileinstall.optionalImportRefreshScope", "none");
    properties.put("felix.fileinstall.fragmentRefreshScope", "none");
    if (settings.deployFolder()) {
      properties.put("felix.fileinstall.dir", distribution.deploy().toString());
      properties.put("felix.fileinstall.tmpdir", storage.resolve("fileinstall").toString());
      properties.put("felix.fileinstall.noInitialDelay", "true");
      properties.put("felix.fileinstall.log.level", "2"); // from warnings on: what doesn't start
    } else {
      properties.put("felix.fileinstall.dir", storage.resolve("deploy").toString());
    }
    SecuritySettings security = SecuritySettings.of(distribution, configuration);
    properties.putAll(security.properties());
    Optional<SignedBundles> gate = security.trust().map(t -> new SignedBundles(storage, t));
    OsgiServices services =
        new OsgiServices(new FrameworkFactory().newFramework(properties), storage);
    try {
      services.launch(distribution, jars, configuration, gate, start, !settings.deployFolder());
      return services;
    } catch (BundleException e) {
      services.close();
      throw new IOException("the framework doesn't start: " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      services.close();
      throw e;
    }
  }

  private void launch(
      Distribution distribution,
      List<Path> jars,
      Configuration configuration,
      Optional<SignedBundles> gate,
      boolean start,
      boolean deploy)
      throws BundleException, IOException {
    long begin = System.nanoTime();
    framework.init();
    BundleContext context = framework.getBundleContext();
    gate.ifPresent(g -> context.registerService(ResolverHookFactory.class, g, null));
    context.registerService(
        ConfigurationPlugin.class,
        new ConfigurationGuard(context, ConfigurationCheck.of(distribution.settings())),
        FrameworkUtil.asDictionary(Map.of(ConfigurationPlugin.CM_RANKING, 0)));
    framework.start();
    for (Path jar : jars) {
      if (!Files.isRegularFile(jar)) {
        throw new IOException("the distribution is incomplete: %s is missing".formatted(jar));
      }
      bundles.add(install(jar, gate));
    }
    if (deploy) {
      deployed.addAll(
          DeployedBundles.install(distribution.deploy(), bundles, jar -> install(jar, gate)));
    }
    long installed = System.nanoTime();
    if (start) {
      startAll(configuration);
    } else {
      framework.adapt(FrameworkWiring.class).resolveBundles(bundles);
    }
    log.debug(
        "framework up: {} ms to install {} bundles, {} ms to start them",
        (installed - begin) / 1_000_000,
        bundles.size(),
        (System.nanoTime() - installed) / 1_000_000);
  }

  private Bundle install(Path jar, Optional<SignedBundles> gate)
      throws BundleException, IOException {
    return gate.isPresent()
        ? installSigned(jar, gate.get())
        : framework.getBundleContext().installBundle("reference:" + jar.toUri());
  }

  /** As a copy, so that what runs is what was checked. */
  private Bundle installSigned(Path jar, SignedBundles gate) throws BundleException, IOException {
    Bundle bundle;
    try (InputStream content = Files.newInputStream(jar)) {
      bundle = framework.getBundleContext().installBundle(jar.toUri().toString(), content);
    }
    Optional<String> problem = gate.problem(bundle);
    if (problem.isPresent()) {
      throw new IOException(problem.get());
    }
    return bundle;
  }

  /**
   * A component that is configured after it started would load its model twice. The shell comes
   * last, when all commands are there.
   */
  private void startAll(Configuration configuration) throws IOException {
    start(bundles, b -> !isOwn(b) && !b.getSymbolicName().equals(SHELL));
    configure(framework.getBundleContext(), configuration);
    start(bundles, OsgiServices::isOwn);
    startDeployed();
    start(bundles, b -> b.getSymbolicName().equals(SHELL));
  }

  /**
   * Stops every bundle, so that networks and what they hold of native memory go, and keeps the
   * framework: libtorch can be loaded once in a process, by the class loader that has it now.
   */
  public void pause() {
    deployed.forEach(OsgiServices::stop);
    for (int i = bundles.size() - 1; i >= 0; i--) {
      stop(bundles.get(i));
    }
  }

  private static void stop(Bundle bundle) {
    try {
      bundle.stop();
    } catch (BundleException e) {
      log.warn("bundle {} doesn't stop: {}", bundle.getSymbolicName(), e.getMessage());
    }
  }

  /**
   * Starts the bundles again after {@link #pause()}.
   *
   * @throws IOException if a configuration is malformed
   */
  public void resume(Distribution distribution, Settings settings) throws IOException {
    startAll(ConfigurationSources.of(distribution, settings));
  }

  /** What needs more than this slice has takes no part in it: {@code emova doctor} starts all. */
  private void startDeployed() {
    deployed.removeIf(b -> !framework.adapt(FrameworkWiring.class).resolveBundles(List.of(b)));
    start(deployed, b -> true);
  }

  private static boolean isFragment(Bundle bundle) {
    return bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null;
  }

  private static boolean isOwn(Bundle bundle) {
    return bundle.getSymbolicName().startsWith(OWN_BUNDLES);
  }

  private static void configure(BundleContext context, Configuration configuration)
      throws IOException {
    ServiceReference<ConfigurationAdmin> reference =
        context.getServiceReference(ConfigurationAdmin.class);
    if (reference == null) {
      log.warn("there is no ConfigAdmin, so nothing is configured");
      return;
    }
    ConfigurationAdmin admin = context.getService(reference);
    for (Map.Entry<String, Map<String, Object>> entry : configuration.byPid().entrySet()) {
      configuration(admin, entry.getKey()).update(FrameworkUtil.asDictionary(entry.getValue()));
    }
  }

  /** {@code pid~name} is one of several of a factory, as in the OSGi Configurator. */
  private static org.osgi.service.cm.Configuration configuration(
      ConfigurationAdmin admin, String pid) throws IOException {
    int tilde = pid.indexOf('~');
    // "?": for whichever bundle asks.
    return tilde < 0
        ? admin.getConfiguration(pid, "?")
        : admin.getFactoryConfiguration(pid.substring(0, tilde), pid.substring(tilde + 1), "?");
  }

  private static void start(List<Bundle> bundles, Predicate<Bundle> which) {
    bundles.stream().filter(which).forEach(OsgiServices::start);
  }

  /** One bundle that can't start must not take the others with it: what needs it says so. */
  private static void start(Bundle bundle) {
    if (isFragment(bundle)) {
      return;
    }
    try {
      bundle.start();
    } catch (BundleException e) {
      log.warn("bundle {} doesn't start: {}", bundle.getSymbolicName(), e.getMessage());
      log.debug("bundle {}", bundle.getSymbolicName(), e);
    }
  }

  @Override
  public <S> List<Offer<S>> all(Class<S> type) {
    BundleContext context = framework.getBundleContext();
    try {
      return context.getServiceReferences(type, null).stream()
          .sorted(Comparator.reverseOrder())
          .flatMap(r -> Optional.ofNullable(context.getService(r)).map(s -> offer(s, r)).stream())
          .toList();
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException("no filter was given", e);
    }
  }

  private static <S> Offer<S> offer(S service, ServiceReference<S> reference) {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (String key : reference.getPropertyKeys()) {
      properties.put(key, reference.getProperty(key));
    }
    return new Offer<>(service, properties);
  }

  /** How long to wait for a service that is not there yet. */
  void setPatience(Duration patience) {
    this.patience = patience;
  }

  @Override
  public <S> Offer<S> require(Class<S> type, Map<String, String> wanted)
      throws ModelUnavailableException {
    BundleContext context = framework.getBundleContext();
    ServiceTracker<S, S> tracker = new ServiceTracker<>(context, filter(type, wanted), null);
    tracker.open();
    try {
      boolean hopeless = engine().flatMap(EngineFacts::problem).isPresent();
      if (tracker.waitForService(hopeless ? 1 : patience.toMillis()) == null) {
        throw new ModelUnavailableException(absence(type, wanted));
      }
      ServiceReference<S> reference = tracker.getServiceReference();
      return offer(context.getService(reference), reference);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelUnavailableException("interrupted while waiting for " + kind(type), e);
    } finally {
      tracker.close();
    }
  }

  private static Filter filter(Class<?> type, Map<String, String> wanted) {
    StringJoiner terms = new StringJoiner("", "(&", ")");
    terms.add("(%s=%s)".formatted(Constants.OBJECTCLASS, type.getName()));
    wanted.forEach(
        (name, value) ->
            terms.add("(%s=%s)".formatted(name, value.replaceAll("([\\\\*()])", "\\\\$1"))));
    try {
      return FrameworkUtil.createFilter(terms.toString());
    } catch (InvalidSyntaxException e) {
      throw new IllegalArgumentException("filter %s is malformed".formatted(terms), e);
    }
  }

  private String absence(Class<?> type, Map<String, String> wanted) {
    Optional<String> engineProblem = engine().flatMap(EngineFacts::problem);
    if (engineProblem.isPresent()) {
      return "there is no %s because the engine can't run: %s"
          .formatted(kind(type), engineProblem.get());
    }
    if (type == SpeechConverter.class) { // it exists only while its parts do
      Optional<Class<?>> missing =
          Stream.<Class<?>>of(SpeechTokenizer.class, StyleModule.class, Vocoder.class)
              .filter(part -> all(part).isEmpty())
              .findFirst();
      if (missing.isPresent()) {
        return absence(missing.get(), Map.of());
      }
    }
    String known =
        all(type).stream()
            .map(o -> o.property(ServiceProperties.ID).orElse("(unnamed)"))
            .collect(Collectors.joining(", "));
    String what =
        wanted.entrySet().stream()
            .map(
                e ->
                    e.getKey().equals(ServiceProperties.ID)
                        ? " \"%s\"".formatted(e.getValue())
                        : " with %s %s".formatted(e.getKey(), e.getValue()))
            .collect(Collectors.joining());
    return known.isEmpty()
        ? "there is no %s%s%s".formatted(kind(type), what, DOCTOR_HINT)
        : "there is no %s%s; known: %s".formatted(kind(type), what, known);
  }

  /** {@code StyleModule} reads as "style module" in messages. */
  private static String kind(Class<?> type) {
    return Arrays.stream(type.getSimpleName().split("(?=[A-Z])"))
        .map(word -> word.toLowerCase(java.util.Locale.ROOT))
        .collect(Collectors.joining(" "));
  }

  @Override
  public List<BundleFacts> bundles() {
    return Arrays.stream(framework.getBundleContext().getBundles())
        .filter(b -> b.getBundleId() != Constants.SYSTEM_BUNDLE_ID)
        .map(
            b ->
                new BundleFacts(
                    b.getSymbolicName(),
                    b.getVersion().toString(),
                    state(b),
                    size(b),
                    isFragment(b)))
        .toList();
  }

  private static String state(Bundle bundle) {
    return switch (bundle.getState()) {
      case Bundle.INSTALLED -> "INSTALLED";
      case Bundle.RESOLVED -> "RESOLVED";
      case Bundle.STARTING -> "STARTING";
      case Bundle.ACTIVE -> "ACTIVE";
      case Bundle.STOPPING -> "STOPPING";
      default -> "UNINSTALLED";
    };
  }

  private static long size(Bundle bundle) {
    return file(bundle).map(file -> file.toFile().length()).orElse(0L);
  }

  private static Optional<Path> file(Bundle bundle) {
    String location = bundle.getLocation();
    String file = location.startsWith("reference:") ? location.substring(10) : location;
    return file.startsWith("file:")
        ? Optional.of(Path.of(java.net.URI.create(file)))
        : Optional.empty();
  }

  @Override
  public Optional<Path> bundleFile(Offer<?> offer) {
    return offer.properties().get(Constants.SERVICE_BUNDLEID) instanceof Long id
        ? Optional.ofNullable(framework.getBundleContext().getBundle(id))
            .flatMap(OsgiServices::file)
        : Optional.empty();
  }

  // By reflection: the engine's types stay inside the framework, where they can be replaced.
  @Override
  public Optional<EngineFacts> engine() {
    BundleContext context = framework.getBundleContext();
    ServiceReference<?> reference;
    try {
      ServiceReference<?>[] found = context.getAllServiceReferences(ENGINE_STATUS, null);
      if (found == null || found.length == 0) {
        return Optional.empty();
      }
      reference = found[0];
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException("no filter was given", e);
    }
    Object status = context.getService(reference);
    if (status == null) {
      return Optional.empty();
    }
    try {
      Class<?> type = status.getClass().getClassLoader().loadClass(ENGINE_STATUS);
      return Optional.of(
          new EngineFacts(
              optional(type.getMethod("problem"), status).map(Object::toString),
              type.getMethod("version").invoke(status).toString(),
              optional(type.getMethod("nativesFolder"), status).map(Path.class::cast),
              type.getMethod("platform").invoke(status).toString(),
              (Integer) type.getMethod("threads").invoke(status)));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("%s is not as expected".formatted(ENGINE_STATUS), e);
    }
  }

  @Override
  public double measureMatrixMultiply() throws ModelUnavailableException {
    BundleContext context = framework.getBundleContext();
    try {
      ServiceReference<?>[] found = context.getAllServiceReferences(TENSOR_ENGINE, null);
      Object engine = found == null ? null : context.getService(found[0]);
      if (engine == null) {
        throw new ModelUnavailableException("there is no engine" + DOCTOR_HINT);
      }
      Class<?> type = engine.getClass().getClassLoader().loadClass(TENSOR_ENGINE);
      return (Double) type.getMethod("measureMatrixMultiply").invoke(engine);
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException("no filter was given", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("%s is not as expected".formatted(TENSOR_ENGINE), e);
    }
  }

  private static Optional<?> optional(Method method, Object target)
      throws ReflectiveOperationException {
    return (Optional<?>) method.invoke(target);
  }

  @Override
  public void awaitStop() throws InterruptedException {
    framework.waitForStop(0);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(cleaner);
    } catch (IllegalStateException e) {
      return; // shutting down: the hook does it
    }
    stop();
  }

  private void stop() {
    try {
      for (Bundle bundle : bundles) {
        if (bundle.getSymbolicName().equals(GATEWAY)) {
          bundle.stop(); // first: its requests end while there is all that they need
        }
      }
      framework.stop();
      framework.waitForStop(STOP_PATIENCE.toMillis());
    } catch (BundleException e) {
      log.warn("the framework doesn't stop: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Folders.deleteQuietly(storage);
  }
}
