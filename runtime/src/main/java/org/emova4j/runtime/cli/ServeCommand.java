package org.emova4j.runtime.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Settings;
import org.emova4j.runtime.Slice;
import org.jline.utils.Signals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** All services over HTTP, until somebody stops it. */
@Command(
    name = "serve",
    description = "Speech over HTTP as OpenAI's clients know it, and a page to talk to.",
    footer = {
      "",
      "Examples:",
      "  emova serve",
      "  emova serve --port 8091 --llm http://localhost:8000/v1 --model emova-7b",
      "  EMOVA_TOKEN=$(openssl rand -hex 24) emova serve --host 0.0.0.0 --name speech.example.org",
      "",
      "Prints the address, and the token that clients send as \"Authorization: Bearer TOKEN\". The",
      "token is that of the variable EMOVA_TOKEN, or a new one. Bundles put into the deploy folder",
      "start. Ctrl-C, or SIGTERM, lets what runs end first; a second one stops at once.",
      "Limits: \"org.emova4j.gateway\" in conf/*.json.",
    })
final class ServeCommand extends Subcommand {
  private static final String GATEWAY_PID = "org.emova4j.gateway";
  private static final String HTTP_PID = "org.apache.felix.http";
  private static final String TOKEN_VARIABLE = "EMOVA_TOKEN";
  private static final int LEAST_TOKEN = 16;
  private static final int TOKEN_BYTES = 24;
  private static final int MAX_THREADS = 200;
  private static final int IDLE_MILLIS = 60_000;
  private static final int START_SECONDS = 60;
  private static final int POLL_MILLIS = 50;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "Address to listen at (default: ${DEFAULT-VALUE}).",
      defaultValue = "127.0.0.1")
  String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port to listen at, or 0 for any that is free (default: ${DEFAULT-VALUE}).",
      defaultValue = "8090")
  int port;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name that clients call this server by; may be given several times.")
  List<String> names = List.of();

  @Option(names = "--no-token", description = "Whoever can reach the loopback address may ask.")
  boolean open;

  @Mixin LlmOptions llm = new LlmOptions();

  ServeCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws Exception {
    InetAddress address = address();
    Optional<String> token = token(address);
    int chosen = freePort(address);
    Settings settings = settings(token, address, chosen);
    CountDownLatch stop = new CountDownLatch(1);
    Runnable first = stop::countDown;
    Object interrupt = Signals.register("INT", () -> stopOrExit(stop, first));
    Object terminate = Signals.register("TERM", () -> stopOrExit(stop, first));
    try (Services services = environment.open(Slice.SERVE, settings)) {
      URI base = base(address, chosen);
      if (!awaitAnswer(base, stop)) {
        throw new FailedException(
            "the server does not answer at %s after %d s; --verbose says more"
                .formatted(base, START_SECONDS));
      }
      announce(base, token);
      if (services.all(SpeechConverter.class).isEmpty()) {
        console().err().println("nothing can be converted for now; \"emova doctor\" says why");
      }
      stop.await();
      console().err().println("stopping; what runs ends first, Ctrl-C again to stop at once");
    } finally {
      Signals.unregister("INT", interrupt);
      Signals.unregister("TERM", terminate);
    }
    return 0;
  }

  /** The first signal asks, the second one insists. */
  private static void stopOrExit(CountDownLatch stop, Runnable first) {
    if (stop.getCount() == 0) {
      Runtime.getRuntime().halt(130);
    }
    first.run();
  }

  private InetAddress address() {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new UsageException("--host \"%s\" is no address".formatted(host), e);
    }
  }

  private Optional<String> token(InetAddress address) {
    Optional<String> given =
        Optional.ofNullable(System.getenv(TOKEN_VARIABLE))
            .map(String::strip)
            .filter(t -> !t.isEmpty());
    if (given.filter(t -> t.length() < LEAST_TOKEN).isPresent()) {
      throw new UsageException(
          "%s has %d characters, must have at least %d"
              .formatted(TOKEN_VARIABLE, given.get().length(), LEAST_TOKEN));
    }
    if (open) {
      if (!address.isLoopbackAddress()) {
        throw new UsageException(
            "--no-token is for loopback addresses alone, and %s is none".formatted(host));
      }
      return Optional.empty();
    }
    return given.or(() -> Optional.of(newToken()));
  }

  private static String newToken() {
    byte[] random = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /** Finds out early, and in a sentence, whether there is somebody else. */
  private int freePort(InetAddress address) throws FailedException {
    if (port < 0 || port > 65_535) {
      throw new UsageException("--port %d is outside 0..65535".formatted(port));
    }
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(address, port));
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new FailedException(
          "can't listen at port %d of %s: %s; choose another with --port"
              .formatted(port, host, e.getMessage()));
    }
  }

  private Settings settings(Optional<String> token, InetAddress address, int chosen) {
    Settings settings = llm.in(common.settings().withDeployFolder(true), false);
    Map<String, Map<String, Object>> all = new LinkedHashMap<>(settings.configurations());
    Map<String, Object> gateway = new LinkedHashMap<>();
    gateway.put(".token", token.orElse(""));
    if (!names.isEmpty()) {
      gateway.put("hosts", names.toArray(String[]::new));
    }
    all.put(GATEWAY_PID, gateway);
    all.put(
        HTTP_PID,
        Map.of(
            "org.apache.felix.http.host",
            address.getHostAddress(),
            "org.osgi.service.http.port",
            chosen,
            "org.apache.felix.http.timeout",
            IDLE_MILLIS,
            "org.apache.felix.http.jetty.threadpool.max",
            MAX_THREADS,
            "org.apache.felix.http.jetty.sendServerHeader",
            false,
            "org.apache.felix.jetty.websocket.enable",
            true));
    return settings.with(all);
  }

  /** Somewhere that this machine can ask itself at. */
  private static URI base(InetAddress address, int port) {
    String shown =
        address.isAnyLocalAddress()
            ? "127.0.0.1"
            : address.getHostAddress().contains(":")
                ? "[" + address.getHostAddress() + "]"
                : address.getHostAddress();
    return URI.create("http://%s:%d/".formatted(shown, port));
  }

  private static boolean awaitAnswer(URI base, CountDownLatch stop) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (System.nanoTime() < deadline) {
      if (answers(base)) {
        return true;
      }
      if (stop.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        return true; // it will stop at once
      }
    }
    return false;
  }

  private static boolean answers(URI base) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) base.resolve("/health").toURL().openConnection();
      connection.setConnectTimeout(1_000);
      connection.setReadTimeout(5_000);
      try {
        return connection.getResponseCode() == 200;
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return false; // not yet
    }
  }

  private void announce(URI base, Optional<String> token) throws IOException {
    PrintStream out = console().out();
    out.println(base);
    token.ifPresent(t -> out.println("token " + t));
    Console.requireWritten(out);
    console()
        .err()
        .println(
            "open %s%s in a browser; Ctrl-C stops"
                .formatted(base, token.map("#token="::concat).orElse("")));
  }
}
