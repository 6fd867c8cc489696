package org.emova4j.gateway.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.emova4j.gateway.internal.http.ApiException;
import org.junit.jupiter.api.Test;

class RequestsTest {
  private final Requests requests = new Requests(2);

  @Test
  void aClientHasSoManyUnderWayAndNoMore() {
    Requests.Running first = requests.begin("a");
    Requests.Running second = requests.begin("a");

    assertThatThrownBy(() -> requests.begin("a"))
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.status()).isEqualTo(429));
    requests.begin("b").close();
    first.close();
    requests.begin("a").close();
    second.close();
    assertThat(requests.running()).isZero();
  }

  @Test
  void aStopLetsNobodyInAndWaitsForThoseWhoAre() throws Exception {
    Requests.Running running = requests.begin("a");
    assertThat(requests.stop(Duration.ofMillis(1))).isFalse();
    CompletableFuture<Boolean> stopped =
        CompletableFuture.supplyAsync(() -> requests.stop(Duration.ofMinutes(1)));
    assertThatThrownBy(() -> requests.begin("b")).hasMessageContaining("stops");
    running.close();

    assertThat(stopped.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void countsWhatBecameOfEach() {
    try (Requests.Running running = requests.begin("a")) {
      running.of("/v1/units");
      running.ends(200);
    }
    requests.begin("a").close();

    assertThat(requests.counts())
        .containsOnlyKeys(new Requests.Kind("/v1/units", 200), new Requests.Kind("none", 500));
  }
}
