package org.emova4j.runtime.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.emova4j.runtime.Json;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Services.BundleFacts;
import org.emova4j.runtime.Slice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the distribution is made of. */
@Command(
    name = "bundles",
    description =
        "Lists the OSGi bundles of the distribution or of a slice, and whether they resolve.",
    footer = {
      "",
      "Examples:",
      "  emova bundles",
      "  emova bundles --slice converter --json",
    })
final class BundlesCommand extends Subcommand {
  @Option(
      names = "--slice",
      paramLabel = "NAME",
      description =
          "audio, models, style, tokenizer, synthesis, converter, dialogue or all (default: all that"
              + " is there).")
  String slice;

  @Option(names = "--start", description = "Start them too.")
  boolean start;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  BundlesCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws Exception {
    Slice chosen =
        slice == null
            ? environment.nearest(Slice.ALL)
            : Slice.ofId(slice)
                .orElseThrow(
                    () ->
                        new UsageException(
                            "unknown slice \"%s\"; --help lists them".formatted(slice)));
    List<BundleFacts> bundles;
    try (Services services =
        start
            ? environment.open(chosen, common.settings())
            : environment.inspect(chosen, common.settings())) {
      bundles = services.bundles();
    }
    if (json) {
      console()
          .out()
          .println(Json.writePretty(bundles.stream().map(BundlesCommand::facts).toList()));
    } else {
      for (BundleFacts bundle : bundles) {
        console()
            .out()
            .printf(
                "%-9s %7.1f kB  %s %s%n",
                bundle.state(), bundle.bytes() / 1000.0, bundle.name(), bundle.version());
      }
    }
    boolean good =
        bundles.stream().allMatch(b -> start ? b.isUp() : !b.state().equals("INSTALLED"));
    return good ? 0 : 1;
  }

  private static Map<String, Object> facts(BundleFacts bundle) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", bundle.name());
    facts.put("version", bundle.version());
    facts.put("state", bundle.state());
    facts.put("bytes", bundle.bytes());
    facts.put("fragment", bundle.fragment());
    return facts;
  }
}
