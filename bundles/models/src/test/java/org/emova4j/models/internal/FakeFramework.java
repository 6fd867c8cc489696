package org.emova4j.models.internal;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.util.Dictionary;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.emova4j.api.health.Problem;
import org.emova4j.api.model.ModelArchive;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** Remembers which models and problems are services. */
final class FakeFramework {
  final BundleContext context = mock(BundleContext.class);
  final Map<ModelArchive, Dictionary<String, ?>> services = new ConcurrentHashMap<>();

  final Set<Problem> problems = ConcurrentHashMap.newKeySet();

  FakeFramework() {
    when(context.registerService(eq(Problem.class), any(Problem.class), any()))
        .thenAnswer(
            call -> {
              Problem problem = call.getArgument(1);
              problems.add(problem);
              ServiceRegistration<?> registration = mock(ServiceRegistration.class);
              doAnswer(x -> problems.remove(problem)).when(registration).unregister();
              return registration;
            });
    when(context.registerService(eq(ModelArchive.class), any(ModelArchive.class), any()))
        .thenAnswer(
            call -> {
              ModelArchive service = call.getArgument(1);
              services.put(service, call.getArgument(2));
              ServiceRegistration<?> registration = mock(ServiceRegistration.class);
              doAnswer(x -> services.remove(service)).when(registration).unregister();
              return registration;
            });
  }
}
