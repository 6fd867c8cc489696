package org.emova4j.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.speech.ModelUnavailableException;

/** Services of a running slice, as commands see them. Confined to one thread. */
public interface Services extends AutoCloseable {
  /** Ends the message about a service that is missing for no known reason. */
  String DOCTOR_HINT = "; \"emova doctor\" says what else is missing";

  /** All services of a type that are there now, best-ranked first. */
  <S> List<Offer<S>> all(Class<S> type);

  /**
   * The best-ranked service of a type whose properties have these values.
   *
   * @param wanted property names and values; empty for any
   * @throws ModelUnavailableException if there is none, with the reason as far as it is known
   */
  <S> Offer<S> require(Class<S> type, Map<String, String> wanted) throws ModelUnavailableException;

  /** The best-ranked service of a type. */
  default <S> S require(Class<S> type) throws ModelUnavailableException {
    return require(type, Map.of()).service();
  }

  /** The service of a type with this id, or the best-ranked one. */
  default <S> S require(Class<S> type, Optional<String> id) throws ModelUnavailableException {
    return require(type, id.map(i -> Map.of(ServiceProperties.ID, i)).orElse(Map.of())).service();
  }

  /** What is installed. */
  List<BundleFacts> bundles();

  /** The jar of the bundle that offers a service; empty if it lies in no file. */
  default Optional<Path> bundleFile(Offer<?> offer) {
    return Optional.empty();
  }

  /** What the engine says of itself; empty if it is not part of the slice. */
  Optional<EngineFacts> engine();

  /**
   * Measures how fast the engine multiplies matrices, which takes about a second.
   *
   * @return floating-point operations a second
   * @throws ModelUnavailableException if the engine can't run
   */
  double measureMatrixMultiply() throws ModelUnavailableException;

  /** Waits until the framework is stopped from inside, e.g. by the shell's {@code exit}. */
  void awaitStop() throws InterruptedException;

  /** Stops the framework. */
  @Override
  void close();

  /**
   * One bundle.
   *
   * @param state e.g. {@code ACTIVE}
   * @param bytes size of its jar
   * @param fragment whether it is part of another bundle, and so is never started itself
   */
  record BundleFacts(String name, String version, String state, long bytes, boolean fragment) {
    /** Whether it runs, or is resolved if it is a fragment. */
    public boolean isUp() {
      return state.equals(fragment ? "RESOLVED" : "ACTIVE");
    }
  }

  /**
   * @param problem why it can't run; empty if it can
   * @param version of libtorch
   * @param nativesFolder where libtorch is looked for
   * @param platform e.g. {@code linux-x86_64}
   * @param threads that one operator may use
   */
  record EngineFacts(
      Optional<String> problem,
      String version,
      Optional<Path> nativesFolder,
      String platform,
      int threads) {}
}
