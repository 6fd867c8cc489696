package org.emova4j.runtime.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleCatalogue;
import org.emova4j.api.style.StyleModule;
import org.emova4j.runtime.Json;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Slice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which styles there are, and which a recording comes nearest to. */
@Command(
    name = "styles",
    description = "Lists speakers, emotions, pitches and speeds, or describes a recording by them.",
    footer = {
      "",
      "Examples:",
      "  emova styles",
      "  emova styles --json",
      "  emova styles --describe question.flac",
    })
final class StylesCommand extends Subcommand {
  @Option(
      names = "--describe",
      paramLabel = "FILE",
      description = "Say which labels come nearest to this recording.")
  Path recording;

  @Option(names = "--style", paramLabel = "ID", description = "Style module to ask.")
  String styleModule;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Mixin DecodingOptions decoding = new DecodingOptions();

  StylesCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws Exception {
    decoding.maxDuration();
    if (recording != null) {
      Media.requireReadable(recording.toString());
    }
    try (Services services = environment.open(Slice.STYLE, common.settings())) {
      StyleModule module = services.require(StyleModule.class, Optional.ofNullable(styleModule));
      if (recording == null) {
        list(module);
      } else {
        Audio audio =
            services
                .require(AudioReader.class)
                .decode(recording, decoding.at(module.referenceSampleRate()));
        describe(module.describe(audio));
      }
    }
    return 0;
  }

  private void list(StyleModule module) {
    StyleCatalogue catalogue = module.catalogue();
    Map<String, List<String>> labels = new LinkedHashMap<>();
    labels.put("speakers", catalogue.speakers());
    labels.put("emotions", catalogue.emotions());
    labels.put("pitches", catalogue.pitches());
    labels.put("speeds", catalogue.speeds());
    PrintStream out = console().out();
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>(labels);
      object.put("continuous", catalogue.continuous());
      object.put("intensity", catalogue.intensity());
      object.put("styleSpace", module.styleSpace());
      out.println(Json.writePretty(object));
      return;
    }
    labels.forEach((name, list) -> out.printf("%-9s %s%n", name, String.join(", ", list)));
    if (catalogue.speakers().contains(Style.SAME_SPEAKER)) {
      out.println("speaker same keeps the recording's own voice (convert only)");
    }
    if (catalogue.continuous()) {
      out.println("also: --intensity 0..1, --pitch in semitones, --speed as a ratio");
    } else if (catalogue.intensity()) {
      out.println("also: --intensity 0..1");
    }
  }

  private void describe(Style style) {
    Map<String, Object> facts = new LinkedHashMap<>();
    style.speaker().ifPresent(s -> facts.put("speaker", s));
    style.emotion().ifPresent(e -> facts.put("emotion", e));
    style.intensity().ifPresent(i -> facts.put("intensity", i));
    style.pitch().ifPresent(p -> facts.put("pitch", value(p)));
    style.speed().ifPresent(s -> facts.put("speed", value(s)));
    if (json) {
      console().out().println(Json.writePretty(facts));
    } else {
      facts.forEach((name, value) -> console().out().printf("%-9s %s%n", name, value));
    }
  }

  private static Object value(Style.Level level) {
    return level instanceof Style.Label label ? label.name() : ((Style.Amount) level).value();
  }
}
