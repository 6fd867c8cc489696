package org.emova4j.audio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import javax.imageio.ImageIO;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avcodec;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFinisher;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.ChannelPolicy;
import org.emova4j.api.audio.Chapter;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.audio.Finishing;
import org.emova4j.api.audio.MediaTags;
import org.emova4j.api.audio.SilenceTrim;
import org.emova4j.api.audio.Take;
import org.emova4j.api.audio.VideoContainer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies beside the sound: metadata, chapters, covers, pictures. */
@Timeout(120)
class CarriedOverTest {
  private static final Path FORMATS =
      Path.of(System.getProperty("emova.shared", "/nowhere"), "speech", "formats");

  private final FfmpegAudioReader reader = new FfmpegAudioReader(Duration.ofSeconds(10));
  private final FfmpegAudioFinisher finisher = new FfmpegAudioFinisher();
  @TempDir Path folder;

  private Take take(Path source, ChannelPolicy policy) throws Exception {
    List<Audio> sides =
        reader.decode(source, policy, DecodeOptions.atRate(reader.probe(source).sampleRate()));
    return new Take(sides, Optional.of(source), sides.get(0).duration());
  }

  private static MediaTags tags() throws Exception {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", png);
    return new MediaTags(
        Map.of("title", "Das Boot – 語音", "artist", "Ann", "album", "Sea", "date", "2021"),
        List.of(
            new Chapter(Duration.ZERO, Duration.ofMillis(1_700), "Anfang"),
            new Chapter(Duration.ofMillis(1_700), Duration.ofSeconds(4), "Ende")),
        Optional.of(new MediaTags.Cover("png", png.toByteArray())));
  }

  private Path tagged(AudioFormat format, MediaTags tags) throws Exception {
    Path file = folder.resolve("tagged." + format.id());
    Passage sound = Passage.all(List.of(Signals.sine(440, 0.1, 64_000, 16_000)), 1);
    EncodingPlan plan = EncodingPlan.of(EncodeOptions.of(format), 16_000);
    try (SampleSource samples = sound.open(1);
        FileChannel sink =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
      Encoding.write(
          samples, plan, new Surroundings(tags, Optional.empty(), Optional.empty(), 0), sink);
    }
    return file;
  }

  private MediaTags tagsOf(Path file) throws Exception {
    try (FileChannel channel = FileChannel.open(file);
        MediaInput input =
            MediaInput.open(channel, file.toString(), Duration.ofSeconds(10), false)) {
      return SourceTags.of(input);
    }
  }

  @ParameterizedTest
  @EnumSource(AudioFormat.class)
  void carriesMetadataChaptersAndCoverOver(AudioFormat format) throws Exception {
    Ffmpeg.load();
    MediaTags tags = tags();
    Path source = tagged(AudioFormat.MP3, tags);
    Path file = folder.resolve("copy");
    AudioFinisher.Finished finished =
        finisher.write(
            take(source, ChannelPolicy.MIX), file, EncodeOptions.of(format), Finishing.NONE);
    MediaTags copied = tagsOf(file);
    assertThat(copied.texts()).containsAllEntriesOf(tags.texts());
    boolean telephone = format == AudioFormat.WAV_ULAW || format == AudioFormat.WAV_ALAW;
    if (telephone) {
      assertThat(finished.warnings()).anyMatch(w -> w.contains("can't hold its 2 chapters"));
    } else {
      assertThat(copied.chapters()).hasSize(2);
      assertThat(copied.chapters().get(1).title()).isEqualTo("Ende");
      assertThat(copied.chapters().get(1).start())
          .isCloseTo(Duration.ofMillis(1_700), Duration.ofMillis(160)); // MP3 counts from its delay
    }
    boolean wav = format.usualExtension().equals("wav");
    assertThat(copied.cover().isPresent()).isEqualTo(!wav);
    if (wav) {
      assertThat(finished.warnings()).anyMatch(w -> w.contains("can't hold its cover picture"));
    } else {
      assertThat(copied.cover().orElseThrow().data()).isEqualTo(tags.cover().orElseThrow().data());
    }
  }

  @Test
  void dropsMetadataAndMarksConvertedSpeechOnRequestAlone() throws Exception {
    Ffmpeg.load();
    Path source = tagged(AudioFormat.FLAC, tags());
    Path file = folder.resolve("out.flac");
    Finishing none = Finishing.NONE;
    finisher.write(
        take(source, ChannelPolicy.MIX),
        file,
        EncodeOptions.of(AudioFormat.FLAC),
        new Finishing(
            none.channels(),
            none.trim(),
            none.level(),
            none.truePeak(),
            false,
            Optional.of("Converted"),
            none.video()));
    assertThat(tagsOf(file).texts()).containsExactly(Map.entry("comment", "Converted"));
    assertThat(tagsOf(file).chapters()).isEmpty();
    finisher.write(take(source, ChannelPolicy.MIX), file, EncodeOptions.of(AudioFormat.FLAC), none);
    assertThat(tagsOf(file).texts()).doesNotContainKey("comment");
  }

  @Test
  void movesChaptersWhenTheSoundIsStretchedAndTrimmed() throws Exception {
    Ffmpeg.load();
    Path source = tagged(AudioFormat.FLAC, tags()); // 4 s
    float[] twice = new float[8 * 16_000]; // twice as long, its first second silent
    System.arraycopy(
        Signals.sine(440, 0.3, 7 * 16_000, 16_000).samples(), 0, twice, 16_000, 7 * 16_000);
    Path file = folder.resolve("out.flac");
    finisher.write(
        new Take(List.of(Audio.adopt(twice, 16_000)), Optional.of(source), Duration.ofSeconds(4)),
        file,
        EncodeOptions.of(AudioFormat.FLAC),
        new Finishing(
            ChannelPolicy.MIX,
            Optional.of(new SilenceTrim(-50, Duration.ZERO)),
            Optional.empty(),
            OptionalDouble.empty(),
            true,
            Optional.empty(),
            Optional.empty()));
    List<Chapter> chapters = tagsOf(file).chapters();
    assertThat(chapters.get(0).start()).isZero();
    // 1.7 s become 3.4 s, less the second that was taken off.
    assertThat(chapters.get(1).start()).isCloseTo(Duration.ofMillis(2_400), Duration.ofMillis(11));
  }

  private static List<List<Byte>> pictures(Path file) throws Exception {
    List<List<Byte>> packets = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(file);
        MediaInput input =
            MediaInput.openVideo(channel, file.toString(), Duration.ofSeconds(10), 1 << 24)) {
      AVPacket packet = avcodec.av_packet_alloc();
      try {
        while (input.read(packet) >= 0) {
          if (packet.stream_index() == input.stream().index()) {
            List<Byte> bytes = new ArrayList<>();
            for (int i = 0; i < packet.size(); i++) {
              bytes.add(packet.data().get(i));
            }
            packets.add(bytes);
          }
          avcodec.av_packet_unref(packet);
        }
      } finally {
        avcodec.av_packet_free(packet);
      }
    }
    return packets;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "generated/video.mp4",
        "generated/video.mkv",
        "generated/video.webm",
        "generated/video.avi",
        "ok_speech/bbaf2n.mpg"
      })
  void keepsPicturesUntouchedBesideANewSound(String name) throws Exception {
    Path film = FORMATS.resolve(name);
    Assumptions.assumeTrue(Files.exists(film), "no ../shared/speech");
    VideoContainer container = VideoContainer.forFile(name).orElseThrow();
    Path file = folder.resolve("out." + container.extension());
    Take take = take(film, ChannelPolicy.MIX);
    EncodeOptions encode = EncodeOptions.of(container.usualSound());
    Finishing video = Finishing.NONE.withVideo(Optional.of(container));
    AudioFinisher.Finished finished = finisher.write(take, file, encode, video);
    assertThat(finished.warnings()).isEmpty();
    assertThat(pictures(file)).isNotEmpty().isEqualTo(pictures(film));
    byte[] first = Files.readAllBytes(file);
    finisher.write(take, file, encode, video);
    assertThat(Files.readAllBytes(file)).isEqualTo(first);

    Audio sound = take.sides().get(0);
    Audio half = sound.slice(0, sound.length() / 2);
    AudioFinisher.Finished shorter =
        finisher.write(
            new Take(List.of(half), Optional.of(film), sound.duration()), file, encode, video);
    assertThat(shorter.warnings()).anyMatch(w -> w.contains("silence was put behind it"));
    assertThat(shorter.duration()).isCloseTo(sound.duration(), Duration.ofMillis(1));
    assertThat(pictures(file)).isEqualTo(pictures(film));
  }
}
