package org.emova4j.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.emova4j.api.health.Problem;
import org.emova4j.api.health.Subjects;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts libtorch and registers {@link TensorEngine}, or says why not. The framework makes it; it
 * is public only for that.
 *
 * <p>libtorch belongs to the class loader that loaded it and can't be unloaded, so this bundle is
 * installed once and never updated or refreshed in a running JVM: a second generation of it reports
 * a problem instead of an engine. Stopping and starting it is fine.
 */
@Component(service = EngineStatus.class, immediate = true, configurationPid = LibTorch.PID)
@Capability(
    namespace = "osgi.service",
    attribute = "objectClass:List<String>=\"org.emova4j.engine.TensorEngine\"")
@Designate(ocd = LibTorch.Config.class)
public final class LibTorch implements EngineStatus {
  /** Configuration of the engine. */
  public static final String PID = "org.emova4j.engine";

  /** System property that overrides the configured number of threads. */
  public static final String THREADS_PROPERTY = "emova.threads";

  private static final Logger LOG = LoggerFactory.getLogger(LibTorch.class);
  private static final int MAX_THREADS = 1024;

  /** Settings of the engine. */
  @ObjectClassDefinition(name = "emova4j engine")
  @interface Config {
    @AttributeDefinition(
        description = "Threads that one operator may use; 0 = one for each core",
        min = "0",
        max = "1024")
    int threads() default 0;

    @AttributeDefinition(
        description = "Seconds that closing waits for running calls",
        min = "0",
        max = "3600")
    int close_timeout_seconds() default 10;

    @AttributeDefinition(
        description =
            "Seconds that weights stay in memory after the last network of them has gone, so that"
                + " its successor needn't read them again",
        min = "0",
        max = "3600")
    int weights_keep_seconds() default 10;

    @AttributeDefinition(
        description =
            "Read the weights of a network when it is first used, and not when its model comes:"
                + " models that nobody uses take no memory, and what is wrong with one shows late")
    boolean weights_late() default false;
  }

  private final BundleContext context;
  private final NativeLibraries natives;
  private volatile Optional<String> problem = Optional.empty();
  private volatile int threads = 1;
  private LibTorchEngine engine;
  private ServiceRegistration<TensorEngine> registration;
  private ServiceRegistration<Problem> shownProblem;

  /** For the framework. */
  @Activate
  public LibTorch(BundleContext context, Config config) {
    this(
        context,
        Settings.of(config),
        NativeLibraries.find(
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            TorchLoader.setting(NativeLibraries.PATH_VARIABLE)));
  }

  /**
   * @param threads configured number, 0 for one a core
   * @param threadsProperty wins over it
   * @param closeTimeoutSeconds how long closing waits for running calls
   * @param weightsKeepSeconds how long shared weights stay after the last network of them
   * @param weightsLate whether weights are read at a network's first use
   */
  record Settings(
      int threads,
      Optional<String> threadsProperty,
      int closeTimeoutSeconds,
      int weightsKeepSeconds,
      boolean weightsLate) {
    static Settings of(Config config) {
      return new Settings(
          config.threads(),
          Optional.ofNullable(System.getProperty(THREADS_PROPERTY)),
          config.close_timeout_seconds(),
          config.weights_keep_seconds(),
          config.weights_late());
    }

    int effectiveThreads() {
      int wanted = threads;
      if (threadsProperty.isPresent()) {
        try {
          wanted = Integer.parseInt(threadsProperty.get().strip());
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException(
              "%s is \"%s\", must be a number".formatted(THREADS_PROPERTY, threadsProperty.get()),
              e);
        }
      }
      if (wanted < 0 || wanted > MAX_THREADS) {
        throw new IllegalArgumentException(
            "threads is %d, must be from 0 to %d".formatted(wanted, MAX_THREADS));
      }
      return wanted == 0 ? Runtime.getRuntime().availableProcessors() : wanted;
    }

    Duration closeTimeout() {
      return seconds("close.timeout.seconds", closeTimeoutSeconds);
    }

    Duration weightsKeep() {
      return seconds("weights.keep.seconds", weightsKeepSeconds);
    }

    private static Duration seconds(String name, int value) {
      if (value < 0 || value > 3600) {
        throw new IllegalArgumentException(
            "%s is %d, must be from 0 to 3600".formatted(name, value));
      }
      return Duration.ofSeconds(value);
    }
  }

  LibTorch(BundleContext context, Settings settings, NativeLibraries natives) {
    this.context = context;
    this.natives = natives;
    apply(settings);
  }

  /** A new number of threads reaches every thread with its next call; nothing is restarted. */
  @Modified
  void modified(Config config) {
    apply(Settings.of(config));
  }

  synchronized void apply(Settings settings) {
    try {
      threads = settings.effectiveThreads();
      Duration closeTimeout = settings.closeTimeout();
      Duration weightsKeep = settings.weightsKeep();
      if (engine != null) {
        engine.configure(threads, closeTimeout, weightsKeep, settings.weightsLate());
        problem = Optional.empty();
      } else {
        start(closeTimeout, weightsKeep, settings.weightsLate());
      }
    } catch (IllegalArgumentException e) {
      // A wrong setting is no reason to take a running engine away.
      if (engine == null) {
        problem = Optional.of(e.getMessage());
      }
      LOG.warn("The engine's configuration is refused: {}", e.getMessage());
      show(Subjects.CONFIGURATION, Optional.of("%s: %s".formatted(PID, e.getMessage())));
      return;
    }
    show(Subjects.ENGINE, problem);
  }

  private void show(String subject, Optional<String> text) {
    if (shownProblem != null) {
      shownProblem.unregister();
    }
    shownProblem =
        text.map(t -> context.registerService(Problem.class, new Problem(subject, t), null))
            .orElse(null);
  }

  private void start(Duration closeTimeout, Duration weightsKeep, boolean weightsLate) {
    problem = natives.problem();
    if (problem.isEmpty()) {
      try {
        engine =
            new LibTorchEngine(
                TorchLoader.load(natives.folder().orElseThrow(), threads),
                threads,
                closeTimeout,
                weightsKeep,
                weightsLate);
      } catch (TorchLoader.LoadException e) {
        problem = Optional.of(e.getMessage());
        LOG.debug("libtorch can't be loaded", e);
      } catch (RuntimeException | LinkageError e) {
        // Loaded, but not the one that this was made for.
        problem =
            Optional.of(
                "libtorch in %s can't be used: %s"
                    .formatted(
                        natives.folder().orElseThrow(),
                        String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
        LOG.debug("libtorch can't be used", e);
      }
    }
    if (engine == null) {
      LOG.warn("There is no tensor engine: {}", problem.orElseThrow());
      return;
    }
    registration = context.registerService(TensorEngine.class, engine, null);
    LOG.info(
        "libtorch {} for {} from {}, {} threads",
        engine.version(),
        natives.platform(),
        natives.folder().orElseThrow(),
        threads);
  }

  /** The service goes first, so that those who use it close their networks themselves. */
  @Deactivate
  synchronized void deactivate() {
    if (shownProblem != null) {
      shownProblem.unregister();
      shownProblem = null;
    }
    if (engine == null) {
      return;
    }
    registration.unregister();
    engine.close();
    engine = null;
  }

  @Override
  public Optional<String> problem() {
    return problem;
  }

  @Override
  public String version() {
    return NativeLibraries.TORCH_VERSION;
  }

  @Override
  public Optional<Path> nativesFolder() {
    return natives.folder();
  }

  @Override
  public String platform() {
    return natives.platform();
  }

  @Override
  public int threads() {
    return threads;
  }
}
