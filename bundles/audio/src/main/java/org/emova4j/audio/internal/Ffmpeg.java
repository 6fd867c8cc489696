package org.emova4j.audio.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avfilter;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swresample;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacpp.Loader;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** FFmpeg's libraries: loaded at first use, so that a process that needs none starts without. */
final class Ffmpeg {
  private static final Logger log = LoggerFactory.getLogger(Ffmpeg.class);

  /** No single allocation inside FFmpeg may exceed this, whatever a header claims. */
  private static final long MAX_ALLOCATION = 512L << 20;

  private Ffmpeg() {}

  /** Loads the libraries, if that has not happened yet. */
  static void load() throws UnsupportedAudioException {
    if (Natives.FAILURE.isPresent()) {
      Throwable cause = Natives.FAILURE.get();
      throw new UnsupportedAudioException(
          "FFmpeg's libraries can't be loaded on this machine (%s): %s"
              .formatted(platform(), rootMessage(cause)),
          cause);
    }
  }

  /** A negative result in words: FFmpeg's own where they tell a user something. */
  static String describe(int error) {
    if (error == avutil.AVERROR_INVALIDDATA) {
      return "the data is damaged or of an unknown kind";
    }
    if (error == avutil.AVERROR_EOF) {
      return "the data ends too early";
    }
    byte[] text = new byte[256];
    avutil.av_strerror(error, text, text.length);
    int end = 0;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    String words = new String(text, 0, end, UTF_8);
    // Some decoders have numbers of their own, which have no text.
    return words.startsWith("Error number") ? "the data is damaged (%d)".formatted(error) : words;
  }

  /** For results that are negative only when memory runs out or this code is wrong. */
  static int require(int result, String what) throws FfmpegException {
    if (result < 0) {
      throw new FfmpegException("%s: %s".formatted(what, describe(result)));
    }
    return result;
  }

  static <T> T require(T pointer, String what) throws FfmpegException {
    if (pointer == null) {
      throw new FfmpegException("%s: out of memory".formatted(what));
    }
    return pointer;
  }

  private static String platform() {
    return System.getProperty("os.name") + " " + System.getProperty("os.arch");
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }

  /** Initialised once, by the class loader, and never again after a failure. */
  private static final class Natives {
    static final Optional<Throwable> FAILURE = load();

    private static Optional<Throwable> load() {
      // JavaCPP would refuse allocations once the whole process, other native libraries included,
      // passes a multiple of the Java heap. Here every native object has an owner that frees it.
      setDefault("org.bytedeco.javacpp.maxBytes", "0");
      setDefault("org.bytedeco.javacpp.maxPhysicalBytes", "0");
      long start = System.nanoTime();
      try {
        Loader.load(avutil.class);
        Loader.load(swresample.class);
        Loader.load(swscale.class);
        Loader.load(avcodec.class);
        Loader.load(avformat.class);
        Loader.load(avfilter.class);
        avutil.av_log_set_level(avutil.AV_LOG_QUIET);
        avutil.av_max_alloc(MAX_ALLOCATION);
        log.debug(
            "FFmpeg {} loaded in {} ms",
            avutil.av_version_info().getString(),
            (System.nanoTime() - start) / 1_000_000);
        return Optional.empty();
      } catch (LinkageError | RuntimeException e) {
        return Optional.of(e);
      }
    }

    private static void setDefault(String property, String value) {
      if (System.getProperty(property) == null) {
        System.setProperty(property, value);
      }
    }
  }
}
