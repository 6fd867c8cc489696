package org.emova4j.runtime.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelImporter;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.model.ModelRepository;
import org.emova4j.runtime.Folders;
import org.emova4j.runtime.Json;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Slice;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Model archives. */
final class ModelsCommand {
  private ModelsCommand() {}

  static CommandLine commandLine(Environment environment) {
    CommandLine commandLine = new CommandLine(new Group());
    for (Subcommand command :
        List.of(
            new ListModels(environment),
            new Show(environment),
            new Install(environment),
            new ImportModels(environment),
            new MakeRandom(environment),
            new Verify(environment),
            new SignModelCommand(environment),
            new Remove(environment))) {
      commandLine.addSubcommand(command);
    }
    return commandLine;
  }

  /** The group itself does nothing. */
  @Command(
      name = "models",
      synopsisSubcommandLabel = "COMMAND",
      description = "Lists, shows, installs, imports, verifies, signs and removes models.",
      footer = {
        "",
        "Examples:",
        "  emova models list",
        "  emova models install voice-1.0.0.tar.zst",
        "  emova models import EMOVA_speech_tokenizer",
      })
  static final class Group implements Runnable {
    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this help.")
    boolean help;

    @CommandLine.Spec CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
      throw new ParameterException(
          spec.commandLine(), "which command? list, show, install, import, verify, sign or remove");
    }
  }

  /** A command on the repository. */
  abstract static class RepositoryCommand extends Subcommand {
    RepositoryCommand(Environment environment) {
      super(environment);
    }

    @Override
    final int run() throws Exception {
      prepare();
      try (Services services = environment.open(Slice.MODELS, common.settings())) {
        return run(services);
      }
    }

    int run(Services services) throws Exception {
      return run(services.require(ModelRepository.class));
    }

    /** What can be checked before anything starts. */
    void prepare() throws Exception {}

    int run(ModelRepository repository) throws Exception {
      throw new UnsupportedOperationException("this command takes more than the repository");
    }

    /** Puts archives into a folder, or the only one under a name. */
    final int keep(Path out, NewArchives archives) throws Exception {
      if (Files.isDirectory(out)) {
        archives.write(out).forEach(imported -> say(imported, imported.archive()));
        return 0;
      }
      Path target = out.toAbsolutePath();
      if (!Files.isDirectory(target.getParent())) {
        throw new FailedException("%s: no such folder".formatted(target.getParent()));
      }
      try (Draft draft = new Draft(target)) {
        List<ModelImporter.Imported> all = archives.write(draft.file().getParent());
        if (all.size() != 1) {
          throw new FailedException(
              "there are %d models, so --out must be a folder that exists".formatted(all.size()));
        }
        Files.move(all.get(0).archive(), draft.file(), StandardCopyOption.REPLACE_EXISTING);
        draft.complete(true);
        say(all.get(0), out);
      }
      return 0;
    }

    private void say(ModelImporter.Imported imported, Path archive) {
      print("%s: %s".formatted(archive, imported.manifest().name()));
      imported.notes().forEach(note -> print("  " + note));
    }

    final void print(String text) {
      console().out().println(text);
    }
  }

  @Command(
      name = "list",
      description = "Lists the installed models.",
      footer = {"", "Examples:", "  emova models list", "  emova models list --json"})
  static final class ListModels extends RepositoryCommand {
    @Option(names = "--json", description = "Print JSON.")
    boolean json;

    ListModels(Environment environment) {
      super(environment);
    }

    @Override
    int run(ModelRepository repository) {
      List<ModelManifest> manifests =
          repository.list().stream().map(ModelArchive::manifest).toList();
      if (json) {
        print(Json.writePretty(manifests.stream().map(ModelsCommand::facts).toList()));
        return 0;
      }
      if (manifests.isEmpty()) {
        console().err().println("no models are installed");
      }
      for (ModelManifest manifest : manifests) {
        print(
            "%-20s %-24s %s"
                .formatted(
                    manifest.name(),
                    String.join("+", manifest.components().stream().map(c -> c.role()).toList()),
                    manifest.description()));
      }
      return 0;
    }
  }

  @Command(
      name = "show",
      description = "Says what a model is: parts, licence, data, quality, files.",
      footer = {"", "Examples:", "  emova models show lite"})
  static final class Show extends RepositoryCommand {
    @Parameters(paramLabel = "NAME", description = "ID or ID:VERSION.")
    String name;

    @Option(names = "--json", description = "Print JSON.")
    boolean json;

    Show(Environment environment) {
      super(environment);
    }

    @Override
    int run(ModelRepository repository) throws FailedException {
      ModelManifest manifest = find(repository, name).manifest();
      if (json) {
        print(Json.writePretty(facts(manifest)));
        return 0;
      }
      print("%s  %s".formatted(manifest.name(), manifest.description()));
      print("licence    " + manifest.licence());
      print("languages  " + String.join(", ", manifest.languages()));
      for (ModelManifest.Component part : manifest.components()) {
        StringBuilder line =
            new StringBuilder("%-10s %s".formatted(part.role(), part.architecture()));
        part.codebook().ifPresent(c -> line.append(", codebook ").append(c));
        part.styleSpace().ifPresent(s -> line.append(", style space ").append(s));
        print(line.append(", ").append(part.sampleRate()).append(" Hz").toString());
      }
      manifest
          .dataSources()
          .forEach(d -> print("data       %s (%s)".formatted(d.name(), d.licence())));
      new TreeMap<>(manifest.quality())
          .forEach((measure, value) -> print("quality    %s %s".formatted(measure, value)));
      manifest
          .files()
          .forEach(f -> print("file       %s (%d bytes)".formatted(f.name(), f.size())));
      return 0;
    }
  }

  @Command(
      name = "install",
      description = "Installs a .tar.gz or .tar.zst archive, after every check.",
      footer = {"", "Examples:", "  emova models install voice-1.0.0.tar.zst"})
  static final class Install extends RepositoryCommand {
    @Parameters(paramLabel = "ARCHIVE", description = "The archive.")
    Path archive;

    Install(Environment environment) {
      super(environment);
    }

    @Override
    void prepare() throws FailedException {
      Media.requireReadable(archive.toString());
    }

    @Override
    int run(ModelRepository repository) throws Exception {
      print("installed " + repository.install(archive).manifest().name());
      return 0;
    }
  }

  @Command(
      name = "import",
      description = {
        "Makes models of released checkpoints, and installs them.",
        "",
        "Reads what the EMOVA project released, in folders or files: PyTorch checkpoints (.ckpt,",
        ".pth), safetensors, style centroids (.npy), configurations (.json, .yaml). Nothing in a",
        "checkpoint is run; one that holds more than tensors and plain data is refused.",
      },
      footer = {
        "",
        "Examples:",
        "  emova models import EMOVA_speech_tokenizer",
        "  emova models import G_322000.pth config.json condition_style_centroid --licence Apache-2.0",
        "  emova models import last.ckpt --architecture spiral-fsq --out s2u.tar.gz",
      })
  static final class ImportModels extends RepositoryCommand {
    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Files and folders.")
    List<Path> sources;

    @Option(
        names = "--architecture",
        paramLabel = "NAME",
        description = "Import only this: spiral-fsq, uvits or centroids.")
    String architecture;

    @Option(names = "--id", paramLabel = "ID", description = "Name of the model.")
    String id;

    @Option(
        names = "--version",
        paramLabel = "VERSION",
        description = "Version of the model (default: 1.0.0).")
    String version;

    @Option(
        names = "--licence",
        paramLabel = "SPDX",
        description = "Licence of the weights, as the release says.")
    String licence;

    @Option(
        names = "--prefix",
        paramLabel = "PREFIX",
        description = "What stands before the tensors' names, where there are several networks.")
    String prefix;

    @Option(
        names = "--out",
        paramLabel = "FILE|DIR",
        description = "Write archives here instead of installing.")
    Path out;

    ImportModels(Environment environment) {
      super(environment);
    }

    @Override
    void prepare() throws FailedException {
      for (Path source : sources) {
        if (!Files.isDirectory(source)) {
          Media.requireReadable(source.toString());
        }
      }
    }

    @Override
    int run(Services services) throws Exception {
      ModelImporter.Request request =
          new ModelImporter.Request(
              sources,
              Optional.ofNullable(architecture),
              Optional.ofNullable(id),
              Optional.ofNullable(version),
              Optional.ofNullable(licence),
              Optional.ofNullable(prefix));
      ModelImporter importer = services.require(ModelImporter.class);
      try (Progress progress = new Progress(console())) {
        progress.stage("importing");
        NewArchives archives = folder -> importing(importer, request, folder);
        return out == null
            ? install(services.require(ModelRepository.class), archives)
            : keep(out, archives);
      }
    }

    private static List<ModelImporter.Imported> importing(
        ModelImporter importer, ModelImporter.Request request, Path folder) throws Exception {
      try {
        return importer.importModels(request, folder);
      } catch (IllegalArgumentException e) {
        throw new UsageException(e.getMessage());
      }
    }

    private int install(ModelRepository repository, NewArchives archives) throws Exception {
      Path folder = Files.createTempDirectory("emova-import-");
      try {
        for (ModelImporter.Imported imported : archives.write(folder)) {
          print("installed " + repository.install(imported.archive()).manifest().name());
          imported.notes().forEach(note -> print("  " + note));
        }
      } finally {
        Folders.deleteQuietly(folder);
      }
      return 0;
    }
  }

  /** Writes archives into a folder. */
  private interface NewArchives {
    List<ModelImporter.Imported> write(Path folder) throws Exception;
  }

  @Command(
      name = "make-random",
      hidden = true,
      description = "Writes an archive of an official model's size with random weights, for bench.",
      footer = {
        "",
        "Examples:",
        "  emova models make-random spiral-fsq --out s2u-random.tar.gz",
        "  emova models make-random uvits --out .",
      })
  static final class MakeRandom extends RepositoryCommand {
    @Parameters(paramLabel = "ARCHITECTURE", description = "spiral-fsq or uvits.")
    String architecture;

    @Option(names = "--seed", paramLabel = "N", description = "Of the weights (default: 1).")
    long seed = 1;

    @Option(
        names = "--out",
        required = true,
        paramLabel = "FILE|DIR",
        description = "Where to write the archive.")
    Path out;

    MakeRandom(Environment environment) {
      super(environment);
    }

    @Override
    int run(Services services) throws Exception {
      ModelImporter importer = services.require(ModelImporter.class);
      return keep(
          out,
          folder -> {
            try {
              return List.of(importer.makeRandom(architecture, seed, folder));
            } catch (IllegalArgumentException e) {
              throw new UsageException(e.getMessage());
            }
          });
    }
  }

  @Command(
      name = "verify",
      description = "Compares a model's files (or every model's) with their hashes.",
      footer = {"", "Examples:", "  emova models verify", "  emova models verify lite:1.0.0"})
  static final class Verify extends RepositoryCommand {
    @Parameters(arity = "0..1", paramLabel = "NAME", description = "ID or ID:VERSION.")
    String name;

    @Option(names = "--json", description = "Print JSON.")
    boolean json;

    Verify(Environment environment) {
      super(environment);
    }

    @Override
    int run(ModelRepository repository) throws Exception {
      List<String> names =
          name == null
              ? repository.list().stream().map(m -> m.manifest().name()).toList()
              : List.of(name);
      Map<String, Object> report = new LinkedHashMap<>();
      int problems = 0;
      for (String model : names) {
        List<String> found = repository.verify(model);
        problems += found.size();
        report.put(model, found);
        if (!json) {
          print(model + ": " + (found.isEmpty() ? "ok" : String.join("; ", found)));
        }
      }
      if (json) {
        print(Json.writePretty(report));
      }
      return problems == 0 ? 0 : 1;
    }
  }

  @Command(
      name = "remove",
      description = "Removes an installed model.",
      footer = {"", "Examples:", "  emova models remove voice:1.0.0"})
  static final class Remove extends RepositoryCommand {
    @Parameters(paramLabel = "NAME", description = "ID or ID:VERSION.")
    String name;

    Remove(Environment environment) {
      super(environment);
    }

    @Override
    int run(ModelRepository repository) throws Exception {
      repository.remove(name);
      print("removed " + name);
      return 0;
    }
  }

  private static ModelArchive find(ModelRepository repository, String name) throws FailedException {
    return repository.list().stream()
        .filter(m -> m.manifest().id().equals(name) || m.manifest().name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new FailedException(
                    "no model \"%s\" is installed; there are: %s"
                        .formatted(
                            name,
                            String.join(
                                ", ",
                                repository.list().stream()
                                    .map(m -> m.manifest().name())
                                    .toList()))));
  }

  private static Map<String, Object> facts(ModelManifest manifest) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("id", manifest.id());
    facts.put("version", manifest.version());
    facts.put("description", manifest.description());
    facts.put("licence", manifest.licence());
    facts.put("languages", manifest.languages());
    List<Map<String, Object>> components = new ArrayList<>();
    for (ModelManifest.Component part : manifest.components()) {
      Map<String, Object> component = new LinkedHashMap<>();
      component.put("role", part.role());
      component.put("architecture", part.architecture());
      part.codebook().ifPresent(c -> component.put("codebook", c));
      part.styleSpace().ifPresent(s -> component.put("styleSpace", s));
      component.put("sampleRate", part.sampleRate());
      component.put("files", new TreeMap<>(part.files()));
      components.add(component);
    }
    facts.put("components", components);
    facts.put(
        "dataSources",
        manifest.dataSources().stream()
            .map(d -> Map.of("name", d.name(), "licence", d.licence()))
            .toList());
    facts.put("quality", new TreeMap<>(manifest.quality()));
    facts.put(
        "files",
        manifest.files().stream()
            .map(f -> Map.of("name", f.name(), "size", f.size(), "sha256", f.sha256()))
            .toList());
    return facts;
  }
}
