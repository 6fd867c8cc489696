package org.emova4j.gateway.internal.http;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** A request can't be done; what its client is told is an OpenAI error object. */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final String INVALID_REQUEST = "invalid_request_error";
  private static final String PERMISSION = "permission_error";
  private static final String RATE_LIMIT = "rate_limit_error";
  private static final String SERVER = "server_error";

  private final int status;
  private final String type;
  private final String code;
  private final transient Optional<String> param;
  private final transient OptionalInt retryAfterSeconds;

  private ApiException(
      int status,
      String type,
      String code,
      Optional<String> param,
      OptionalInt retryAfterSeconds,
      String message,
      Throwable cause) {
    super(requireNonNull(message, "message"), cause);
    this.status = status;
    this.type = type;
    this.code = code;
    this.param = param;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  private static ApiException of(int status, String type, String code, String message) {
    return new ApiException(
        status, type, code, Optional.empty(), OptionalInt.empty(), message, null);
  }

  /** The client must send something else. */
  public static ApiException refused(int status, String code, String message) {
    return of(status, INVALID_REQUEST, code, message);
  }

  /** A field has no value that can be taken. */
  public static ApiException invalid(String param, String message) {
    return of(400, INVALID_REQUEST, "invalid_value", message).about(param);
  }

  /** A misspelt field must not be passed over. */
  public static ApiException unknownField(String field, Set<String> known) {
    String message =
        "unknown field \"%s\"; known: %s".formatted(field, String.join(", ", new TreeSet<>(known)));
    return of(400, INVALID_REQUEST, "unknown_field", message).about(field);
  }

  public static ApiException missing(String param) {
    return of(400, INVALID_REQUEST, "missing_field", "%s is missing".formatted(param)).about(param);
  }

  public static ApiException unauthenticated(String message) {
    return of(401, "authentication_error", "invalid_token", message);
  }

  public static ApiException forbidden(int status, String code, String message) {
    return of(status, PERMISSION, code, message);
  }

  /**
   * Too much at the moment.
   *
   * @param seconds after which it is worth trying again
   */
  public static ApiException later(String code, int seconds, String message) {
    return new ApiException(
        429, RATE_LIMIT, code, Optional.empty(), OptionalInt.of(seconds), message, null);
  }

  /** The server can't, whatever the client sends. */
  public static ApiException failed(int status, String code, String message, Throwable cause) {
    return new ApiException(
        status, SERVER, code, Optional.empty(), OptionalInt.empty(), message, cause);
  }

  /** There is no such part, for now. */
  public static ApiException unavailable(String code, String message) {
    return of(503, SERVER, code, message);
  }

  /** The same, of a field. */
  public ApiException about(String field) {
    return new ApiException(
        status, type, code, Optional.of(field), retryAfterSeconds, getMessage(), getCause());
  }

  public int status() {
    return status;
  }

  public OptionalInt retryAfterSeconds() {
    return retryAfterSeconds;
  }

  /** As OpenAI's clients read it. */
  public Map<String, Object> toJson() {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("message", getMessage());
    error.put("type", type);
    error.put("param", param.orElse(null));
    error.put("code", code);
    return Map.of("error", error);
  }
}
