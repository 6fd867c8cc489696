package org.emova4j.eval.metric;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.audio.internal.FfmpegAudioReader;
import org.osgi.util.converter.Converters;

/** Recordings that lie beside the checkout, and figures that others computed. */
final class Recordings {
  private static final Path FOLDER =
      Path.of(System.getProperty("emova.shared", "/nowhere"), "speech", "train");
  private static final FfmpegAudioReader READER =
      new FfmpegAudioReader(
          Converters.standardConverter().convert(Map.of()).to(FfmpegAudioReader.Config.class));

  private Recordings() {}

  /** Skips the test where there are no recordings. */
  static void assumePresent() {
    assumeTrue(Files.isDirectory(FOLDER), "no recordings in " + FOLDER.normalize());
  }

  static Audio decode(String path, int rate) throws UnsupportedAudioException {
    return READER.decode(FOLDER.resolve(path), DecodeOptions.atRate(rate));
  }

  /** What a JSON file of figures says. */
  static JsonNode json(String name) throws IOException {
    try (InputStream in = Recordings.class.getResourceAsStream(name)) {
      return JsonMapper.builder().build().readTree(in);
    }
  }

  /** Lines of a file of figures, without its comments. */
  static List<String> figures(String name) throws IOException {
    try (InputStream in = Recordings.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    }
  }
}
