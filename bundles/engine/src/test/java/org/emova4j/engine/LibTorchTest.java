package org.emova4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.ArgumentMatchers.isNull;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.emova4j.engine.LibTorch.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.ArgumentCaptor;
import org.mockito.Captor;
import org.mockito.Mock;
import org.mockito.junit.jupiter.MockitoExtension;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

@ExtendWith(MockitoExtension.class)
class LibTorchTest {
  private static final Settings ONE_THREAD = new Settings(1, Optional.empty(), 5, 5, false);

  @TempDir private Path folder;
  @Mock private BundleContext context;
  @Mock private ServiceRegistration<TensorEngine> registration;
  @Captor private ArgumentCaptor<TensorEngine> registered;

  @Test
  void missingNativesAreAProblemAndNotAnException() {
    LibTorch component =
        new LibTorch(
            context, ONE_THREAD, NativeLibraries.find("Linux", "amd64", folder.toString()));
    assertThat(component.problem().orElseThrow())
        .contains("libc10.so is missing", folder.toString(), "2.7.1", "linux-x86_64")
        .doesNotContain("\n");
    assertThat(component.version()).isEqualTo("2.7.1");
    assertThat(component.nativesFolder()).contains(folder);
    assertThat(component.platform()).isEqualTo("linux-x86_64");
    assertThat(component.threads()).isEqualTo(1);
    verify(context, never())
        .registerService(eq(TensorEngine.class), any(TensorEngine.class), any());
    component.deactivate();
  }

  @Test
  void theServiceComesWithLibtorchAndGoesWithTheComponent() throws Exception {
    when(context.registerService(eq(TensorEngine.class), registered.capture(), isNull()))
        .thenReturn(registration);
    LibTorch component = new LibTorch(context, ONE_THREAD, real());
    assertThat(component.problem()).isEmpty();
    TensorEngine engine = registered.getValue();
    assertThat(engine.version()).isEqualTo("2.7.1");
    assertThat(engine.threads()).isEqualTo(1);
    Path file = folder.resolve("a.safetensors");
    Files.write(file, new SafetensorsBytes().floats("a", new long[] {1}, 1).bytes());
    NetworkScope left = engine.open(file);
    component.deactivate();
    verify(registration).unregister();
    assertThat(left.manager().isOpen()).isFalse();
  }

  @Test
  void theNumberOfThreadsChangesUnderARunningEngine() {
    when(context.registerService(eq(TensorEngine.class), registered.capture(), isNull()))
        .thenReturn(registration);
    LibTorch component = new LibTorch(context, ONE_THREAD, real());
    component.apply(new Settings(3, Optional.empty(), 5, 5, false));
    assertThat(registered.getValue().threads()).isEqualTo(3);
    assertThat(component.threads()).isEqualTo(3);
    component.apply(new Settings(-1, Optional.empty(), 5, 5, false));
    assertThat(registered.getValue().threads()).isEqualTo(3);
    assertThat(component.problem()).isEmpty();
    verify(registration, never()).unregister();
    component.deactivate();
  }

  @Test
  void aWrongSettingIsAProblemUntilItIsCorrected() {
    LibTorch component =
        new LibTorch(context, new Settings(2000, Optional.empty(), 5, 5, false), real());
    assertThat(component.problem()).contains("threads is 2000, must be from 0 to 1024");
    when(context.registerService(eq(TensorEngine.class), registered.capture(), isNull()))
        .thenReturn(registration);
    component.apply(ONE_THREAD);
    assertThat(component.problem()).isEmpty();
    assertThat(registered.getValue().threads()).isEqualTo(1);
    component.deactivate();
  }

  @Test
  void theSystemPropertyWinsOverTheConfiguration() {
    assertThat(new Settings(4, Optional.of("2"), 5, 5, false).effectiveThreads()).isEqualTo(2);
    assertThat(new Settings(4, Optional.empty(), 5, 5, false).effectiveThreads()).isEqualTo(4);
    assertThat(new Settings(0, Optional.empty(), 5, 5, false).effectiveThreads())
        .isEqualTo(Runtime.getRuntime().availableProcessors());
  }

  @Test
  void aThreadsPropertyThatIsNoNumberIsAProblem() {
    LibTorch component =
        new LibTorch(context, new Settings(0, Optional.of("many"), 5, 5, false), real());
    assertThat(component.problem()).contains("emova.threads is \"many\", must be a number");
  }

  private static NativeLibraries real() {
    return NativeLibraries.find(
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        RealEngine.folder().toString());
  }
}
