package org.emova4j.shell.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.felix.service.command.Descriptor;
import org.emova4j.api.model.ModelRepository;
import org.emova4j.api.speech.ModelUnavailableException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Installed models. */
@Component(
    service = ModelCommands.class,
    property = {"osgi.command.scope=emova", "osgi.command.function=models"})
public final class ModelCommands {
  private final ModelRepository repository;

  @Activate
  public ModelCommands(
      @Reference(policyOption = ReferencePolicyOption.GREEDY) ModelRepository repository) {
    this.repository = repository;
  }

  @Descriptor("lists the installed models")
  public List<String> models() {
    return repository.list().stream()
        .map(m -> "%s  %s".formatted(m.manifest().name(), m.manifest().description()))
        .toList();
  }

  @Descriptor("installs, verifies or removes a model")
  public String models(
      @Descriptor("install, install-trusted, verify or remove") String action,
      @Descriptor("archive to install, or name of a model") String what)
      throws IOException, ModelUnavailableException {
    return switch (action) {
      case "install" -> "installed " + repository.install(Path.of(what)).manifest().name();
      case "install-trusted" ->
          "installed " + repository.installTrusted(Path.of(what)).manifest().name();
      case "verify" -> {
        List<String> problems = repository.verify(what);
        yield what + ": " + (problems.isEmpty() ? "ok" : String.join("; ", problems));
      }
      case "remove" -> {
        repository.remove(what);
        yield "removed " + what;
      }
      default ->
          throw new IllegalArgumentException(
              "\"%s\" is none of install, install-trusted, verify, remove".formatted(action));
    };
  }
}
