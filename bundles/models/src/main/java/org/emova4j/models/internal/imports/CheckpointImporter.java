package org.emova4j.models.internal.imports;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.emova4j.api.model.ModelImporter;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.model.ModelManifest.Component;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.models.internal.checkpoint.ElementType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Imports what the EMOVA project released. */
@org.osgi.service.component.annotations.Component
public final class CheckpointImporter implements ModelImporter {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointImporter.class);
  private static final List<Architecture> ARCHITECTURES = List.of(new SpiralFsq(), new Uvits());
  private static final List<String> LANGUAGES = List.of("en", "zh");
  private static final String NO_LICENCE = "NOASSERTION";
  private static final String FIRST_VERSION = "1.0.0";

  /** A model whose files lie in a folder, ready to be packed. */
  private record Draft(ModelManifest manifest, Path folder, List<String> notes) {}

  @Override
  public List<Imported> importModels(Request request, Path folder)
      throws IOException, ModelUnavailableException {
    request.architecture().ifPresent(CheckpointImporter::requireKnown);
    Sources sources = Sources.find(request.sources());
    Path work = Files.createTempDirectory(folder, ".importing-");
    List<TensorSet> sets = new ArrayList<>();
    try {
      for (Map.Entry<Path, List<Path>> entry : sources.tensors().entrySet()) {
        sets.add(TensorSet.open(entry.getKey(), entry.getValue()));
      }
      Optional<Centroids> centroids =
          sources.centroids().isEmpty() || wanted(request, SpiralFsq::new)
              ? Optional.empty()
              : Optional.of(Centroids.read(sources.centroids()));
      List<Draft> drafts = new ArrayList<>();
      for (Architecture architecture : ARCHITECTURES) {
        if (request.architecture().map(architecture.id()::equals).orElse(true)) {
          Optional<TensorSet> set = only(architecture, sets);
          if (set.isPresent()) {
            Path files = Files.createDirectory(work.resolve(architecture.id()));
            drafts.add(network(architecture, set.get(), sources, centroids, request, files));
          }
        }
      }
      boolean used = drafts.stream().anyMatch(d -> d.manifest().component("style").isPresent());
      if (centroids.isPresent() && !used) {
        Path files = Files.createDirectory(work.resolve(Centroids.ARCHITECTURE));
        drafts.add(styles(centroids.get(), request, files));
      }
      requireSome(drafts, request, sets);
      return pack(drafts, work, folder);
    } finally {
      for (TensorSet set : sets) {
        set.close();
      }
      deleteRecursively(work);
    }
  }

  private static boolean wanted(Request request, java.util.function.Supplier<Architecture> only) {
    return request.architecture().map(only.get().id()::equals).orElse(false);
  }

  private static List<String> known() {
    return Stream.concat(
            ARCHITECTURES.stream().map(Architecture::id), Stream.of(Centroids.ARCHITECTURE))
        .toList();
  }

  private static void requireKnown(String architecture) {
    if (!known().contains(architecture)) {
      throw new IllegalArgumentException(
          "architecture \"%s\" is not one of %s"
              .formatted(architecture, String.join(", ", known())));
    }
  }

  /** The one set of tensors that holds such a network. */
  private static Optional<TensorSet> only(Architecture architecture, List<TensorSet> sets)
      throws ModelUnavailableException {
    List<TensorSet> holding =
        sets.stream().filter(s -> !s.prefixes(architecture.anchor()).isEmpty()).toList();
    if (holding.size() > 1) {
      throw new ModelUnavailableException(
          "%s all hold a network of architecture %s: name the one that is meant"
              .formatted(
                  Listing.of(holding.stream().map(s -> s.source().toString()).toList()),
                  architecture.id()));
    }
    return holding.stream().findFirst();
  }

  private static void requireSome(List<Draft> drafts, Request request, List<TensorSet> sets)
      throws ModelUnavailableException {
    if (drafts.isEmpty()) {
      String held =
          sets.stream()
              .map(
                  s ->
                      "%s (%s)"
                          .formatted(
                              s.source(),
                              Listing.of(s.places().keySet().stream().limit(3).toList())))
              .limit(5)
              .collect(Collectors.joining(", "));
      throw new ModelUnavailableException(
          "%s: no checkpoint of architecture %s is there%s"
              .formatted(
                  Listing.of(request.sources().stream().map(Path::toString).toList()),
                  request.architecture().orElse(String.join(", ", known())),
                  held.isEmpty() ? "" : ", but " + held));
    }
    if (drafts.size() > 1 && request.id().isPresent()) {
      throw new ModelUnavailableException(
          "there are %d models, which can't all have the id %s: %s"
              .formatted(
                  drafts.size(),
                  request.id().get(),
                  drafts.stream().map(d -> d.manifest().id()).collect(Collectors.joining(", "))));
    }
  }

  private static Draft network(
      Architecture architecture,
      TensorSet set,
      Sources sources,
      Optional<Centroids> centroids,
      Request request,
      Path folder)
      throws IOException, ModelUnavailableException {
    List<String> notes = new ArrayList<>();
    Optional<Settings> configured = Configurations.find(architecture, sources.configurations());
    Settings config = configured.orElseGet(() -> Configurations.official(architecture));
    if (configured.isEmpty()) {
      notes.add("no configuration was found, the official one is taken");
    }
    Match match =
        Match.of(architecture.layout(config), set, architecture.anchor(), request.prefix());
    notes.addAll(match.notes());
    LOG.info("Importing {} tensors of {}", match.tensors().size(), set.source());
    List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
    match.tensors().forEach((name, place) -> tensors.add(copy(name, place)));
    Contents contents = new Contents(config, match.tensors(), centroids);
    SafetensorsWriter.write(folder.resolve(Architecture.WEIGHTS), tensors);
    writeConfig(
        config, match.tensors().keySet().stream().anyMatch(n -> n.startsWith("decoder.")), folder);
    List<Component> components = architecture.components(contents);
    List<String> files = new ArrayList<>(List.of(Architecture.WEIGHTS, Architecture.CONFIG));
    if (components.stream().anyMatch(c -> c.files().containsKey("centroids"))) {
      writeCentroids(centroids.orElseThrow(), folder);
      files.add(Centroids.FILE);
    }
    if (components.stream().noneMatch(c -> c.role().equals("style"))
        && components.stream().anyMatch(c -> c.role().equals("vocoder"))) {
      notes.add("no style centroids were found, so it comes without a style module");
    }
    return draft(
        request,
        architecture.modelId(),
        architecture.description(),
        components,
        files,
        folder,
        notes);
  }

  private record Contents(
      Settings config, Map<String, TensorSet.Place> tensors, Optional<Centroids> centroids)
      implements Architecture.Contents {
    @Override
    public boolean has(String tensor) {
      return tensors.containsKey(tensor);
    }

    @Override
    public long[] shape(String tensor) {
      return tensors.get(tensor).tensor().shape();
    }
  }

  /** The same elements, but for F64, which becomes F32. */
  private static SafetensorsWriter.Tensor copy(String name, TensorSet.Place place) {
    ElementType type = place.tensor().type();
    boolean narrow = type == ElementType.F64;
    return new SafetensorsWriter.Tensor(
        name,
        narrow ? ElementType.F32 : type,
        place.tensor().shape(),
        sink -> {
          long[] done = {0};
          place.read(
              chunk -> {
                int bad = type.firstNotFinite(chunk);
                if (bad >= 0) {
                  throw new ModelUnavailableException(
                      "%s: tensor %s holds NaN or infinity at element %d"
                          .formatted(place.checkpoint().file(), place.name(), done[0] + bad));
                }
                done[0] += chunk.remaining() / type.size;
                sink.accept(narrow ? narrowed(chunk) : chunk);
              });
        });
  }

  private static ByteBuffer narrowed(ByteBuffer doubles) {
    ByteBuffer floats = ByteBuffer.allocate(doubles.remaining() / 2).order(ByteOrder.LITTLE_ENDIAN);
    while (doubles.hasRemaining()) {
      floats.putFloat((float) doubles.getDouble());
    }
    return floats.flip();
  }

  /** A configuration speaks only of what the weights hold. */
  private static void writeConfig(Settings config, boolean phones, Path folder) throws IOException {
    ObjectNode root = config.root().deepCopy();
    if (!phones) {
      root.remove("decoder");
    }
    new ObjectMapper()
        .writerWithDefaultPrettyPrinter()
        .writeValue(folder.resolve(Architecture.CONFIG).toFile(), root);
  }

  private static void writeCentroids(Centroids centroids, Path folder)
      throws IOException, ModelUnavailableException {
    List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
    centroids
        .vectors()
        .forEach(
            (condition, vector) ->
                tensors.add(
                    new SafetensorsWriter.Tensor(
                        condition,
                        ElementType.F32,
                        new long[] {centroids.dimensions()},
                        sink -> sink.accept(ByteBuffer.wrap(vector)))));
    SafetensorsWriter.write(folder.resolve(Centroids.FILE), tensors);
  }

  private static Draft styles(Centroids centroids, Request request, Path folder)
      throws IOException, ModelUnavailableException {
    writeCentroids(centroids, folder);
    Component component =
        Centroids.component(centroids, Centroids.SAMPLE_RATE, Map.of("centroids", Centroids.FILE));
    return draft(
        request,
        Centroids.MODEL_ID,
        "EMOVA's %d styles, imported from its centroids.".formatted(centroids.vectors().size()),
        List.of(component),
        List.of(Centroids.FILE),
        folder,
        List.of());
  }

  private static Draft draft(
      Request request,
      String id,
      String description,
      List<Component> components,
      List<String> files,
      Path folder,
      List<String> notes)
      throws IOException, ModelUnavailableException {
    try {
      ModelManifest manifest =
          new ModelManifest(
              request.id().orElse(id),
              request.version().orElse(FIRST_VERSION),
              description,
              request.licence().orElse(NO_LICENCE),
              LANGUAGES,
              List.of(),
              Map.of(),
              components,
              ArchiveWriter.entries(folder, files));
      return new Draft(manifest, folder, notes);
    } catch (IllegalArgumentException e) {
      throw new ModelUnavailableException(e.getMessage(), e);
    }
  }

  /** Packs all before the first gets its name, so that there are all or none. */
  private static List<Imported> pack(List<Draft> drafts, Path work, Path folder)
      throws IOException {
    Map<Path, Draft> packed = new LinkedHashMap<>();
    for (Draft draft : drafts) {
      String name = "%s-%s.tar.gz".formatted(draft.manifest().id(), draft.manifest().version());
      ArchiveWriter.write(draft.manifest(), draft.folder(), work.resolve(name));
      packed.put(work.resolve(name), draft);
    }
    List<Imported> imported = new ArrayList<>();
    for (Map.Entry<Path, Draft> entry : packed.entrySet()) {
      Path archive = folder.resolve(entry.getKey().getFileName());
      Files.move(entry.getKey(), archive, StandardCopyOption.REPLACE_EXISTING);
      imported.add(new Imported(archive, entry.getValue().manifest(), entry.getValue().notes()));
    }
    return imported;
  }

  @Override
  public Imported makeRandom(String architecture, long seed, Path folder) throws IOException {
    Map<String, Architecture> byId =
        ARCHITECTURES.stream().collect(Collectors.toMap(Architecture::id, Function.identity()));
    if (!byId.containsKey(architecture)) {
      throw new IllegalArgumentException(
          "architecture \"%s\" is not one of %s"
              .formatted(
                  architecture,
                  ARCHITECTURES.stream().map(Architecture::id).collect(Collectors.joining(", "))));
    }
    Path work = Files.createTempDirectory(folder, ".making-");
    try {
      RandomRelease release = new RandomRelease(byId.get(architecture), seed);
      release.write(work);
      Request request =
          new Request(
              List.of(work),
              Optional.of(architecture),
              Optional.of(byId.get(architecture).modelId() + "-random"),
              Optional.empty(),
              Optional.of("CC0-1.0"),
              Optional.empty());
      return importModels(request, folder).get(0);
    } catch (ModelUnavailableException e) {
      throw new IllegalStateException("random weights can't be imported", e);
    } finally {
      deleteRecursively(work);
    }
  }

  private static void deleteRecursively(Path root) throws IOException {
    List<Path> all;
    try (Stream<Path> tree = Files.walk(root)) {
      all = tree.sorted(java.util.Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
