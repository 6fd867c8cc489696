package org.emova4j.models.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.health.Problem;
import org.emova4j.api.health.Subjects;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.model.ModelRepository;
import org.emova4j.api.model.Versions;
import org.emova4j.api.speech.ModelUnavailableException;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
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
 * The models of a writable folder, and of a read-only one that came with the program; each is a
 * service while this is active. Another configuration takes effect without a gap.
 */
@Component(configurationPid = FolderRepository.PID, immediate = true)
@Capability(
    namespace = "osgi.service",
    attribute = "objectClass:List<String>=\"org.emova4j.api.model.ModelArchive\"")
@Designate(ocd = FolderRepository.Config.class)
public final class FolderRepository implements ModelRepository {
  static final String PID = "org.emova4j.models";

  /** Framework property that stands in for {@code folder}. */
  static final String FOLDER_PROPERTY = "emova.models.folder";

  /** Framework property that stands in for {@code distribution}. */
  static final String DISTRIBUTION_PROPERTY = "emova.models.distribution";

  private static final Logger LOG = LoggerFactory.getLogger(FolderRepository.class);

  @ObjectClassDefinition(name = "emova4j models")
  @interface Config {
    @AttributeDefinition(
        description = "Folder that models are installed into; empty for ~/.emova/models",
        required = false)
    String folder() default "";

    @AttributeDefinition(
        description = "Folder of models that came with the program; empty for none",
        required = false)
    String distribution() default "";

    @AttributeDefinition(description = "GiB that an archive may unpack to", min = "1", max = "1024")
    int max_gigabytes() default Limits.DEFAULT_GIGABYTES;

    @AttributeDefinition(
        description = "How many times its own size an archive may unpack to",
        min = "1",
        max = "10000")
    int max_ratio() default Limits.DEFAULT_RATIO;
  }

  private record Entry(InstalledModel model, ServiceRegistration<ModelArchive> registration) {}

  private final BundleContext context;
  private final Signatures signatures;
  private volatile ModelFolder folder;
  private final Map<String, Entry> models = new ConcurrentHashMap<>(); // by id:version
  private final Map<Path, ServiceRegistration<Problem>> problems = new HashMap<>();
  private ServiceRegistration<Problem> refusal;
  private boolean closed;

  /** What the configuration says. */
  private record Settings(Path folder, Optional<Path> distribution, Limits limits) {
    static Settings of(BundleContext context, Config config) {
      return new Settings(
          path(config.folder(), context.getProperty(FOLDER_PROPERTY))
              .orElseGet(() -> home().resolve(Path.of(".emova", "models"))),
          path(config.distribution(), context.getProperty(DISTRIBUTION_PROPERTY)),
          Limits.of(config.max_gigabytes(), config.max_ratio()));
    }
  }

  /** For the framework. */
  @Activate
  public FolderRepository(BundleContext context, Config config) {
    this(context, Settings.of(context, config), Signatures.of(context::getProperty));
  }

  FolderRepository(
      BundleContext context,
      Path folder,
      Optional<Path> distribution,
      Limits limits,
      Signatures signatures) {
    this(context, new Settings(folder, distribution, limits), signatures);
  }

  private FolderRepository(BundleContext context, Settings settings, Signatures signatures) {
    this.context = context;
    this.signatures = signatures;
    read(settings);
  }

  /** A wrong value changes nothing. */
  @Modified
  synchronized void modified(Config config) {
    withdrawRefusal();
    try {
      read(Settings.of(context, config));
    } catch (IllegalArgumentException e) {
      LOG.error("The configuration {} is refused: {}", PID, e.getMessage());
      Problem problem =
          new Problem(Subjects.CONFIGURATION, "%s: %s".formatted(PID, e.getMessage()));
      refusal = context.registerService(Problem.class, problem, null);
    }
  }

  private void withdrawRefusal() {
    if (refusal != null) {
      refusal.unregister();
      refusal = null;
    }
  }

  /** What is new comes before what is no longer there goes; what is in both stays untouched. */
  private synchronized void read(Settings settings) {
    folder = new ModelFolder(settings.folder(), settings.limits(), signatures);
    folder.clearLeftOvers();
    problems.values().forEach(ServiceRegistration::unregister);
    problems.clear();
    List<InstalledModel> found = new ArrayList<>();
    settings.distribution().ifPresent(d -> take(ModelFolder.scan(d, true, signatures), found));
    take(ModelFolder.scan(settings.folder(), false, signatures), found);
    Map<String, InstalledModel> wanted = new LinkedHashMap<>();
    for (InstalledModel model : inOrder(found)) {
      InstalledModel known = wanted.putIfAbsent(model.manifest().name(), model);
      if (known != null) {
        LOG.warn(
            "The model in {} is passed over: {} is already there from {}",
            model.folder(),
            model.manifest().name(),
            known.folder());
      }
    }
    wanted.values().forEach(this::add);
    models.keySet().stream().filter(n -> !wanted.containsKey(n)).toList().forEach(this::withdraw);
    LOG.info(
        "{} models in {} and {}",
        models.size(),
        settings.folder(),
        settings.distribution().map(Path::toString).orElse("no distribution"));
  }

  private void take(ModelFolder.Scan scan, List<InstalledModel> found) {
    found.addAll(scan.models());
    scan.problems()
        .forEach(
            (place, text) ->
                problems.put(
                    place,
                    context.registerService(
                        Problem.class, new Problem(Subjects.MODELS, text), null)));
  }

  /**
   * By id in the order in which ids first occur, newest version first: where nothing else decides,
   * what was registered first is taken, and a model's new version has the place of its old one.
   */
  private static List<InstalledModel> inOrder(List<InstalledModel> found) {
    List<String> ids = found.stream().map(m -> m.manifest().id()).distinct().toList();
    return found.stream()
        .sorted(
            Comparator.comparingInt((InstalledModel m) -> ids.indexOf(m.manifest().id()))
                .thenComparing(m -> m.manifest().version(), Versions.OLDEST_FIRST.reversed()))
        .toList();
  }

  @Deactivate
  synchronized void deactivate() {
    closed = true;
    withdrawRefusal();
    models.values().forEach(e -> e.registration().unregister());
    models.clear();
    problems.values().forEach(ServiceRegistration::unregister);
    problems.clear();
  }

  @Override
  public List<ModelArchive> list() {
    return models.values().stream()
        .map(Entry::model)
        .sorted(
            Comparator.comparing((InstalledModel m) -> m.manifest().id())
                .thenComparing(m -> m.manifest().version(), Versions.OLDEST_FIRST.reversed()))
        .map(m -> (ModelArchive) m)
        .toList();
  }

  @Override
  public ModelArchive install(Path archive) throws IOException, ModelUnavailableException {
    return install(archive, false);
  }

  @Override
  public ModelArchive installTrusted(Path archive) throws IOException, ModelUnavailableException {
    return install(archive, true);
  }

  private ModelArchive install(Path archive, boolean trusted)
      throws IOException, ModelUnavailableException {
    return folder.locked(
        () -> {
          InstalledModel model = folder.install(archive, this::present);
          if (trusted && !model.trusted()) {
            model = folder.trust(model);
          }
          if (!present(model.manifest().name()).equals(Optional.of(model))) {
            withdraw(model.manifest().name());
            add(model);
          }
          return model;
        });
  }

  /** A model whose files are still there. */
  private Optional<InstalledModel> present(String name) {
    return Optional.ofNullable(models.get(name))
        .map(Entry::model)
        .filter(InstalledModel::isPresent);
  }

  @Override
  public List<String> verify(String name) throws IOException, ModelUnavailableException {
    return find(name).problems();
  }

  @Override
  public void remove(String name) throws IOException, ModelUnavailableException {
    folder.locked(
        () -> {
          InstalledModel model = find(name);
          if (model.distributed()) {
            throw new ModelUnavailableException(
                "model %s is part of the distribution and can't be removed"
                    .formatted(model.manifest().name()));
          }
          withdraw(model.manifest().name());
          try {
            folder.remove(model);
          } catch (IOException e) {
            if (model.isPresent()) {
              add(model);
            }
            throw e;
          }
          LOG.info("Removed model {}", model.manifest().name());
          return model;
        });
  }

  private InstalledModel find(String name) throws ModelUnavailableException {
    Entry exact = models.get(name);
    if (exact != null) {
      return exact.model();
    }
    return models.values().stream()
        .map(Entry::model)
        .filter(m -> m.manifest().id().equals(name))
        .max(Comparator.comparing(m -> m.manifest().version(), Versions.OLDEST_FIRST))
        .orElseThrow(
            () ->
                new ModelUnavailableException(
                    "no model %s is installed".formatted(EntryNames.printable(name))));
  }

  /** In the place of another of that name, which goes after it has come. */
  private synchronized void add(InstalledModel model) {
    if (closed) {
      return; // it is in its folder, where the next instance finds it
    }
    Optional.ofNullable(problems.remove(model.folder())).ifPresent(ServiceRegistration::unregister);
    ModelManifest manifest = model.manifest();
    Entry known = models.get(manifest.name());
    if (known != null && known.model().equals(model)) {
      return;
    }
    models.put(
        manifest.name(),
        new Entry(model, context.registerService(ModelArchive.class, model, properties(manifest))));
    if (known != null) {
      known.registration().unregister();
    }
    LOG.info("Model {} in {}", manifest.name(), model.folder());
  }

  private synchronized void withdraw(String name) {
    Entry gone = models.remove(name);
    if (gone != null) {
      gone.registration().unregister();
    }
  }

  private static Dictionary<String, Object> properties(ModelManifest manifest) {
    return FrameworkUtil.asDictionary(
        Map.of(
            ServiceProperties.ID,
            manifest.id(),
            ServiceProperties.MODEL,
            manifest.name(),
            ServiceProperties.ROLE,
            strings(manifest.components().stream().map(ModelManifest.Component::role).toList()),
            ServiceProperties.ARCHITECTURE,
            strings(
                manifest.components().stream()
                    .map(ModelManifest.Component::architecture)
                    .distinct()
                    .toList()),
            ServiceProperties.LANGUAGES,
            strings(manifest.languages())));
  }

  private static String[] strings(List<String> list) {
    return list.toArray(String[]::new);
  }

  private static Optional<Path> path(String configured, String frameworkProperty) {
    return Optional.of(configured)
        .filter(p -> !p.isBlank())
        .or(() -> Optional.ofNullable(frameworkProperty).filter(p -> !p.isBlank()))
        .map(FolderRepository::expand);
  }

  private static Path expand(String path) {
    Path expanded =
        path.equals("~") || path.startsWith("~/")
            ? home().resolve(path.substring(1).replaceFirst("^/", ""))
            : Path.of(path);
    return expanded.toAbsolutePath().normalize();
  }

  private static Path home() {
    return Path.of(System.getProperty("user.home"));
  }
}
