package org.emova4j.shell.internal;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.felix.service.command.Descriptor;
import org.emova4j.api.health.Diagnosis;
import org.emova4j.api.speech.ConversionRequest.Parts;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.PartChoice;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Which parts are used, and whether all is well. */
@Component(
    service = SwapCommands.class,
    property = {
      "osgi.command.scope=emova",
      "osgi.command.function=use",
      "osgi.command.function=doctor"
    })
public final class SwapCommands {
  private static final String KINDS = "tokenizer, style, vocoder";
  private static final String BEST = "-";

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile PartChoice choice;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile Diagnosis diagnosis;

  /** For the framework. */
  @Activate
  public SwapCommands() {}

  SwapCommands(PartChoice choice, Diagnosis diagnosis) {
    this.choice = choice;
    this.diagnosis = diagnosis;
  }

  @Descriptor("shows which tokenizer, style module and vocoder requests take that name none")
  public List<String> use() {
    return lines(Present.require(choice, "pipeline").inUse());
  }

  @Descriptor("chooses parts, e.g. use tokenizer lite; several at once: use tokenizer A vocoder B")
  public List<String> use(
      @Descriptor("tokenizer, style or vocoder, each with an id or a model; - for the best-ranked")
          String... kindsAndNames)
      throws ModelUnavailableException, IOException {
    if (kindsAndNames.length % 2 != 0) {
      throw new IllegalArgumentException(
          "use %s: each of %s needs a name, or - for the best-ranked"
              .formatted(String.join(" ", kindsAndNames), KINDS));
    }
    PartChoice service = Present.require(choice, "pipeline");
    Parts parts = service.inUse();
    for (int i = 0; i < kindsAndNames.length; i += 2) {
      parts = with(parts, kindsAndNames[i], kindsAndNames[i + 1]);
    }
    service.use(parts);
    return lines(service.inUse());
  }

  private static Parts with(Parts parts, String kind, String name) {
    Optional<String> chosen = Optional.of(name).filter(n -> !n.equals(BEST));
    return switch (kind) {
      case "tokenizer" -> new Parts(chosen, parts.style(), parts.vocoder());
      case "style" -> new Parts(parts.tokenizer(), chosen, parts.vocoder());
      case "vocoder" -> new Parts(parts.tokenizer(), parts.style(), chosen);
      default -> throw new IllegalArgumentException("\"%s\" is none of %s".formatted(kind, KINDS));
    };
  }

  private static List<String> lines(Parts parts) {
    return List.of(
        line("tokenizer", parts.tokenizer()),
        line("style", parts.style()),
        line("vocoder", parts.vocoder()));
  }

  private static String line(String kind, Optional<String> name) {
    return "%-10s %s".formatted(kind, name.orElse("the best-ranked"));
  }

  @Descriptor("says of each part of the running system whether it is well")
  public List<String> doctor() {
    return Present.require(diagnosis, "diagnosis").examine().stream()
        .map(
            f ->
                "%-8s %-13s %s"
                    .formatted(f.status().name().toLowerCase(Locale.ROOT), f.subject(), f.text()))
        .toList();
  }
}
