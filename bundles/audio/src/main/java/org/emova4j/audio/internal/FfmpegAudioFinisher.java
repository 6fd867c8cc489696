package org.emova4j.audio.internal;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFinisher;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.audio.Finishing;
import org.emova4j.api.audio.LevelTarget;
import org.emova4j.api.audio.MediaTags;
import org.emova4j.api.audio.Take;
import org.emova4j.api.audio.VideoContainer;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.wav.WavFile;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Finishes recordings with FFmpeg's filters, encoders and muxers. */
@Component
public final class FfmpegAudioFinisher implements AudioFinisher {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Any rate that is usual: a rate that nobody named is made to fit. */
  private static final int SOME_RATE = 48_000;

  // From here on sound and pictures come apart to the eye.
  private static final double NOTABLE_SECONDS = 0.1;
  private static final double NOTABLE_PART = 0.01;

  @Activate
  public FfmpegAudioFinisher() {}

  @Override
  public void check(EncodeOptions encode, Finishing finishing) throws UnsupportedAudioException {
    EncodingPlan.of(encode, SOME_RATE);
    if (finishing.video().isPresent()) {
      VideoContainer container = finishing.video().get();
      if (!container.sounds().contains(encode.format())) {
        throw new UnsupportedAudioException(
            "%s with pictures can't hold %s; it knows %s"
                .formatted(
                    container.extension(),
                    encode.format().id(),
                    String.join(
                        ", ", container.sounds().stream().map(f -> f.id()).sorted().toList())));
      }
    }
  }

  @Override
  public Finished write(Take take, Path file, EncodeOptions encode, Finishing finishing)
      throws IOException, UnsupportedAudioException {
    requireNonNull(take, "take");
    check(encode, finishing);
    int channels = Math.max(take.sides().size(), encode.channels());
    EncodingPlan plan =
        EncodingPlan.of(
            new EncodeOptions(encode.format(), encode.sampleRate(), encode.bitRate(), channels),
            take.sides().get(0).sampleRate());
    Ffmpeg.load();
    try (Source source = Source.of(take, finishing)) {
      return new Work(take, file, plan, finishing, source).run();
    } catch (FfmpegException e) {
      String name = take.source().map(s -> "%s: ".formatted(s)).orElse("");
      throw new UnsupportedAudioException(
          "%s%s can't be written: %s".formatted(name, plan.format().id(), e.getMessage()), e);
    }
  }

  /**
   * The file that the sound comes from, as far as it is wanted.
   *
   * @param start when its sound begins, in seconds on its clock
   */
  private record Source(MediaTags tags, Optional<VideoTrack> track, double start)
      implements AutoCloseable {
    static Source of(Take take, Finishing finishing) throws IOException, FfmpegException {
      boolean wanted = finishing.keepTags() || finishing.video().isPresent();
      if (take.source().isEmpty() || !wanted) {
        return new Source(MediaTags.NONE, Optional.empty(), 0);
      }
      Path file = take.source().get();
      MediaTags tags;
      double start;
      boolean pictures;
      try (FileChannel channel = FileChannel.open(file, READ);
          MediaInput input = MediaInput.open(channel, file.toString(), PATIENCE, false)) {
        tags = finishing.keepTags() ? SourceTags.of(input) : MediaTags.NONE;
        start = input.start();
        pictures = finishing.video().isPresent() && input.hasPictures();
      }
      return new Source(
          tags, pictures ? Optional.of(VideoTrack.open(file, start)) : Optional.empty(), start);
    }

    double soundDelay() {
      return track.map(t -> t.soundDelay(start)).orElse(0.0);
    }

    @Override
    public void close() throws IOException {
      if (track.isPresent()) {
        track.get().close();
      }
    }
  }

  /** One file on its way. */
  private static final class Work {
    private final Take take;
    private final Path file;
    private final EncodingPlan plan;
    private final Finishing finishing;
    private final Source source;
    private final List<String> warnings = new ArrayList<>();

    Work(Take take, Path file, EncodingPlan plan, Finishing finishing, Source source) {
      this.take = take;
      this.file = file;
      this.plan = plan;
      this.finishing = finishing;
      this.source = source;
    }

    Finished run() throws IOException, UnsupportedAudioException, FfmpegException {
      Passage whole = Passage.all(resampled(), plan.channels());
      Passage sound = trimmed(whole);
      if (source.track().isPresent()) {
        sound = fittedToPictures(whole);
      }
      plan.requireSamples(sound.length());
      Levelling levelling = Levelling.of(sound, finishing);
      warnings.addAll(levelling.warnings());
      MediaTags tags = tags(whole, sound);
      try (SampleSource samples = levelling.open(sound);
          FileChannel sink = FileChannel.open(file, CREATE, TRUNCATE_EXISTING, READ, WRITE)) {
        write(samples, sound.length(), tags, sink);
      }
      Optional<LevelMeter.Level> level = levelling.level();
      return new Finished(
          duration(sound.length()),
          finite(level, l -> finishing.level().map(t -> l.by(t.measure())).orElse(Double.NaN)),
          finite(level, l -> l.by(LevelTarget.Measure.LUFS)),
          finite(level, LevelMeter.Level::truePeak),
          warnings);
    }

    private static OptionalDouble finite(
        Optional<LevelMeter.Level> level, ToDoubleFunction<LevelMeter.Level> part) {
      return level.stream().mapToDouble(part).filter(Double::isFinite).findFirst();
    }

    private void write(SampleSource samples, int length, MediaTags tags, FileChannel sink)
        throws IOException, UnsupportedAudioException, FfmpegException {
      EncoderKind own = EncoderKind.of(plan.format());
      EncoderKind kind = finishing.video().map(own::in).orElse(own);
      warnings.addAll(TagWriting.losses(tags, plan.format().id(), kind));
      if (plan.isOwnWav() && finishing.video().isEmpty()) {
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(sink));
        byte[] after = WavTags.chunks(tags, plan.sampleRate());
        WavFile.write(samples::read, length, plan.wav(), after, out);
        out.flush();
      } else {
        Encoding.write(
            samples,
            plan,
            new Surroundings(tags, finishing.video(), source.track(), source.soundDelay()),
            sink);
      }
    }

    private List<Audio> resampled() throws FfmpegException, IOException {
      List<Audio> sides = new ArrayList<>();
      for (Audio side : take.sides()) {
        sides.add(
            side.sampleRate() == plan.sampleRate()
                ? side
                : Audio.adopt(Resampling.toRate(side, plan.sampleRate()), plan.sampleRate()));
      }
      return sides;
    }

    private Passage trimmed(Passage whole) {
      if (finishing.trim().isEmpty()) {
        return whole;
      }
      Optional<Passage> kept = Silence.trimmed(whole, finishing.trim().get());
      if (kept.isEmpty()) {
        warnings.add(
            words(
                "nothing in it is louder than %.0f dB: no silence was taken off",
                finishing.trim().get().threshold()));
      }
      return kept.orElse(whole);
    }

    /** As long as the sound that it replaces. */
    private Passage fittedToPictures(Passage whole) {
      double wanted = take.sourceLength().toNanos() / 1e9;
      double seconds = whole.seconds();
      double difference = Math.abs(seconds - wanted);
      if (difference > NOTABLE_SECONDS || difference > NOTABLE_PART * wanted) {
        warnings.add(
            words(
                "its sound became %.2f s long and was %.2f s: %s to stay with the pictures",
                seconds,
                wanted,
                seconds > wanted ? "its end was cut off" : "silence was put behind it"));
      }
      return new Passage(
          whole.sides(), whole.channels(), 0, (int) Math.round(wanted * plan.sampleRate()));
    }

    private MediaTags tags(Passage whole, Passage sound) {
      MediaTags moved =
          source.track().isPresent()
              ? source.tags()
              : source
                  .tags()
                  .onTimeline(Duration.ZERO, take.sourceLength(), duration(whole.length()))
                  .onTimeline(
                      duration(sound.from()), duration(sound.length()), duration(sound.length()));
      if (finishing.comment().isEmpty()) {
        return moved;
      }
      Map<String, String> texts = new TreeMap<>(moved.texts());
      texts.merge("comment", finishing.comment().get(), (old, added) -> old + "; " + added);
      return new MediaTags(texts, moved.chapters(), moved.cover());
    }

    private Duration duration(int samples) {
      return Duration.ofNanos(Math.round(samples * 1e9 / plan.sampleRate()));
    }

    private static String words(String format, Object... values) {
      return String.format(Locale.ROOT, format, values);
    }
  }
}
