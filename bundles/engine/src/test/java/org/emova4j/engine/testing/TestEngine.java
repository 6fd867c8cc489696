package org.emova4j.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

import java.lang.reflect.Constructor;
import java.lang.reflect.Proxy;
import org.emova4j.engine.EngineStatus;
import org.emova4j.engine.LibTorch;
import org.emova4j.engine.TensorEngine;
import org.mockito.ArgumentCaptor;
import org.osgi.framework.BundleContext;

/** libtorch without a framework, once for all tests of the JVM, on one thread. */
public final class TestEngine {
  private static TensorEngine engine;
  private static TensorEngine lateEngine;

  private TestEngine() {}

  public static synchronized TensorEngine get() {
    if (engine == null) {
      engine = started(false);
    }
    return engine;
  }

  /** Another one, which reads weights when they are first needed. */
  public static synchronized TensorEngine late() {
    if (lateEngine == null) {
      lateEngine = started(true);
    }
    return lateEngine;
  }

  private static TensorEngine started(boolean late) {
    BundleContext context = mock(BundleContext.class);
    EngineStatus status = start(context, late);
    assertThat(status.problem()).as("why there is no engine").isEmpty();
    ArgumentCaptor<TensorEngine> captor = ArgumentCaptor.forClass(TensorEngine.class);
    verify(context).registerService(eq(TensorEngine.class), captor.capture(), any());
    return captor.getValue();
  }

  /** The component's configuration type is its own, hence the proxy. */
  private static EngineStatus start(BundleContext context, boolean late) {
    try {
      Constructor<?> constructor = LibTorch.class.getConstructors()[0];
      Class<?> config = constructor.getParameterTypes()[1];
      Object settings =
          Proxy.newProxyInstance(
              config.getClassLoader(),
              new Class<?>[] {config},
              (proxy, method, arguments) ->
                  method.getReturnType() == boolean.class ? (Object) late : 1);
      return (EngineStatus) constructor.newInstance(context, settings);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }
}
