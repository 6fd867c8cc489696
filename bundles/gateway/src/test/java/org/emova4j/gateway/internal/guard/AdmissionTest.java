package org.emova4j.gateway.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.emova4j.gateway.internal.GatewaySettings.Load;
import org.emova4j.gateway.internal.http.ApiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> order = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private static Admission admission(int running, int queue, int perClient) {
    return new Admission(new Load(running, queue, perClient, 600, Duration.ofSeconds(1)));
  }

  /** Comes, waits for its turn, and goes. */
  private Future<?> come(Admission admission, String client) throws Exception {
    int before = admission.queued();
    Future<?> visit =
        threads.submit(
            () -> {
              Admission.Permit permit = admission.enter(client);
              order.add(client);
              permit.close();
            });
    while (admission.queued() == before) {
      Thread.onSpinWait();
    }
    return visit;
  }

  @Test
  void clientsTakeTurnsHoweverMuchOneOfThemSends() throws Exception {
    Admission admission = admission(1, 10, 10);
    Admission.Permit first = admission.enter("greedy");
    List<Future<?>> visits = new ArrayList<>();
    for (String client : List.of("greedy", "greedy", "greedy", "modest", "other", "greedy")) {
      visits.add(come(admission, client));
    }
    first.close();
    for (Future<?> visit : visits) {
      visit.get(10, TimeUnit.SECONDS);
    }

    assertThat(order).containsExactly("greedy", "modest", "other", "greedy", "greedy", "greedy");
    assertThat(admission.running()).isZero();
    assertThat(admission.queued()).isZero();
  }

  @Test
  void noMoreWaitThanMay() throws Exception {
    Admission admission = admission(1, 2, 1);
    Admission.Permit first = admission.enter("a");
    Future<?> own = come(admission, "a");

    assertThatThrownBy(() -> admission.enter("a"))
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> {
              assertThat(e.status()).isEqualTo(429);
              assertThat(e.retryAfterSeconds().orElseThrow()).isPositive();
              assertThat(e).hasMessageContaining("of this client");
            });
    Future<?> other = come(admission, "b");
    assertThatThrownBy(() -> admission.enter("c")).hasMessageContaining("2 requests wait");
    first.close();
    own.get(10, TimeUnit.SECONDS);
    other.get(10, TimeUnit.SECONDS);
  }

  @Test
  void aPermitIsGivenBackOnce() {
    Admission admission = admission(2, 0, 0);
    Admission.Permit first = admission.enter("a");
    Admission.Permit second = admission.enter("a");
    first.close();
    first.close();

    assertThat(admission.running()).isEqualTo(1);
    second.close();
    assertThat(admission.running()).isZero();
  }

  @Test
  void whoIsInterruptedLeavesTheQueue() throws Exception {
    Admission admission = admission(1, 5, 5);
    Admission.Permit first = admission.enter("a");
    Future<?> waiting = come(admission, "b");
    waiting.cancel(true);
    while (admission.queued() > 0) {
      Thread.onSpinWait();
    }
    first.close();

    assertThat(admission.running()).isZero();
  }
}
