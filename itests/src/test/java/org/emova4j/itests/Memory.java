package org.emova4j.itests;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What is still in memory. */
final class Memory {
  private Memory() {}

  /** How many of the class loaders are still reachable. */
  static long alive(List<WeakReference<ClassLoader>> loaders) throws InterruptedException {
    long alive = loaders.size();
    for (int i = 0; i < 20 && alive > 0; i++) {
      System.gc();
      Thread.sleep(
          100); // reference processing runs on its own thread, and has no event to wait for
      alive = loaders.stream().filter(l -> l.get() != null).count();
    }
    return alive;
  }

  static long residentMegabytes() throws IOException {
    System.gc();
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(l -> l.startsWith("VmRSS:"))
        .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }
}
