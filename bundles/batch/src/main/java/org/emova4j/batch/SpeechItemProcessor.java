package org.emova4j.batch;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioInfo;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.unit.UnitSequence;

/** Reads a recording or units, does the item's task, and writes what comes of it. */
public final class SpeechItemProcessor implements ItemProcessor {
  private static final long MAX_UNIT_BYTES = 64 << 20;
  // What is missing at the end, less than that, is encoders' padding.
  private static final double SHORTFALL_SECONDS = 0.5;
  private static final double SHORTFALL_RATIO = 0.01;

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final SpeechTools tools;
  private final Function<BatchItem, String> ids;

  /** Units are identified by the name of the file that they come from. */
  public SpeechItemProcessor(SpeechTools tools) {
    this(tools, SpeechItemProcessor::name);
  }

  /**
   * @param ids what identifies the units of an item; depends on the item alone
   */
  public SpeechItemProcessor(SpeechTools tools, Function<BatchItem, String> ids) {
    this.tools = requireNonNull(tools, "tools");
    this.ids = requireNonNull(ids, "ids");
  }

  @Override
  public void check(BatchItem item) throws ItemException {
    long limit =
        item.settings().task() == Task.SYNTHESIZE
            ? MAX_UNIT_BYTES
            : DecodeOptions.DEFAULT_MAX_BYTES;
    try {
      long size = Files.size(item.input());
      if (size == 0 || size > limit) {
        throw new ItemException(
            ItemException.Stage.READ,
            size == 0
                ? "%s is empty".formatted(name(item))
                : "%s has %d bytes, the limit is %d".formatted(name(item), size, limit),
            null);
      }
    } catch (IOException e) {
      throw new ItemException(ItemException.Stage.READ, Failures.reason(e), e);
    }
  }

  @Override
  public Work process(BatchItem item, Path draft) throws ItemException, InterruptedException {
    Stages stages = new Stages();
    try {
      return switch (item.settings().task()) {
        case CONVERT -> convert(item, draft, stages);
        case TOKENIZE -> tokenize(item, draft, stages);
        case SYNTHESIZE -> synthesize(item, draft, stages);
        case TRANSCODE -> transcode(item, draft, stages);
      };
    } catch (SpeechException | IllegalArgumentException e) {
      throw new ItemException(stages.current, e.getMessage(), e);
    } catch (IOException e) {
      throw new ItemException(stages.current, Failures.reason(e), e);
    } catch (OutOfMemoryError e) {
      throw new ItemException(
          stages.current, "%s needs more memory than there is".formatted(name(item)), e);
    }
  }

  private Work convert(BatchItem item, Path draft, Stages stages)
      throws SpeechException, IOException, InterruptedException {
    ItemSettings settings = item.settings();
    ConversionRequest request =
        new ConversionRequest(
            settings.style(), Optional.empty(), settings.keepProsody(), settings.parts());
    int rate =
        request.style().keepsSpeaker()
            ? tools.converter().sampleRate(request, tools.reader().probe(item.input()).sampleRate())
            : tools.converter().sampleRate(request);
    Audio speech = read(item, rate, stages);
    stages.next(ItemException.Stage.PROCESS);
    Audio result = tools.converter().convert(speech, request);
    write(result, item, draft, stages);
    return stages.work(speech, result);
  }

  private Work transcode(BatchItem item, Path draft, Stages stages)
      throws SpeechException, IOException, InterruptedException {
    AudioInfo info = tools.reader().probe(item.input());
    Audio sound = read(item, info.sampleRate(), stages);
    write(sound, item, draft, stages);
    return stages.work(sound, sound);
  }

  private Work tokenize(BatchItem item, Path draft, Stages stages)
      throws SpeechException, IOException, InterruptedException {
    SpeechTokenizer tokenizer = tools.tokenizer(item.settings().parts().tokenizer());
    Audio speech = read(item, tokenizer.sampleRate(), stages);
    stages.next(ItemException.Stage.PROCESS);
    UnitSequence units = tokenizer.tokenize(speech);
    stages.next(ItemException.Stage.WRITE);
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("id", ids.apply(item));
    line.put("codebook", units.codebook().id());
    line.put("codebookSize", units.codebook().size());
    line.put("unitMillis", units.codebook().unitDuration().toMillis());
    line.put("seconds", speech.length() / (double) speech.sampleRate());
    line.put("units", units.ids());
    line.put("runLengths", units.runLengths().orElseThrow());
    Files.writeString(draft, MAPPER.writeValueAsString(line) + "\n");
    return stages.work(speech, speech);
  }

  private Work synthesize(BatchItem item, Path draft, Stages stages)
      throws SpeechException, IOException, InterruptedException {
    Vocoder vocoder = tools.vocoder(item.settings().parts().vocoder());
    StyleModule module = tools.styleModule(item.settings().parts().style(), vocoder.styleSpace());
    UnitSequence units =
        tools.units(Files.readString(item.input(), StandardCharsets.UTF_8), vocoder.codebook());
    stages.next(ItemException.Stage.PROCESS);
    Audio result = vocoder.vocode(units, module.encode(item.settings().style()));
    write(result, item, draft, stages);
    return stages.work(result, result);
  }

  private Audio read(BatchItem item, int sampleRate, Stages stages) throws SpeechException {
    Audio speech =
        tools
            .reader()
            .decode(
                item.input(),
                new DecodeOptions(
                    sampleRate, item.settings().maxDuration(), DecodeOptions.DEFAULT_MAX_BYTES));
    Optional<Duration> stated = tools.reader().probe(item.input()).duration();
    stated.flatMap(length -> shortfall(speech, length)).ifPresent(stages.warnings::add);
    return speech;
  }

  /** A file that was cut off, as by a full card, says what it should have held. */
  private static Optional<String> shortfall(Audio speech, Duration stated) {
    double seconds = Stages.seconds(speech);
    double expected = stated.toNanos() / 1e9;
    double tolerance = Math.max(SHORTFALL_SECONDS, SHORTFALL_RATIO * expected);
    return seconds + tolerance < expected
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "the file says that it holds %.1f s, %.1f s of them could be read",
                expected,
                seconds))
        : Optional.empty();
  }

  private void write(Audio audio, BatchItem item, Path draft, Stages stages)
      throws SpeechException, IOException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("the item was given up");
    }
    stages.next(ItemException.Stage.WRITE);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(draft), 1 << 16)) {
      tools.writer().encode(audio, out, item.settings().encode().orElseThrow());
    }
  }

  private static String name(BatchItem item) {
    return String.valueOf(item.input().getFileName());
  }

  /** Which stage it is, and how long each took. */
  private static final class Stages {
    private final Map<ItemException.Stage, Double> seconds =
        new EnumMap<>(ItemException.Stage.class);
    private ItemException.Stage current = ItemException.Stage.READ;
    private final List<String> warnings = new ArrayList<>();
    private long begin = System.nanoTime();

    void next(ItemException.Stage stage) {
      long now = System.nanoTime();
      seconds.merge(current, (now - begin) / 1e9, Double::sum);
      begin = now;
      current = stage;
    }

    Work work(Audio in, Audio out) {
      next(current);
      Map<String, Double> lufs = new TreeMap<>();
      Loudness.of(in).ifPresent(value -> lufs.put("input", value));
      if (!out.equals(in)) {
        Loudness.of(out).ifPresent(value -> lufs.put("output", value));
      }
      return new Work(seconds(in), seconds(out), seconds, warnings, lufs);
    }

    private static double seconds(Audio audio) {
      return audio.length() / (double) audio.sampleRate();
    }
  }
}
