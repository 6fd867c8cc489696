package org.emova4j.health.internal;

import java.util.List;
import java.util.Map;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.emova4j.api.health.Diagnosis;
import org.emova4j.api.health.Finding;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Each subject of the diagnosis as a Felix health check. */
@Component(service = {})
public final class HealthChecks {
  private static final String TAG = "emova";

  private final List<ServiceRegistration<HealthCheck>> registrations;

  /** For the framework. */
  @Activate
  public HealthChecks(BundleContext context, @Reference Diagnosis diagnosis) {
    registrations =
        diagnosis.subjects().stream()
            .map(
                subject ->
                    context.registerService(
                        HealthCheck.class,
                        () -> result(diagnosis.examine(subject)),
                        FrameworkUtil.asDictionary(
                            Map.of(
                                HealthCheck.NAME,
                                "emova4j " + subject,
                                HealthCheck.TAGS,
                                new String[] {TAG, subject}))))
            .toList();
  }

  @Deactivate
  void deactivate() {
    registrations.forEach(ServiceRegistration::unregister);
  }

  static Result result(Finding finding) {
    Result.Status status =
        switch (finding.status()) {
          case OK -> Result.Status.OK;
          case WARNING -> Result.Status.WARN;
          case PROBLEM -> Result.Status.CRITICAL;
        };
    return new Result(status, finding.text());
  }
}
