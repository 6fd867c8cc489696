package org.emova4j.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.Map;
import org.emova4j.api.health.Problem;
import org.emova4j.api.health.Subjects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.ArgumentCaptor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class ConfigurationGuardTest {
  @TempDir Path folder;
  private final BundleContext context = mock(BundleContext.class);
  private final ServiceRegistration<?> shown = mock(ServiceRegistration.class);
  private ConfigurationGuard guard;

  @BeforeEach
  void guard() throws Exception {
    Path list = folder.resolve("settings.tsv");
    Files.writeString(list, "part\tseconds\tInteger\t1\t600\t\npart\tname\tString\t\t\t\n");
    guard = new ConfigurationGuard(context, ConfigurationCheck.of(list));
    doReturn(shown).when(context).registerService(eq(Problem.class), any(Problem.class), any());
  }

  @SuppressWarnings("JdkObsolete") // a dictionary that can be changed, as ConfigAdmin hands out
  private Map<String, Object> seen(Map<String, Object> wanted) {
    Hashtable<String, Object> properties = new Hashtable<>(wanted);
    properties.put("service.pid", "part");
    guard.modifyConfiguration(null, properties);
    properties.remove("service.pid");
    return properties;
  }

  @Test
  void componentsSeeOnlyWhatIsAllowed() {
    Map<String, Object> good = Map.of("seconds", 20, "name", "a");
    assertThat(seen(Map.of("seconds", 0))).isEmpty();
    assertThat(seen(good)).isEqualTo(good);
    assertThat(seen(Map.of("seconds", 601, "name", "b"))).isEqualTo(good);
    assertThat(seen(Map.of("seconds", 600))).isEqualTo(Map.of("seconds", 600));
  }

  @Test
  void aRefusalIsShownUntilItIsOver() {
    seen(Map.of("seconds", 601));
    seen(Map.of("seconds", 601)); // another component of that PID
    ArgumentCaptor<Problem> problem = ArgumentCaptor.forClass(Problem.class);
    verify(context, times(1)).registerService(eq(Problem.class), problem.capture(), any());
    assertThat(problem.getValue().subject()).isEqualTo(Subjects.CONFIGURATION);
    assertThat(problem.getValue().text())
        .isEqualTo("configuration part: seconds is 601, must be a whole number from 1 to 600");
    seen(Map.of("seconds", 60));
    verify(shown).unregister();
  }
}
