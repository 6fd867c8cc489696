package org.emova4j.runtime.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.ChannelPolicy;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.audio.Finishing;
import org.emova4j.api.audio.VideoContainer;
import org.emova4j.batch.ItemSettings;
import org.emova4j.batch.Task;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the results of a batch sound like, and what files they come in. */
final class BatchSoundOptions {
  private static final String UNITS_EXTENSION = "json";
  private static final String CORPUS_EXTENSION = "jsonl";

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "podcast (mono MP3, -16 LUFS, -1 dBTP), audiobook (mono MP3, 192k, 44.1 kHz, RMS -20 dB,"
              + " -3.5 dBTP), telephone (8 kHz mu-law WAV) or llm-corpus (units as JSON lines);"
              + " what is given beside it wins.")
  String preset;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "wav, wav24, wav-float, wav-ulaw, wav-alaw, flac, flac24, aiff, aiff24, mp3, opus or m4a"
              + " (default: wav).")
  String format;

  @Option(
      names = {"--sample-rate", "--rate"},
      paramLabel = "HERTZ",
      description = "Sample rate of the results (default: the voice's, or the recording's).")
  Integer rate;

  @Option(
      names = "--bits",
      paramLabel = "16|24|32f",
      description = "Depth of wav (16, 24, 32f), flac and aiff (16, 24).")
  String bits;

  @Option(names = "--bitrate", paramLabel = "BITS", description = "Bits a second, e.g. 32k.")
  String bitRate;

  @Option(
      names = "--channels",
      paramLabel = "POLICY",
      description =
          "mix, left, right, or both: a stereo result whose sides are worked on each for itself"
              + " (default: mix).")
  ChannelPolicy channels = ChannelPolicy.MIX;

  @Option(
      names = "--keep-video",
      description =
          "Results of videos are videos: their pictures untouched, with the new sound (default:"
              + " sound alone).")
  boolean keepVideo;

  @Mixin FinishingOptions finishing = new FinishingOptions();

  /**
   * What a file's name decides.
   *
   * @param extension of the result, without a dot
   */
  record Shape(ItemSettings settings, String extension) {}

  Optional<Preset> preset() {
    return Optional.ofNullable(preset).map(Preset::parse);
  }

  /** The task, if a preset says it. */
  Optional<Task> presetTask() {
    return preset().flatMap(Preset::task);
  }

  /** How the sound is written; empty for units. */
  Optional<EncodeOptions> encode(Task task) {
    if (task == Task.TOKENIZE) {
      if (finishing.changesSound() || bits != null || keepVideo) {
        throw new UsageException(
            "units have no loudness, peak, bits or pictures: --loudness, --rms, --true-peak,"
                + " --trim-silence, --bits and --keep-video don't go with --task tokenize");
      }
      return Optional.empty();
    }
    EncodingOptions encoding = new EncodingOptions();
    AudioFormat chosen =
        format == null
            ? preset().map(Preset::format).orElse(AudioFormat.WAV)
            : EncodingOptions.byId(format);
    chosen = bits == null ? chosen : withBits(chosen);
    encoding.format = chosen.id();
    encoding.rate = rate == null ? preset().flatMap(Preset::rate).orElse(null) : rate;
    boolean presetFormat = preset().isPresent() && preset().get().format() == chosen;
    encoding.bitRate =
        bitRate == null && presetFormat ? preset().flatMap(Preset::bitRate).orElse(null) : bitRate;
    encoding.channels = 1;
    return Optional.of(encoding.forOutput("out." + chosen.usualExtension()));
  }

  private AudioFormat withBits(AudioFormat chosen) {
    return Subcommand.checked(() -> chosen.withDepth(bits));
  }

  /** What is done to the sound of files without pictures. */
  Finishing finishing(Task task) {
    if (keepVideo && finishing.trimSilence) {
      throw new UsageException(
          "--trim-silence would move the sound against the pictures that --keep-video keeps");
    }
    return finishing.finishing(channels, task == Task.TOKENIZE ? Optional.empty() : preset());
  }

  /** Settings and extension for one input. */
  Shape shape(ItemSettings settings, Path input) {
    if (settings.encode().isEmpty()) {
      boolean corpus = preset().filter(p -> p == Preset.LLM_CORPUS).isPresent();
      return new Shape(settings, corpus ? CORPUS_EXTENSION : UNITS_EXTENSION);
    }
    EncodeOptions encode = settings.encode().get();
    Optional<VideoContainer> container =
        keepVideo ? VideoContainer.forFile(String.valueOf(input.getFileName())) : Optional.empty();
    if (container.isEmpty()) {
      return new Shape(settings, encode.format().usualExtension());
    }
    VideoContainer video = container.get();
    boolean chosen = format != null || preset != null;
    return new Shape(
        settings.withSound(
            chosen ? encode : encode.withFormat(video.usualSound()),
            settings.finishing().withVideo(container)),
        video.extension());
  }
}
