package org.emova4j.facade;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.runtime.Distribution;
import org.emova4j.runtime.OsgiServices;
import org.emova4j.runtime.Settings;
import org.emova4j.runtime.Slice;

/** The one framework of this process, which outlives those who use it. */
final class SharedFramework {
  private static final String NATIVES = "PYTORCH_LIBRARY_PATH";
  private static final String FFMPEG_CACHE = "org.bytedeco.javacpp.cachedir";

  private static OsgiServices services;
  private static Distribution distribution;
  private static EmovaOptions options;
  private static int users;

  private SharedFramework() {}

  static synchronized void enter(EmovaOptions wanted) throws IOException {
    if (users > 0 && !wanted.equals(options)) {
      throw new IllegalStateException(
          "emova4j is open with %s; close it before opening it with %s".formatted(options, wanted));
    }
    if (users == 0) {
      startOnDaemon(wanted);
      options = wanted;
    }
    users++;
  }

  /**
   * The framework's threads are like the one that starts it: they must not keep a process alive.
   */
  private static void startOnDaemon(EmovaOptions wanted) throws IOException {
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              start(wanted);
              return null;
            });
    Thread thread = new Thread(task, "emova-start");
    thread.setDaemon(true);
    thread.start();
    try {
      task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while emova4j was starting");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IllegalStateException state) {
        throw state;
      }
      throw new IOException(e.getCause().getMessage(), e.getCause());
    }
  }

  private static void start(EmovaOptions wanted) throws IOException {
    Settings settings = new Settings(wanted.threads(), wanted.models(), false);
    if (services != null) {
      if (!wanted.home().equals(options.home())) {
        throw new IllegalStateException(
            "this process has begun with the distribution in %s and can't take another"
                .formatted(distribution.home()));
      }
      services.resume(distribution, settings);
      return;
    }
    Cache cache = Cache.ofUser();
    Path home = wanted.home().isPresent() ? wanted.home().get() : cache.unpackDistribution();
    Distribution found = new Distribution(home);
    if (!found.has(Slice.CONVERTER)) {
      throw new IOException("%s is no distribution with the slice \"converter\"".formatted(home));
    }
    if (System.getenv(NATIVES) == null && System.getProperty(NATIVES) == null) {
      Path natives = Files.isDirectory(found.natives()) ? found.natives() : cache.unpackNatives();
      System.setProperty(NATIVES, natives.toString()); // where the engine looks
    }
    if (System.getProperty(FFMPEG_CACHE) == null) {
      System.setProperty(FFMPEG_CACHE, cache.folder().resolve("javacpp").toString());
    }
    services = OsgiServices.open(found, Slice.CONVERTER, settings, true);
    distribution = found;
  }

  static synchronized void leave() {
    users--;
    if (users == 0) {
      services.pause();
    }
  }

  static synchronized <S> S require(Class<S> type, Map<String, String> wanted)
      throws ModelUnavailableException {
    return wanted.isEmpty()
        ? services.require(type, Optional.empty())
        : services.require(type, wanted).service();
  }
}
