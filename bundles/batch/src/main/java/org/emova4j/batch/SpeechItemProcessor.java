package org.emova4j.batch;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
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
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFinisher;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.LoudnessMeter;
import org.emova4j.api.audio.Take;
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
    List<Audio> sides = read(item, rate, stages);
    stages.next(ItemException.Stage.PROCESS);
    List<Audio> results = new ArrayList<>();
    for (Audio side : sides) {
      results.add(tools.converter().convert(side, request));
    }
    Audio source = sides.get(0);
    return write(take(item, source, results), item, draft, stages);
  }

  /** Reads at the rate that is written, so that the sound is filtered once. */
  private Work transcode(BatchItem item, Path draft, Stages stages)
      throws SpeechException, IOException, InterruptedException {
    OptionalInt wanted = item.settings().encode().orElseThrow().sampleRate();
    int rate =
        wanted.isPresent()
            ? wanted.getAsInt()
            : Math.min(tools.reader().probe(item.input()).sampleRate(), Audio.MAX_SAMPLE_RATE);
    List<Audio> sides = read(item, rate, stages);
    return write(take(item, sides.get(0), sides), item, draft, stages);
  }

  private static Take take(BatchItem item, Audio source, List<Audio> results) {
    return new Take(results, Optional.of(item.input()), source.duration());
  }

  private Work tokenize(BatchItem item, Path draft, Stages stages)
      throws SpeechException, IOException, InterruptedException {
    SpeechTokenizer tokenizer = tools.tokenizer(item.settings().parts().tokenizer());
    Audio speech = read(item, tokenizer.sampleRate(), stages).get(0);
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
    return stages.work(speech.duration(), speech.duration());
  }

  private Work synthesize(BatchItem item, Path draft, Stages stages)
      throws SpeechException, IOException, InterruptedException {
    Vocoder vocoder = tools.vocoder(item.settings().parts().vocoder());
    StyleModule module = tools.styleModule(item.settings().parts().style(), vocoder.styleSpace());
    UnitSequence units =
        tools.units(Files.readString(item.input(), StandardCharsets.UTF_8), vocoder.codebook());
    stages.next(ItemException.Stage.PROCESS);
    Audio result = vocoder.vocode(units, module.encode(item.settings().style()));
    Take take = new Take(List.of(result), Optional.empty(), result.duration());
    return write(take, item, draft, stages);
  }

  private List<Audio> read(BatchItem item, int sampleRate, Stages stages) throws SpeechException {
    List<Audio> sides =
        tools
            .reader()
            .decode(
                item.input(),
                item.settings().finishing().channels(),
                new DecodeOptions(
                    sampleRate, item.settings().maxDuration(), DecodeOptions.DEFAULT_MAX_BYTES));
    Optional<Duration> stated = tools.reader().probe(item.input()).duration();
    stated.flatMap(length -> shortfall(sides.get(0), length)).ifPresent(stages.warnings::add);
    measured(sides).ifPresent(value -> stages.lufs.put("input", value));
    return sides;
  }

  /** A file that was cut off, as by a full card, says what it should have held. */
  private static Optional<String> shortfall(Audio speech, Duration stated) {
    double seconds = Stages.seconds(speech.duration());
    double expected = Stages.seconds(stated);
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

  private Work write(Take take, BatchItem item, Path draft, Stages stages)
      throws SpeechException, IOException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("the item was given up");
    }
    stages.next(ItemException.Stage.WRITE);
    AudioFinisher.Finished finished =
        tools
            .finisher()
            .write(
                take, draft, item.settings().encode().orElseThrow(), item.settings().finishing());
    stages.warnings.addAll(finished.warnings());
    loudness(take, item, finished).ifPresent(value -> stages.lufs.put("output", value));
    return stages.work(take.sourceLength(), finished.duration());
  }

  /** Of the result, unless it is the recording as it was. */
  private OptionalDouble loudness(Take take, BatchItem item, AudioFinisher.Finished finished)
      throws SpeechException {
    return finished.lufs().isPresent() || item.settings().task() == Task.TRANSCODE
        ? finished.lufs()
        : measured(take.sides());
  }

  private OptionalDouble measured(List<Audio> sides) throws SpeechException {
    Optional<LoudnessMeter> meter = tools.meter();
    return meter.isPresent() ? meter.get().integrated(sides) : OptionalDouble.empty();
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
    private final Map<String, Double> lufs = new TreeMap<>();
    private long begin = System.nanoTime();

    void next(ItemException.Stage stage) {
      long now = System.nanoTime();
      seconds.merge(current, (now - begin) / 1e9, Double::sum);
      begin = now;
      current = stage;
    }

    Work work(Duration in, Duration out) {
      next(current);
      return new Work(seconds(in), seconds(out), seconds, warnings, lufs);
    }

    private static double seconds(Duration duration) {
      return duration.toNanos() / 1e9;
    }
  }
}
