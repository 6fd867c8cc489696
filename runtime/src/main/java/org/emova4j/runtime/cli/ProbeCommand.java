package org.emova4j.runtime.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.emova4j.api.audio.AudioInfo;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.runtime.Json;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Slice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What media files say of themselves. */
@Command(
    name = "probe",
    description = "Says what media files hold: container, codec, channels, rate, duration.",
    footer = {
      "",
      "Examples:",
      "  emova probe question.flac",
      "  emova probe --json *.mp3",
    })
final class ProbeCommand extends Subcommand {
  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files; - is standard input.")
  List<String> inputs;

  @Option(names = "--json", description = "Print JSON, one object a line.")
  boolean json;

  ProbeCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws Exception {
    int code = 0;
    try (Services services = environment.open(Slice.AUDIO, common.settings())) {
      AudioReader reader = services.require(AudioReader.class);
      for (String input : inputs) {
        try {
          Media.requireReadable(input);
          AudioInfo info =
              Media.isStandard(input)
                  ? reader.probe(console().in(), "standard input")
                  : reader.probe(Media.path(input));
          console().out().println(json ? Json.write(facts(input, info)) : line(input, info));
        } catch (UnsupportedAudioException | FailedException e) {
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

  private static Map<String, Object> facts(String input, AudioInfo info) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("file", input);
    facts.put("container", info.container());
    facts.put("codec", info.codec());
    facts.put("channels", info.channels());
    facts.put("sampleRate", info.sampleRate());
    info.duration().ifPresent(d -> facts.put("seconds", d.toMillis() / 1000.0));
    info.bitRate().ifPresent(b -> facts.put("bitRate", b));
    return facts;
  }

  private static String line(String input, AudioInfo info) {
    List<String> words = new ArrayList<>();
    words.add(info.container());
    words.add(info.codec());
    words.add(info.channels() == 1 ? "mono" : info.channels() + " channels");
    words.add(info.sampleRate() + " Hz");
    words.add(
        info.duration()
            .map(d -> "%.3f s".formatted(d.toMillis() / 1000.0))
            .orElse("unknown duration"));
    info.bitRate().ifPresent(b -> words.add("%d kbit/s".formatted(Math.round(b / 1000.0))));
    return input + ": " + String.join(", ", words);
  }
}
