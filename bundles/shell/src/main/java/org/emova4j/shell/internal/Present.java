package org.emova4j.shell.internal;

/** Services that come and go. */
final class Present {
  private Present() {}

  /**
   * The service, once its field was read into the argument.
   *
   * @param service null while there is none
   * @throws IllegalStateException if there is none; says what is missing
   */
  static <S> S require(S service, String kind) {
    if (service == null) {
      throw new IllegalStateException(
          "there is no %s at the moment; \"parts\" lists what is there".formatted(kind));
    }
    return service;
  }
}
