package org.emova4j.runtime;

import java.io.IOException;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Map;
import org.emova4j.api.health.Problem;
import org.emova4j.api.health.Subjects;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationPlugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses, while the system runs, configurations with values that metatype doesn't allow: what was
 * valid before stays, or defaults where there was nothing. A {@link Problem} says so until the
 * configuration is right. Safe for concurrent use.
 */
final class ConfigurationGuard implements ConfigurationPlugin {
  private static final Logger log = LoggerFactory.getLogger(ConfigurationGuard.class);

  /** What the framework adds on its own belongs to no configuration. */
  private static final String OWN_PREFIX = "service.";

  private final BundleContext context;
  private final ConfigurationCheck check;
  private final Map<String, Map<String, Object>> valid = new HashMap<>(); // by PID
  private final Map<String, String> refused = new HashMap<>(); // why, by PID
  private final Map<String, ServiceRegistration<Problem>> problems = new HashMap<>();

  ConfigurationGuard(BundleContext context, ConfigurationCheck check) {
    this.context = context;
    this.check = check;
  }

  @Override
  @SuppressWarnings("JdkObsolete") // ConfigAdmin's own type
  public synchronized void modifyConfiguration(
      ServiceReference<?> reference, Dictionary<String, Object> properties) {
    String pid = String.valueOf(properties.get(Constants.SERVICE_PID));
    Map<String, Object> wanted = new HashMap<>();
    for (String name : Collections.list(properties.keys())) {
      if (!name.startsWith(OWN_PREFIX) && !name.startsWith(".")) {
        wanted.put(name, properties.get(name));
      }
    }
    try {
      check.require(new Configuration().overlay(pid, wanted));
      valid.put(pid, wanted);
      show(pid, null);
    } catch (IOException e) {
      wanted.keySet().forEach(properties::remove);
      valid.getOrDefault(pid, Map.of()).forEach(properties::put);
      show(pid, e.getMessage());
    }
  }

  /** Once for each refusal, though every component that is configured asks. */
  private void show(String pid, String reason) {
    if (reason == null ? refused.remove(pid) == null : reason.equals(refused.put(pid, reason))) {
      return;
    }
    ServiceRegistration<Problem> shown = problems.remove(pid);
    if (shown != null) {
      shown.unregister();
    }
    if (reason != null) {
      log.error("{}; what was valid before stays", reason);
      Problem problem = new Problem(Subjects.CONFIGURATION, reason);
      problems.put(pid, context.registerService(Problem.class, problem, null));
    }
  }
}
