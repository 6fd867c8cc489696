package org.emova4j.audio.internal;

import static java.nio.file.StandardOpenOption.READ;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.api.speech.UnsupportedImageException;
import org.emova4j.api.vision.FrameReader;
import org.emova4j.api.vision.VideoFrame;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Reads pictures from the videos that FFmpeg knows. */
@Component
public final class FfmpegFrameReader implements FrameReader {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Activate
  public FfmpegFrameReader() {}

  @Override
  public VideoFrame frame(Path video, Duration at, long maxPixels)
      throws UnsupportedImageException {
    requireNonNull(at, "at");
    if (at.isNegative()) {
      throw new IllegalArgumentException("at %s is before the start".formatted(at));
    }
    if (maxPixels < 1 || maxPixels > Integer.MAX_VALUE / 3) {
      throw new IllegalArgumentException(
          "maxPixels %d is outside 1..%d".formatted(maxPixels, Integer.MAX_VALUE / 3));
    }
    if (!Files.isRegularFile(video)) {
      throw refusal(
          video, Files.exists(video) ? "it is no regular file" : "there is no such file", null);
    }
    try (FileChannel channel = FileChannel.open(video, READ)) {
      Ffmpeg.load();
      try (MediaInput input =
          MediaInput.openVideo(channel, video.toString(), PATIENCE, maxPixels)) {
        return new FrameDecoding(input, at, maxPixels).run();
      }
    } catch (NoSuchFileException e) {
      throw refusal(video, "there is no such file", e);
    } catch (UnsupportedAudioException e) { // FFmpeg itself
      throw new UnsupportedImageException(e.getMessage(), e);
    } catch (IOException | FfmpegException e) {
      throw refusal(video, e.getMessage() == null ? e.toString() : e.getMessage(), e);
    } catch (OutOfMemoryError e) {
      throw refusal(
          video,
          "its picture doesn't fit in the %d MiB of memory that this process may use"
              .formatted(Runtime.getRuntime().maxMemory() >> 20),
          e);
    }
  }

  private static UnsupportedImageException refusal(Path video, String reason, Throwable cause) {
    return new UnsupportedImageException(
        "%s can't be read as video: %s".formatted(video, reason), cause);
  }
}
