package org.emova4j.itests;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.SpeechConverter;

/** Threads that convert the same speech again and again, and compare what comes out. */
final class Load implements AutoCloseable {
  private static final long PATIENCE_MILLIS = 60_000;

  final AtomicInteger calls = new AtomicInteger();
  final AtomicLong longestNanos = new AtomicLong();
  final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private final SpeechConverter converter;
  private final Audio speech;
  private final ConversionRequest request;
  private final Audio expected;
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final List<Thread> threads = new ArrayList<>();

  Load(int callers, SpeechConverter converter, Audio speech, ConversionRequest request)
      throws Exception {
    this.converter = converter;
    this.speech = speech;
    this.request = request;
    expected = converter.convert(speech, request);
    for (int i = 0; i < callers; i++) {
      Thread thread = new Thread(this::convert, "load-" + i);
      thread.start();
      threads.add(thread);
    }
  }

  private void convert() {
    while (!stopped.get()) {
      long start = System.nanoTime();
      try {
        float difference = difference(expected, converter.convert(speech, request));
        if (!(difference < 1e-3f)) { // libtorch sums in another order now and then
          failures.add("differs by %s from the result before the swaps".formatted(difference));
        }
      } catch (Exception | LinkageError e) {
        failures.add(e + " at " + List.of(e.getStackTrace()).subList(0, 4));
      }
      long nanos = System.nanoTime() - start;
      longestNanos.accumulateAndGet(nanos, Math::max);
      synchronized (this) {
        calls.incrementAndGet();
        notifyAll();
      }
    }
  }

  private static float difference(Audio one, Audio other) {
    if (one.length() != other.length()) {
      return Float.POSITIVE_INFINITY;
    }
    FloatBuffer a = one.buffer();
    FloatBuffer b = other.buffer();
    float most = 0;
    while (a.hasRemaining()) {
      most = Math.max(most, Math.abs(a.get() - b.get()));
    }
    return most;
  }

  /** Until so many more calls have ended. */
  synchronized void awaitCalls(int more) throws InterruptedException {
    int target = calls.get() + more;
    long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    while (calls.get() < target) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError("%d more calls did not end".formatted(target - calls.get()));
      }
      wait(left);
    }
  }

  @Override
  public void close() {
    stopped.set(true);
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
