package org.emova4j.engine;

import ai.djl.engine.Engine;
import java.nio.file.Path;

/** The first touch of DJL, which decides for the life of its class loader whether it works. */
final class TorchLoader {
  /** Why libtorch can't be loaded, in one line. */
  static final class LoadException extends Exception {
    private static final long serialVersionUID = 1L;

    LoadException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private TorchLoader() {}

  /** An environment variable, or else the system property of that name, or else nothing. */
  static String setting(String name) {
    String value = System.getenv(name);
    return value != null ? value : System.getProperty(name, "");
  }

  /**
   * @param folder holds every library that is needed
   * @param threads of one operator
   */
  static Engine load(Path folder, int threads) throws LoadException {
    // DJL must neither download nor call home.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.default_engine", "PyTorch");
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    if (setting("PYTORCH_FLAVOR").isEmpty()) {
      // Else DJL guesses by asking the CUDA runtime, and warns where there is none.
      System.setProperty("PYTORCH_FLAVOR", NativeLibraries.isCuda(folder) ? "cu128" : "cpu");
    }
    Thread thread = Thread.currentThread();
    ClassLoader caller = thread.getContextClassLoader();
    // DJL finds its engines and its property files through the context class loader.
    thread.setContextClassLoader(TorchLoader.class.getClassLoader());
    try {
      return Engine.getEngine("PyTorch");
    } catch (RuntimeException | LinkageError | AssertionError e) {
      throw new LoadException(explain(folder, e), e);
    } finally {
      thread.setContextClassLoader(caller);
    }
  }

  private static String explain(Path folder, Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String reason = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    if (reason.contains("already loaded in another classloader")) {
      return "libtorch belongs to an earlier generation of this bundle; restart the process";
    }
    return "libtorch %s in %s can't be loaded: %s"
        .formatted(NativeLibraries.TORCH_VERSION, folder, reason);
  }
}
