package org.emova4j.health.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.resource.Namespace;

/** Which bundles don't run, and why as far as the framework knows. */
final class BundleExamination {
  private final BundleContext context;

  BundleExamination(BundleContext context) {
    this.context = context;
  }

  int count() {
    return context.getBundles().length - 1; // without the framework itself
  }

  /** One sentence for each bundle that doesn't run. */
  List<String> problems() {
    return Arrays.stream(context.getBundles()).flatMap(b -> problem(b).stream()).toList();
  }

  private Optional<String> problem(Bundle bundle) {
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    if (revision == null) {
      return Optional.empty(); // just being uninstalled
    }
    String name = "%s %s".formatted(bundle.getSymbolicName(), bundle.getVersion());
    int state = bundle.getState();
    if (state == Bundle.INSTALLED) {
      String missing = missing(revision);
      return Optional.of(
          missing.isEmpty()
              ? "%s is not resolved".formatted(name)
              : "%s is not resolved, as nothing offers %s".formatted(name, missing));
    }
    boolean fragment = (revision.getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    boolean started = bundle.adapt(BundleStartLevel.class).isPersistentlyStarted();
    if (state == Bundle.RESOLVED && !fragment && started) {
      return Optional.of("%s doesn't start; the log says why".formatted(name));
    }
    if (state == Bundle.RESOLVED && !fragment && hasActivator(bundle)) {
      return Optional.of("%s is stopped".formatted(name));
    }
    return Optional.empty();
  }

  private static boolean hasActivator(Bundle bundle) {
    return bundle.getHeaders().get(Constants.BUNDLE_ACTIVATOR) != null
        || bundle.getHeaders().get("Service-Component") != null;
  }

  private String missing(BundleRevision revision) {
    FrameworkWiring framework =
        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
    return revision.getDeclaredRequirements(null).stream()
        .filter(BundleExamination::isMandatory)
        .filter(r -> framework.findProviders(r).isEmpty())
        .map(BundleExamination::text)
        .collect(Collectors.joining(", "));
  }

  private static boolean isMandatory(BundleRequirement requirement) {
    Map<String, String> directives = requirement.getDirectives();
    return !Namespace.RESOLUTION_OPTIONAL.equals(
            directives.get(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE))
        && Namespace.EFFECTIVE_RESOLVE.equals(
            directives.getOrDefault(
                Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE, Namespace.EFFECTIVE_RESOLVE));
  }

  private static String text(BundleRequirement requirement) {
    String filter =
        requirement.getDirectives().getOrDefault(Namespace.REQUIREMENT_FILTER_DIRECTIVE, "");
    return requirement.getNamespace().equals(PackageNamespace.PACKAGE_NAMESPACE)
        ? "package " + filter
        : requirement.getNamespace() + " " + filter;
  }
}
