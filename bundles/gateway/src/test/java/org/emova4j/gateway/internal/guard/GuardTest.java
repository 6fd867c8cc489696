package org.emova4j.gateway.internal.guard;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.emova4j.gateway.internal.http.ApiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {
  private static final String TOKEN = "0123456789abcdef";
  private final Guard guard = new Guard(Optional.of(TOKEN), List.of("Speech.example.org"));

  private static Guard.Call call(String local, String host, String origin) {
    return new Guard.Call(
        "http", local, Optional.ofNullable(host), Optional.ofNullable(origin), Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:8090",
        "localhost",
        "LOCALHOST:1",
        "[::1]:8090",
        "192.168.0.7",
        "speech.example.org"
      })
  void itsOwnNamesAndAllAddressesAreItself(String host) {
    assertThatCode(() -> guard.requireOwnSite(call("127.0.0.1", host, null)))
        .doesNotThrowAnyException();
    assertThatCode(() -> guard.requireOwnSite(call("127.0.0.1", host, "http://" + host)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.org", "127.0.0.1.evil.org", "localhost.evil.org", "", "a:b:c"})
  void otherNamesAreNot(String host) {
    assertThatThrownBy(() -> guard.requireOwnSite(call("127.0.0.1", host, null)))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("not called");
  }

  @Test
  void aRequestWithoutANameIsRefused() {
    assertThatThrownBy(() -> guard.requireOwnSite(call("127.0.0.1", null, null)))
        .isInstanceOf(ApiException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost", "https://127.0.0.1:8090", "null", "http://evil.org"})
  void anotherOriginIsRefused(String origin) {
    assertThatThrownBy(() -> guard.requireOwnSite(call("127.0.0.1", "127.0.0.1:8090", origin)))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("may not ask");
  }

  @Test
  void withoutATokenOnlyLoopbackIsServed() {
    Guard open = new Guard(Optional.empty(), List.of());

    for (String loopback : List.of("127.0.0.1", "127.5.5.5", "::1", "0:0:0:0:0:0:0:1")) {
      assertThatCode(() -> open.requireOwnSite(call(loopback, "localhost", null)))
          .doesNotThrowAnyException();
    }
    for (String other : List.of("192.168.0.7", "0.0.0.0", "fe80::1", "localhost.evil.org")) {
      assertThatThrownBy(() -> open.requireOwnSite(call(other, "192.168.0.7", null)))
          .hasMessageContaining("needs a token");
    }
  }

  @Test
  void theTokenMustBeThisOne() {
    assertThatCode(() -> guard.requireToken(Optional.of("Bearer " + TOKEN)))
        .doesNotThrowAnyException();
    assertThatCode(() -> guard.requireToken(Optional.of("bearer " + TOKEN)))
        .doesNotThrowAnyException();
    for (String wrong :
        List.of("Bearer ", "Bearer 0123456789abcdeg", "Bearer 0123", TOKEN, "Basic " + TOKEN)) {
      assertThatThrownBy(() -> guard.requireToken(Optional.of(wrong)))
          .isInstanceOf(ApiException.class);
    }
    assertThatThrownBy(() -> guard.requireToken(Optional.empty())).isInstanceOf(ApiException.class);
  }
}
