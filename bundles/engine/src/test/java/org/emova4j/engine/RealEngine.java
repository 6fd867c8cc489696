package org.emova4j.engine;

import ai.djl.engine.Engine;
import java.nio.file.Path;
import java.time.Duration;

/** The real libtorch of the build. It is loaded once; engines over it come and go. */
final class RealEngine {
  private static Engine engine;

  private RealEngine() {}

  static Path folder() {
    return Path.of(TorchLoader.setting(NativeLibraries.PATH_VARIABLE));
  }

  static synchronized LibTorchEngine start(Duration closeTimeout) throws Exception {
    if (engine == null) {
      engine = TorchLoader.load(folder(), 1);
    }
    return new LibTorchEngine(engine, 1, closeTimeout, Duration.ofSeconds(30), false);
  }
}
