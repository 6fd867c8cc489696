package org.emova4j.security;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.hooks.resolver.ResolverHook;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets only bundles resolve, and so start, that somebody trusted has signed: a resolver hook, to be
 * registered before the first bundle is installed. It judges what the framework (Felix) has stored,
 * so that a file that is replaced after the check changes nothing.
 */
public final class SignedBundles implements ResolverHookFactory {
  private static final Logger log = LoggerFactory.getLogger(SignedBundles.class);
  private static final String REFERENCE = "reference:";

  private final Path storage;
  private final TrustStore trust;
  private final Map<String, Optional<String>> verdicts = new ConcurrentHashMap<>();
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  /**
   * @param storage the framework's {@code org.osgi.framework.storage}
   */
  public SignedBundles(Path storage, TrustStore trust) {
    this.storage = storage;
    this.trust = trust;
  }

  /** Why a bundle, as it is now, must not start; empty if it may. */
  public Optional<String> problem(Bundle bundle) {
    // An update gets another time.
    return verdicts.computeIfAbsent(
        bundle.getBundleId() + "@" + bundle.getLastModified(), key -> judge(bundle));
  }

  private Optional<String> judge(Bundle bundle) {
    try {
      SignedJar.verify(content(bundle), trust);
      return Optional.empty();
    } catch (UntrustedException | IOException e) {
      return Optional.of(
          "bundle %s from %s is not started: %s (%s=true)"
              .formatted(
                  bundle.getSymbolicName(),
                  bundle.getLocation(),
                  e.getMessage(),
                  TrustStore.SIGNED_PROPERTY));
    }
  }

  /** The newest revision that Felix has copied, or the file that it reads where it lies. */
  private Path content(Bundle bundle) throws IOException {
    Path folder = storage.resolve("bundle" + bundle.getBundleId());
    if (Files.isDirectory(folder)) {
      try (Stream<Path> revisions = Files.list(folder)) {
        Optional<Path> copy =
            revisions
                .filter(r -> r.getFileName().toString().matches("version\\d+\\.\\d+"))
                .max(Comparator.comparing(SignedBundles::number))
                .map(r -> r.resolve("bundle.jar"))
                .filter(Files::isRegularFile);
        if (copy.isPresent()) {
          return copy.get();
        }
      }
    }
    String location = bundle.getLocation();
    if (location.startsWith(REFERENCE + "file:")) {
      return Path.of(URI.create(location.substring(REFERENCE.length())));
    }
    throw new IOException("its content is no jar");
  }

  /** Of refreshes and updates, which {@code versionR.U} counts. */
  private static long number(Path revision) {
    String[] parts =
        revision.getFileName().toString().substring("version".length()).split("\\.", -1);
    return Long.parseLong(parts[0]) << 32 | Long.parseLong(parts[1]);
  }

  private boolean mayResolve(Bundle bundle) {
    if (bundle.getBundleId() == Constants.SYSTEM_BUNDLE_ID) {
      return true;
    }
    Optional<String> problem = problem(bundle);
    problem.filter(told::add).ifPresent(p -> log.warn("{}", p));
    return problem.isEmpty();
  }

  @Override
  public ResolverHook begin(Collection<BundleRevision> triggers) {
    return new ResolverHook() {
      @Override
      public void filterResolvable(Collection<BundleRevision> candidates) {
        candidates.removeIf(revision -> !mayResolve(revision.getBundle()));
      }

      @Override
      public void filterSingletonCollisions(
          BundleCapability singleton, Collection<BundleCapability> candidates) {
        // Nothing to add to the framework's own rules.
      }

      @Override
      public void filterMatches(
          BundleRequirement requirement, Collection<BundleCapability> candidates) {
        // Who may resolve may be used.
      }

      @Override
      public void end() {
        // Verdicts are kept for the next time.
      }
    };
  }
}
