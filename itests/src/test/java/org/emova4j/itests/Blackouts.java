package org.emova4j.itests;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;

/** How long there is no service of a type, swap by swap. */
final class Blackouts implements ServiceListener {
  private final Map<String, Set<Object>> present = new HashMap<>();
  private final Map<String, Long> absentSince = new HashMap<>();
  private final Map<String, List<Double>> millis = new TreeMap<>();
  private double longest;

  Blackouts(BundleContext context, List<Class<?>> types) throws InvalidSyntaxException {
    for (Class<?> type : types) {
      Set<Object> ids = new HashSet<>();
      for (ServiceReference<?> reference : context.getServiceReferences(type, null)) {
        ids.add(reference.getProperty(Constants.SERVICE_ID));
      }
      present.put(type.getName(), ids);
    }
    context.addServiceListener(this);
  }

  @Override
  public synchronized void serviceChanged(ServiceEvent event) {
    ServiceReference<?> reference = event.getServiceReference();
    for (String type : (String[]) reference.getProperty(Constants.OBJECTCLASS)) {
      Set<Object> ids = present.get(type);
      if (ids == null) {
        continue;
      }
      if (event.getType() == ServiceEvent.UNREGISTERING) {
        ids.remove(reference.getProperty(Constants.SERVICE_ID));
        if (ids.isEmpty()) {
          absentSince.put(type, System.nanoTime());
        }
      } else if (ids.add(reference.getProperty(Constants.SERVICE_ID))) {
        Long since = absentSince.remove(type);
        if (since != null) {
          longest = Math.max(longest, (System.nanoTime() - since) / 1e6);
        }
      }
    }
  }

  /** The longest time without a service since the last swap was counted. */
  synchronized void count(String kind) {
    millis.computeIfAbsent(kind, k -> new ArrayList<>()).add(longest);
    longest = 0;
  }

  synchronized int swaps() {
    return millis.values().stream().mapToInt(List::size).sum();
  }

  synchronized String report() {
    StringBuilder report = new StringBuilder();
    List<Double> all = millis.values().stream().flatMap(List::stream).toList();
    report.append(line("all swaps", all));
    millis.forEach((kind, values) -> report.append(line(kind, values)));
    return report.toString();
  }

  private static String line(String kind, List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return "  %-28s %4d, blackout median %6.1f ms, maximum %6.1f ms%n"
        .formatted(
            kind, sorted.size(), sorted.get(sorted.size() / 2), sorted.get(sorted.size() - 1));
  }
}
