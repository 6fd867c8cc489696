package org.emova4j.engine.service;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.health.Problem;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.model.Versions;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.TensorEngine;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers one service for each model archive of an architecture, and closes it when the archive
 * goes; an archive that can't be used gives a {@link Problem}. Of several versions of a model the
 * newest has ranking 0, the others have lower ones. Held by a component that binds archives and
 * closes this when it is deactivated.
 *
 * <p>Safe for concurrent use.
 *
 * @param <S> the class of the services
 */
public final class ModelServices<S extends AutoCloseable> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelServices.class);

  /** Makes the service of one model. */
  @FunctionalInterface
  public interface Loader<S> {
    /**
     * @throws SpeechException if the model can't be used; logged, and there is a {@link Problem}
     *     instead of a service
     */
    S load(ModelArchive archive, ModelManifest.Component component) throws SpeechException;
  }

  /**
   * What is done with a service to try it out.
   *
   * @param <S> its class
   */
  @FunctionalInterface
  public interface Trial<S> {
    void run(S service) throws SpeechException;
  }

  /**
   * For loaders: makes a first call, short as it may be. A network that can't run gives no service
   * then; and every class is loaded by now, so that a call which is under way when its bundle is
   * updated needs none any more.
   *
   * @return the service; closed, if the trial fails
   */
  public static <S extends AutoCloseable> S tried(S service, Trial<S> trial)
      throws SpeechException {
    try {
      trial.run(service);
      return service;
    } catch (SpeechException | RuntimeException | Error e) {
      close(service);
      throw e;
    }
  }

  /** The same, unless weights are to be read late: the first call is then the user's own. */
  public static <S extends AutoCloseable> S tried(TensorEngine engine, S service, Trial<S> trial)
      throws SpeechException {
    return engine.readsLate() ? service : tried(service, trial);
  }

  private static final class Entry<S> {
    private final S service;
    private final ModelManifest.Component component;
    private final ServiceRegistration<?> registration;
    private int ranking;

    Entry(
        S service,
        ModelManifest.Component component,
        ServiceRegistration<?> registration,
        int ranking) {
      this.service = service;
      this.component = component;
      this.registration = registration;
      this.ranking = ranking;
    }
  }

  private final BundleContext context;
  private final Class<? super S> type;
  private final String role;
  private final String architecture;
  private final Loader<S> loader;
  private final Map<ModelArchive, Entry<S>> entries = new HashMap<>();
  private final Map<ModelArchive, ServiceRegistration<Problem>> problems = new HashMap<>();

  /**
   * @param context of the bundle that the services belong to
   * @param type the interface that they are registered as
   * @param role e.g. {@code tokenizer}
   * @param architecture e.g. {@code lite}; archives of others are passed over
   */
  public ModelServices(
      BundleContext context,
      Class<? super S> type,
      String role,
      String architecture,
      Loader<S> loader) {
    this.context = requireNonNull(context, "context");
    this.type = requireNonNull(type, "type");
    this.role = requireNonNull(role, "role");
    this.architecture = requireNonNull(architecture, "architecture");
    this.loader = requireNonNull(loader, "loader");
  }

  /** What all services are told that are there, e.g. a new setting. */
  public synchronized void forEach(Consumer<? super S> action) {
    entries.values().forEach(e -> action.accept(e.service));
  }

  /** A model has come. */
  public synchronized void add(ModelArchive archive) {
    ModelManifest manifest = archive.manifest();
    Optional<ModelManifest.Component> component =
        manifest.component(role).filter(c -> c.architecture().equals(architecture));
    if (component.isEmpty() || entries.containsKey(archive)) {
      return;
    }
    try {
      long start = System.nanoTime();
      entries.put(
          archive, register(archive, component.get(), loader.load(archive, component.get())));
      rank(manifest.id());
      LOG.info(
          "{} of model {} is there, loaded in {} ms",
          role,
          manifest.name(),
          (System.nanoTime() - start) / 1_000_000);
    } catch (SpeechException | RuntimeException e) {
      LOG.error("Model {} gives no {}: {}", manifest.name(), role, e.getMessage(), e);
      String text = "model %s gives no %s: %s".formatted(manifest.name(), role, e.getMessage());
      problems.put(archive, context.registerService(Problem.class, new Problem(role, text), null));
    }
  }

  private Entry<S> register(ModelArchive archive, ModelManifest.Component component, S service) {
    ModelManifest manifest = archive.manifest();
    List<ModelArchive> versions = new ArrayList<>(entries.keySet());
    versions.add(archive);
    int ranking = -newestFirst(manifest.id(), versions).indexOf(archive);
    try {
      return new Entry<>(
          service,
          component,
          context.registerService(
              type.getName(), service, properties(manifest, component, ranking)),
          ranking);
    } catch (RuntimeException | Error e) {
      close(service);
      throw e;
    }
  }

  private static List<ModelArchive> newestFirst(String id, Collection<ModelArchive> archives) {
    return archives.stream()
        .filter(a -> a.manifest().id().equals(id))
        .sorted(
            Comparator.comparing(
                (ModelArchive a) -> a.manifest().version(), Versions.OLDEST_FIRST.reversed()))
        .toList();
  }

  /** Gives all versions of a model their rankings. */
  private void rank(String id) {
    List<ModelArchive> versions = newestFirst(id, entries.keySet());
    for (int i = 0; i < versions.size(); i++) {
      ModelManifest manifest = versions.get(i).manifest();
      Entry<S> entry = entries.get(versions.get(i));
      if (entry.ranking != -i) {
        entry.ranking = -i;
        entry.registration.setProperties(properties(manifest, entry.component, -i));
      }
    }
  }

  private Dictionary<String, Object> properties(
      ModelManifest manifest, ModelManifest.Component component, int ranking) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ServiceProperties.ID, manifest.id());
    properties.put(ServiceProperties.MODEL, manifest.name());
    properties.put(ServiceProperties.ARCHITECTURE, architecture);
    properties.put(ServiceProperties.LANGUAGES, manifest.languages().toArray(new String[0]));
    component.codebook().ifPresent(id -> properties.put(ServiceProperties.CODEBOOK, id));
    component.styleSpace().ifPresent(id -> properties.put(ServiceProperties.STYLE_SPACE, id));
    if (ranking != 0) {
      properties.put(Constants.SERVICE_RANKING, ranking);
    }
    return FrameworkUtil.asDictionary(properties);
  }

  /** A model has gone: so does its service, after its running calls. */
  public void remove(ModelArchive archive) {
    Entry<S> entry;
    Optional<ServiceRegistration<Problem>> problem;
    synchronized (this) {
      entry = entries.remove(archive);
      problem = Optional.ofNullable(problems.remove(archive));
      rank(archive.manifest().id());
    }
    problem.ifPresent(this::unregister);
    if (entry != null) {
      release(entry);
      LOG.info("{} of model {} has gone", role, archive.manifest().name());
    }
  }

  /** All services go. */
  @Override
  public void close() {
    List<Entry<S>> all;
    List<ServiceRegistration<Problem>> gone;
    synchronized (this) {
      all = new ArrayList<>(entries.values());
      gone = new ArrayList<>(problems.values());
      entries.clear();
      problems.clear();
    }
    gone.forEach(this::unregister);
    all.forEach(this::release);
  }

  private void release(Entry<S> entry) {
    unregister(entry.registration);
    close(entry.service);
  }

  private void unregister(ServiceRegistration<?> registration) {
    try {
      registration.unregister();
    } catch (IllegalStateException e) {
      LOG.debug("The framework has unregistered the {} already", role);
    }
  }

  private static void close(AutoCloseable service) {
    try {
      service.close();
    } catch (Exception e) {
      LOG.warn("{} was not closed properly: {}", service, e.getMessage(), e);
    }
  }
}
