package org.emova4j.gateway.internal.http;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.emova4j.gateway.internal.guard.Guard;
import org.emova4j.gateway.internal.guard.RateLimit;
import org.emova4j.gateway.internal.guard.Requests;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the route of a request, and makes an error object of whatever goes wrong. */
public final class ApiServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  // Of nginx's making, for metrics alone: there is nobody who would see it.
  private static final int CLIENT_GONE = 499;
  private static final Logger LOG = LoggerFactory.getLogger(ApiServlet.class);

  private final transient List<Route> routes;
  private final transient Server server;
  private final transient Guard guard;
  private final transient RateLimit rates;
  private final transient Requests requests;

  public ApiServlet(
      List<Route> routes, Server server, Guard guard, RateLimit rates, Requests requests) {
    this.routes = List.copyOf(routes);
    this.server = server;
    this.guard = guard;
    this.rates = rates;
    this.requests = requests;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("Cache-Control", "no-store");
    Exchange exchange = new Exchange(request, response, server, request.getRemoteAddr());
    Requests.Running running;
    try {
      running = requests.begin(exchange.client());
    } catch (ApiException e) { // the server stops, or the client has its share
      fail(exchange, e);
      return;
    }
    try (running;
        exchange) {
      running.ends(status(request, response, exchange, running));
    }
  }

  private int status(
      HttpServletRequest request,
      HttpServletResponse response,
      Exchange exchange,
      Requests.Running running)
      throws IOException {
    try {
      answer(request, exchange, running);
      return response.getStatus();
    } catch (ClientGoneException e) {
      LOG.debug("{} is not read to its end", request.getRequestURI(), e);
      return CLIENT_GONE;
    }
  }

  @SuppressWarnings("CatchingUnchecked") // the edge: whatever it was, it ends as an error object
  private void answer(HttpServletRequest request, Exchange exchange, Requests.Running running)
      throws IOException {
    try {
      Route route = route(request);
      running.of(route.path());
      if (!route.open()) {
        guard.requireToken(Optional.ofNullable(request.getHeader("Authorization")));
        rates.take(exchange.client());
      }
      route.handler().handle(exchange);
    } catch (ClientGoneException e) {
      throw e;
    } catch (Exception | OutOfMemoryError | StackOverflowError | LinkageError e) {
      fail(exchange, Failures.of(e));
    }
  }

  private static void fail(Exchange exchange, ApiException failure) throws IOException {
    LOG.debug("{}: {}", failure.status(), failure.getMessage(), failure);
    exchange.fail(failure);
  }

  private Route route(HttpServletRequest request) {
    String path = request.getRequestURI();
    List<Route> known = routes.stream().filter(r -> r.path().equals(path)).toList();
    if (known.isEmpty()) {
      throw ApiException.refused(
          404, "unknown_path", "there is nothing at this path; /openapi.json says what there is");
    }
    return known.stream()
        .filter(r -> r.method().equals(request.getMethod()))
        .findFirst()
        .orElseThrow(
            () ->
                ApiException.refused(
                    405,
                    "wrong_method",
                    "this path knows %s"
                        .formatted(
                            known.stream().map(Route::method).collect(Collectors.joining(", ")))));
  }
}
