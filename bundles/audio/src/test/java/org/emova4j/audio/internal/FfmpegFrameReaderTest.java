package org.emova4j.audio.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.emova4j.api.speech.UnsupportedImageException;
import org.emova4j.api.vision.VideoFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The clips are of 96 x 64 pixels at 5 a second: a red second, then a blue one with a green corner.
 */
class FfmpegFrameReaderTest {
  private static final long LIMIT = 1_000_000;
  private final FfmpegFrameReader reader = new FfmpegFrameReader();

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"clip.mp4", "clip.webm", "clip.avi"})
  void readsThePictureThatIsShownAtATime(String name) throws Exception {
    VideoFrame first = reader.frame(clip(name), Duration.ZERO, LIMIT);
    assertThat(first.width()).isEqualTo(96);
    assertThat(first.height()).isEqualTo(64);
    assertThat(first.rotation()).isZero();
    assertColour(first, 20, 20, 255, 0, 0);
    assertColour(first, 80, 50, 255, 0, 0);

    assertColour(reader.frame(clip(name), Duration.ofMillis(950), LIMIT), 20, 20, 255, 0, 0);
    VideoFrame later = reader.frame(clip(name), Duration.ofMillis(1050), LIMIT);
    assertColour(later, 20, 20, 0, 255, 0);
    assertColour(later, 80, 50, 0, 0, 255);
    assertColour(reader.frame(clip(name), Duration.ofHours(1), LIMIT), 80, 50, 0, 0, 255);
  }

  @Test
  void saysHowTheVideoMustBeTurned() throws Exception {
    // Its matrix turns by 90 degrees against the clock.
    assertThat(reader.frame(clip("turned.mp4"), Duration.ZERO, LIMIT).rotation()).isEqualTo(270);
  }

  @Test
  void refusesWhatIsOverTheLimitBeforeDecoding() {
    assertThatThrownBy(() -> reader.frame(clip("clip.mp4"), Duration.ZERO, 96 * 64 - 1))
        .isInstanceOf(UnsupportedImageException.class)
        .hasMessageContaining("clip.mp4")
        .hasMessageContaining("96 x 64")
        .hasMessageContaining("limit of 6143 pixels");
  }

  @Test
  void refusesSoundTextAndNothing() throws Exception {
    Path wav = folder.resolve("a.mp4");
    Files.write(wav, WavBytes.pcm16(8000, new short[800]));
    assertThatThrownBy(() -> reader.frame(wav, Duration.ZERO, LIMIT))
        .isInstanceOf(UnsupportedImageException.class)
        .hasMessageContaining("no video stream");
    Path text = Files.writeString(folder.resolve("b.mp4"), "no video".repeat(100));
    assertThatThrownBy(() -> reader.frame(text, Duration.ZERO, LIMIT))
        .isInstanceOf(UnsupportedImageException.class)
        .hasMessageContaining("b.mp4 can't be read as video");
    assertThatThrownBy(() -> reader.frame(folder.resolve("c.mp4"), Duration.ZERO, LIMIT))
        .isInstanceOf(UnsupportedImageException.class)
        .hasMessageContaining("no such file");
    assertThatThrownBy(() -> reader.frame(folder, Duration.ZERO, LIMIT))
        .isInstanceOf(UnsupportedImageException.class)
        .hasMessageContaining("no regular file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"turned.mp4", "clip.webm", "clip.avi"})
  void survivesFlippedBitsAndCuts(String name) throws Exception {
    byte[] sound = Files.readAllBytes(clip(name));
    Random random = new Random(3);
    Path file = folder.resolve("damaged");
    int refused = 0;
    for (int i = 0; i < 150; i++) {
      byte[] bytes = sound.clone();
      for (int flips = 1 + random.nextInt(12); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      int end = i % 3 == 0 ? random.nextInt(bytes.length) : bytes.length;
      Files.write(file, Arrays.copyOf(bytes, end));
      try {
        VideoFrame frame = reader.frame(file, Duration.ofMillis(700L * random.nextInt(3)), LIMIT);
        assertThat((long) frame.width() * frame.height()).isLessThanOrEqualTo(LIMIT);
      } catch (UnsupportedImageException e) {
        assertThat(e).hasMessageContaining("damaged");
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  private static void assertColour(VideoFrame frame, int x, int y, int... rgb) {
    for (int c = 0; c < 3; c++) {
      assertThat(frame.buffer().get(3 * (y * frame.width() + x) + c) & 0xff)
          .as("channel %d at %d, %d", c, x, y)
          .isCloseTo(rgb[c], within(12));
    }
  }

  private static Path clip(String name) throws Exception {
    return Path.of(FfmpegFrameReaderTest.class.getResource(name).toURI());
  }
}
