package org.emova4j.gateway.internal;

import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.emova4j.gateway.internal.GatewaySettings.Limits;
import org.emova4j.gateway.internal.GatewaySettings.Load;
import org.emova4j.gateway.internal.api.Analysis;
import org.emova4j.gateway.internal.api.Sounds;
import org.emova4j.gateway.internal.guard.Admission;
import org.emova4j.gateway.internal.guard.Guard;
import org.emova4j.gateway.internal.guard.RateLimit;
import org.emova4j.gateway.internal.guard.Requests;
import org.emova4j.gateway.internal.http.ApiServlet;
import org.emova4j.gateway.internal.http.MemoryBudget;
import org.emova4j.gateway.internal.http.PageServlet;
import org.emova4j.gateway.internal.http.Server;
import org.emova4j.gateway.internal.http.SiteFilter;
import org.emova4j.gateway.internal.parts.SpeechServices;
import org.emova4j.gateway.internal.realtime.RealtimeServlet;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.servlet.whiteboard.HttpWhiteboardConstants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts all of it on the HTTP whiteboard, and takes it away when all requests have ended. */
@Component(
    service = {},
    immediate = true,
    configurationPid = Gateway.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Gateway.Config.class)
public final class Gateway {
  static final String PID = "org.emova4j.gateway";

  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
  private static final long MEGA = 1_000_000;
  private static final int BODIES_IN_MEMORY = 4; // longest ones, at the same time

  /** Settings. It is there only with a configuration: nothing listens unless it is told to. */
  @ObjectClassDefinition(name = "emova4j gateway")
  @interface Config {
    @AttributeDefinition(
        description =
            "What clients must know: at least 16 characters. Empty for nothing; then only loopback"
                + " addresses are answered",
        type = AttributeType.PASSWORD,
        required = false)
    String _token() default "";

    @AttributeDefinition(
        description = "Names, besides localhost and addresses, that clients may call the server by",
        required = false)
    String[] hosts() default {};

    @AttributeDefinition(
        description = "Longest body with files, in megabytes; it goes to disk",
        min = "1",
        max = "4096")
    int body_megabytes() default 64;

    @AttributeDefinition(
        description = "Longest JSON body, in megabytes; it stays in memory",
        min = "1",
        max = "256")
    int json_megabytes() default 24;

    @AttributeDefinition(description = "Longest recording, in seconds", min = "1", max = "14400")
    int audio_seconds() default 600;

    @AttributeDefinition(description = "Largest image, in megapixels", min = "1", max = "1000")
    int image_megapixels() default 40;

    @AttributeDefinition(description = "Longest text to be spoken", min = "1", max = "100000")
    int speech_characters() default 4096;

    @AttributeDefinition(
        description = "Seconds in which a body must have come",
        min = "1",
        max = "3600")
    int upload_seconds() default 60;

    @AttributeDefinition(
        description = "Requests that compute at the same time; 0 for one for each processor",
        min = "0",
        max = "256")
    int running() default 0;

    @AttributeDefinition(description = "Requests that wait", min = "0", max = "1000")
    int queue() default 64;

    @AttributeDefinition(description = "Of these, of one client", min = "0", max = "1000")
    int queue_per_client() default 32;

    @AttributeDefinition(
        description = "Requests of one client in a minute",
        min = "1",
        max = "1000000")
    int requests_per_minute() default 600;

    @AttributeDefinition(
        description = "Seconds that a stop waits for requests that are under way",
        min = "0",
        max = "3600")
    int stop_seconds() default 30;
  }

  private final Requests requests;
  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
  private final SpeechServices services;
  private final GatewaySettings settings;
  private final Path uploads;
  private final RealtimeServlet realtime;

  @Activate
  public Gateway(BundleContext context, Config config) throws IOException {
    settings = settings(config);
    requests = new Requests(settings.load().running() + settings.load().queuePerClient());
    services = new SpeechServices(context);
    uploads =
        Files.createTempDirectory("emova-uploads-%d-".formatted(ProcessHandle.current().pid()));
    Guard guard = new Guard(settings.token(), settings.hosts());
    Admission admission = new Admission(settings.load());
    RateLimit rates = new RateLimit(settings.load().perMinute(), System::nanoTime);
    Sounds sounds = new Sounds(services, settings.limits());
    Analysis analysis = new Analysis(services, sounds);
    Server server =
        new Server(
            settings.limits(),
            uploads,
            new MemoryBudget(settings.limits().jsonBytes() * BODIES_IN_MEMORY),
            admission);
    ApiServlet api =
        new ApiServlet(
            Routes.all(services, settings.limits(), sounds, analysis, requests, admission),
            server,
            guard,
            rates,
            requests);
    filter(context, new SiteFilter(guard), "/*");
    realtime = new RealtimeServlet(services, sounds, analysis, guard, rates, admission, requests);
    servlet(context, realtime, "/v1/realtime");
    servlet(context, api, "/v1/*", "/health", "/health/ready", "/metrics", "/openapi.json");
    servlet(context, new PageServlet(context.getBundle()::getEntry), "/*");
  }

  static GatewaySettings settings(Config config) {
    int running =
        config.running() == 0 ? Runtime.getRuntime().availableProcessors() : config.running();
    return new GatewaySettings(
        Optional.of(config._token().strip()).filter(t -> !t.isEmpty()),
        Arrays.stream(config.hosts()).map(String::strip).filter(h -> !h.isEmpty()).toList(),
        new Limits(
            config.body_megabytes() * MEGA,
            config.json_megabytes() * MEGA,
            Duration.ofSeconds(config.audio_seconds()),
            config.image_megapixels() * MEGA,
            config.speech_characters(),
            Duration.ofSeconds(config.upload_seconds())),
        new Load(
            running,
            config.queue(),
            config.queue_per_client(),
            config.requests_per_minute(),
            Duration.ofSeconds(config.stop_seconds())));
  }

  private void servlet(BundleContext context, Servlet servlet, String... patterns) {
    registrations.add(
        context.registerService(
            Servlet.class,
            servlet,
            FrameworkUtil.asDictionary(
                Map.of(
                    HttpWhiteboardConstants.HTTP_WHITEBOARD_SERVLET_NAME,
                    PID + "." + servlet.getClass().getSimpleName(),
                    HttpWhiteboardConstants.HTTP_WHITEBOARD_SERVLET_PATTERN,
                    patterns))));
  }

  private void filter(BundleContext context, Filter filter, String pattern) {
    registrations.add(
        context.registerService(
            Filter.class,
            filter,
            FrameworkUtil.asDictionary(
                Map.of(HttpWhiteboardConstants.HTTP_WHITEBOARD_FILTER_PATTERN, pattern))));
  }

  @Deactivate
  void deactivate() throws IOException {
    if (!requests.stop(settings.load().stop())) {
      LOG.warn(
          "{} requests have not ended within {} s and are broken off",
          requests.running(),
          settings.load().stop().toSeconds());
    }
    realtime.close();
    registrations.forEach(ServiceRegistration::unregister);
    services.close();
    try (Stream<Path> left = Files.list(uploads)) {
      for (Path file : left.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(uploads);
  }
}
