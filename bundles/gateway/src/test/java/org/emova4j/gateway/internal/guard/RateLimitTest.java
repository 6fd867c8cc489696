package org.emova4j.gateway.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicLong;
import org.emova4j.gateway.internal.http.ApiException;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private final AtomicLong now = new AtomicLong();
  private final RateLimit limit = new RateLimit(60, now::get);

  @Test
  void eachClientHasItsOwnShare() {
    for (int i = 0; i < 60; i++) {
      limit.take("a");
    }
    assertThatThrownBy(() -> limit.take("a"))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.retryAfterSeconds()).hasValue(1));
    limit.take("b");
  }

  @Test
  void theShareComesBackWithTime() {
    for (int i = 0; i < 60; i++) {
      limit.take("a");
    }
    now.addAndGet(2_000_000_000L);
    limit.take("a");
    limit.take("a");

    assertThatThrownBy(() -> limit.take("a")).isInstanceOf(ApiException.class);
  }
}
