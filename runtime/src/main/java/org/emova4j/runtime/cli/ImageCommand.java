package org.emova4j.runtime.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.speech.UnsupportedImageException;
import org.emova4j.api.vision.Detail;
import org.emova4j.api.vision.ImageInfo;
import org.emova4j.api.vision.ImagePreparer;
import org.emova4j.api.vision.PreparedImage;
import org.emova4j.runtime.Json;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Slice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a model will see of pictures, and what they cost. */
@Command(
    name = "image",
    description = {
      "Says what pictures are and what a model will see of them: format, size, size as sent and in the"
          + " model, tokens.",
      "Reads PNG, JPEG, WebP, GIF (first frame), BMP, and videos (first frame)."
    },
    footer = {
      "",
      "Examples:",
      "  emova image photo.jpg",
      "  emova image --detail full --json *.png",
      "  emova image photo.jpg --out seen.png",
    })
final class ImageCommand extends Subcommand {
  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Pictures or videos.")
  List<String> inputs;

  @Option(
      names = "--detail",
      paramLabel = "LEVEL",
      defaultValue = "balanced",
      description = "How much is sent: balanced (sides of at most 1344 and 672 pixels) or full.")
  String detail;

  @Option(names = "--json", description = "Print JSON, one object a line.")
  boolean json;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Also write the picture as it would be sent; with a single input.")
  Optional<String> out = Optional.empty();

  ImageCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws Exception {
    Detail level =
        Detail.ofId(detail)
            .orElseThrow(
                () ->
                    new UsageException(
                        "--detail %s is neither balanced nor full".formatted(detail)));
    if (out.isPresent() && inputs.size() > 1) {
      throw new UsageException("--out takes one picture, not %d".formatted(inputs.size()));
    }
    Optional<OutputFile> target = Optional.empty();
    if (out.isPresent()) {
      target = Optional.of(OutputFile.of(out.get(), false, inputs.get(0)));
    }
    int code = 0;
    try (Services services = environment.open(Slice.VISION, common.settings())) {
      ImagePreparer preparer = services.require(ImagePreparer.class);
      for (String input : inputs) {
        try {
          ImageInfo info = preparer.inspect(Media.path(input), level);
          if (target.isPresent()) {
            PreparedImage image = preparer.prepare(Media.path(input), level);
            target.get().write(image.file(), console().out());
          }
          if (!out.map(Media::isStandard).orElse(false)) {
            console().out().println(json ? Json.write(facts(input, info)) : line(input, info));
          }
        } catch (UnsupportedImageException | IOException e) {
          code = 1; // the others are still wanted
          console().out().flush();
          console().err().println("emova: " + Failures.sentence(e));
          if (common.debug) {
            e.printStackTrace(console().err());
          }
        }
      }
    }
    return code;
  }

  private static Map<String, Object> facts(String input, ImageInfo info) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("file", input);
    facts.put("format", info.format());
    facts.put("width", info.width());
    facts.put("height", info.height());
    facts.put("orientation", info.orientation());
    facts.put("uprightWidth", info.uprightWidth());
    facts.put("uprightHeight", info.uprightHeight());
    facts.put("sentWidth", info.sentWidth());
    facts.put("sentHeight", info.sentHeight());
    facts.put("modelWidth", info.modelWidth());
    facts.put("modelHeight", info.modelHeight());
    facts.put("tokens", info.tokens());
    return facts;
  }

  private static String line(String input, ImageInfo info) {
    List<String> words = new ArrayList<>();
    words.add("%s, %d x %d".formatted(info.format(), info.width(), info.height()));
    if (info.orientation() != 1) {
      words.add("upright %d x %d".formatted(info.uprightWidth(), info.uprightHeight()));
    }
    words.add("sent %d x %d".formatted(info.sentWidth(), info.sentHeight()));
    words.add("model %d x %d".formatted(info.modelWidth(), info.modelHeight()));
    words.add("%d tokens".formatted(info.tokens()));
    return input + ": " + String.join(", ", words);
  }
}
