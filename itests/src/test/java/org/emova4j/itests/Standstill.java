package org.emova4j.itests;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Notes when the whole process stands still, as it does where the machine stops it: then nobody can
 * be blamed for what took long.
 */
final class Standstill implements AutoCloseable {
  private static final long TICK_MILLIS = 50;

  private final Thread thread = new Thread(this::tick, "standstill");
  private final AtomicLong longestMillis = new AtomicLong();
  private final AtomicLong totalMillis = new AtomicLong();

  Standstill() {
    thread.setDaemon(true);
    thread.start();
  }

  private void tick() {
    long last = System.nanoTime();
    try {
      while (true) {
        Thread.sleep(TICK_MILLIS);
        long now = System.nanoTime();
        long over = (now - last) / 1_000_000 - TICK_MILLIS;
        longestMillis.accumulateAndGet(over, Math::max);
        totalMillis.addAndGet(over > 1_000 ? over : 0);
        last = now;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "the process stood still for %d ms at the longest, %d ms altogether"
        .formatted(longestMillis.get(), totalMillis.get());
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
