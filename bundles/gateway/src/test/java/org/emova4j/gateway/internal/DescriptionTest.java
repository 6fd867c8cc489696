package org.emova4j.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.emova4j.gateway.internal.GatewaySettings.Limits;
import org.emova4j.gateway.internal.GatewaySettings.Load;
import org.emova4j.gateway.internal.api.Analysis;
import org.emova4j.gateway.internal.api.Description;
import org.emova4j.gateway.internal.api.Sounds;
import org.emova4j.gateway.internal.guard.Admission;
import org.emova4j.gateway.internal.guard.Requests;
import org.emova4j.gateway.internal.http.Route;
import org.emova4j.gateway.internal.parts.SpeechServices;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;

class DescriptionTest {
  @Test
  void everyRouteIsDescribedAndNothingElseIs() throws Exception {
    Set<String> served = new TreeSet<>(Set.of("GET /v1/realtime")); // a servlet of its own
    Set<String> open = new TreeSet<>();
    for (Route route : routes()) {
      served.add(route.method() + " " + route.path());
      if (route.open()) {
        open.add(route.path());
      }
    }
    Set<String> described = new TreeSet<>();
    Set<String> describedAsOpen = new TreeSet<>();
    JsonNode document = new ObjectMapper().readTree(Description.document());
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        described.add(operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
        if (operation.getValue().has("security")) {
          describedAsOpen.add(path.getKey());
        }
      }
    }

    assertThat(described).isEqualTo(served);
    assertThat(describedAsOpen).isEqualTo(open);
  }

  private static Iterable<Route> routes() {
    SpeechServices services = new SpeechServices(mock(BundleContext.class));
    Limits limits = new Limits(1, 1, Duration.ofSeconds(1), 1, 1, Duration.ofSeconds(1));
    Sounds sounds = new Sounds(services, limits);
    return Routes.all(
        services,
        limits,
        sounds,
        new Analysis(services, sounds),
        new Requests(1),
        new Admission(new Load(1, 1, 1, 1, Duration.ZERO)));
  }
}
