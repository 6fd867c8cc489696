package org.emova4j.gateway.internal.parts;

import java.util.Optional;
import java.util.stream.Stream;
import org.emova4j.api.ServiceProperties;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/**
 * A service and what it says of itself.
 *
 * @param reference to ask for more
 * @param service itself
 */
public record Offer<S>(ServiceReference<S> reference, S service) {
  private static final String UNNAMED = "(unnamed)";

  public String id() {
    return property(ServiceProperties.ID).orElse(UNNAMED);
  }

  /** Whether this is its id or its model. */
  public boolean isCalled(String name) {
    return Stream.of(ServiceProperties.ID, ServiceProperties.MODEL)
        .anyMatch(key -> property(key).filter(name::equals).isPresent());
  }

  /** A property as text; several values are joined by {@code +}. */
  public Optional<String> property(String key) {
    Object value = reference.getProperty(key);
    if (value instanceof Object[] several) {
      return Optional.of(String.join("+", Stream.of(several).map(String::valueOf).toList()));
    }
    return Optional.ofNullable(value).map(Object::toString);
  }

  public int ranking() {
    return reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer ranking
        ? ranking
        : 0;
  }

  /** Symbolic name of the bundle that it comes from. */
  public String bundle() {
    return reference.getBundle() == null ? "" : reference.getBundle().getSymbolicName();
  }
}
