package org.emova4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.emova4j.api.speech.ModelUnavailableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GateTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final Gate gate = new Gate("the network");
  private final AtomicInteger freed = new AtomicInteger();
  private final ExecutorService pool = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    pool.shutdownNow();
  }

  @Test
  void closingAnEmptyGateFreesOnce() {
    assertThat(gate.close(LONG, freed::incrementAndGet)).isTrue();
    assertThat(gate.close(LONG, freed::incrementAndGet)).isTrue();
    assertThat(freed).hasValue(1);
  }

  @Test
  void aClosedGateRefuses() {
    gate.close(LONG, freed::incrementAndGet);
    assertThatThrownBy(gate::enter)
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessage("the network is closed");
  }

  @Test
  void closingWaitsForARunningCall() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch mayLeave = new CountDownLatch(1);
    AtomicBoolean freedInside = new AtomicBoolean();
    Future<?> call =
        pool.submit(
            () -> {
              gate.enter();
              inside.countDown();
              mayLeave.await();
              freedInside.set(freed.get() > 0);
              gate.leave();
              return null;
            });
    inside.await();
    Future<Boolean> closer = pool.submit(() -> gate.close(LONG, freed::incrementAndGet));
    while (!gate.isClosed()) {
      Thread.onSpinWait();
    }
    assertThatThrownBy(gate::enter).isInstanceOf(ModelUnavailableException.class);
    assertThat(freed).hasValue(0);
    mayLeave.countDown();
    assertThat(closer.get(30, TimeUnit.SECONDS)).isTrue();
    call.get(30, TimeUnit.SECONDS);
    assertThat(freedInside).isFalse();
    assertThat(freed).hasValue(1);
  }

  @Test
  void aCallThatOutlastsTheTimeOutFreesWhenItEnds() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch mayLeave = new CountDownLatch(1);
    Future<?> call =
        pool.submit(
            () -> {
              gate.enter();
              inside.countDown();
              mayLeave.await();
              gate.leave();
              return null;
            });
    inside.await();
    assertThat(gate.close(Duration.ofMillis(1), freed::incrementAndGet)).isFalse();
    assertThat(freed).hasValue(0);
    mayLeave.countDown();
    call.get(30, TimeUnit.SECONDS);
    assertThat(freed).hasValue(1);
  }

  @Test
  void callsNestEvenWhileTheGateCloses() throws Exception {
    gate.enter();
    pool.submit(() -> gate.close(Duration.ZERO, freed::incrementAndGet)).get(30, TimeUnit.SECONDS);
    gate.enter();
    gate.leave();
    assertThat(freed).hasValue(0);
    gate.leave();
    assertThat(freed).hasValue(1);
  }

  @Test
  void aCallCannotCloseItself() throws Exception {
    gate.enter();
    assertThatThrownBy(() -> gate.close(LONG, freed::incrementAndGet))
        .isInstanceOf(IllegalStateException.class);
    gate.leave();
  }

  @Test
  void twelveThreadsNeverRunOnFreedMemory() throws Exception {
    for (int round = 0; round < 50; round++) {
      Gate g = new Gate("round " + round);
      AtomicBoolean memoryIsFree = new AtomicBoolean();
      AtomicInteger frees = new AtomicInteger();
      CountDownLatch started = new CountDownLatch(12);
      List<Future<Integer>> calls = new ArrayList<>();
      for (int t = 0; t < 12; t++) {
        calls.add(
            pool.submit(
                () -> {
                  started.countDown();
                  int bad = 0;
                  while (true) {
                    try {
                      g.enter();
                    } catch (ModelUnavailableException closed) {
                      return bad;
                    }
                    for (int i = 0; i < 100; i++) {
                      bad += memoryIsFree.get() ? 1 : 0;
                    }
                    g.leave();
                  }
                }));
      }
      started.await();
      g.close(
          round % 2 == 0 ? LONG : Duration.ZERO,
          () -> {
            memoryIsFree.set(true);
            frees.incrementAndGet();
          });
      for (Future<Integer> call : calls) {
        assertThat(call.get(30, TimeUnit.SECONDS)).isZero();
      }
      assertThat(frees).hasValue(1);
    }
  }
}
