package org.emova4j.llm.internal;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.chat.LanguageModel;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.unit.Codebook;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A language model service for each configuration of {@link #PID}. Registered by hand, so that its
 * properties are what others select by, and not all that it was configured with.
 */
@Component(
    configurationPid = RemoteModels.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE,
    service = {},
    immediate = true)
@Designate(ocd = RemoteModels.Config.class, factory = true)
public final class RemoteModels {
  static final String PID = "org.emova4j.llm";

  private static final Logger log = LoggerFactory.getLogger(RemoteModels.class);
  private static final String NO_CODEBOOK = "none";

  @ObjectClassDefinition(
      name = "emova4j language model",
      description = "A model on a server; as many as there are configurations")
  @interface Config {
    @AttributeDefinition(name = "Id", description = "What users call it")
    String id();

    @AttributeDefinition(
        name = "Back end",
        description = "The server's protocol",
        options = {
          @Option(value = "openai-chat"),
          @Option(value = "openai-completions"),
          @Option(value = "emova-worker")
        })
    String backend() default "openai-chat";

    @AttributeDefinition(
        name = "Address",
        description = "E.g. http://localhost:8000/v1, or a worker's or controller's address")
    String url();

    @AttributeDefinition(
        name = "Model",
        description = "Its name on the server; empty takes the only one that there is",
        required = false)
    String model() default "";

    @AttributeDefinition(
        name = "Codebook",
        description = "Of the units that it speaks; none for a model without speech")
    String codebook() default "emova-40ms-4096";

    @AttributeDefinition(
        name = "Codebook size",
        description = "How many units there are",
        min = "1",
        max = "2147483647")
    int codebook_size() default 4096;

    @AttributeDefinition(
        name = "Unit duration",
        description = "In milliseconds",
        min = "1",
        max = "2147483647")
    int codebook_unit_millis() default 40;

    @AttributeDefinition(name = "Vision", description = "Whether it reads images")
    boolean vision() default true;

    @AttributeDefinition(
        name = "Context",
        description = "Tokens of question and answer together that it was trained for",
        min = "128",
        max = "10000000")
    int context_tokens() default 8192;

    @AttributeDefinition(
        name = "Key variable",
        description = "Environment variable that holds the server's key; empty for none",
        required = false)
    String api_key_env() default "";

    @AttributeDefinition(
        name = "Connect",
        description = "Seconds until there is a connection",
        min = "0.001",
        max = "86400")
    double connect_seconds() default 10;

    @AttributeDefinition(
        name = "First token",
        description = "Seconds until an answer begins",
        min = "0.001",
        max = "86400")
    double first_token_seconds() default 120;

    @AttributeDefinition(
        name = "Idle",
        description = "Seconds between pieces of an answer",
        min = "0.001",
        max = "86400")
    double idle_seconds() default 60;

    @AttributeDefinition(
        name = "Total",
        description = "Seconds for all of an answer",
        min = "0.001",
        max = "86400")
    double total_seconds() default 600;

    @AttributeDefinition(
        name = "Retries",
        description = "How often a request is repeated that got no answer at all",
        min = "0",
        max = "10")
    int retries() default 2;

    @AttributeDefinition(
        name = "Proxy",
        description = "E.g. http://proxy:3128, or none; empty for HTTPS_PROXY and HTTP_PROXY",
        required = false)
    String proxy() default "";

    @AttributeDefinition(
        name = "Certificates",
        description = "PEM file of certificates to trust beside the system's",
        required = false)
    String trust() default "";

    @AttributeDefinition(
        name = "Vendor fields",
        description = "Whether fields beyond OpenAI's are sent (left out by itself if refused)")
    boolean vendor_fields() default true;

    @AttributeDefinition(
        name = "Units only",
        description = "How answers of units alone are enforced when text is to be spoken",
        options = {
          @Option(value = "none"),
          @Option(value = "guided-regex"),
          @Option(value = "structured-outputs"),
          @Option(value = "grammar")
        })
    String units_only() default "none";

    @AttributeDefinition(name = "Stop tokens", description = "Ids that end an answer")
    int[] stop_tokens() default {151645, 151643};

    @AttributeDefinition(
        name = "Probe",
        description = "Whether the server is asked what it can do before the first question")
    boolean probe() default true;

    @AttributeDefinition(name = "Ranking", description = "The highest is the default")
    int service_ranking() default 0;
  }

  private final Transport transport;
  private final ServiceRegistration<LanguageModel> registration;

  /**
   * @throws IllegalArgumentException if a value is wrong: names it
   * @throws IOException if the certificates can't be read
   */
  @Activate
  public RemoteModels(BundleContext context, Config config) throws IOException {
    RemoteSettings settings = settings(config);
    transport = new Transport(settings, System::getenv);
    LanguageModel model = new RemoteModel(settings, protocol(settings, transport));
    registration =
        context.registerService(
            LanguageModel.class,
            model,
            FrameworkUtil.asDictionary(properties(settings, config.service_ranking())));
    warnAboutBareKey(settings);
    if (settings.probe()) {
      Thread thread = new Thread(() -> probe(settings, model), "emova-llm-probe-" + settings.id());
      thread.setDaemon(true);
      thread.start();
    }
  }

  private static void probe(RemoteSettings settings, LanguageModel model) {
    try {
      model.capabilities();
    } catch (LanguageModelException e) {
      log.info("language model {} is not there yet: {}", settings.id(), e.getMessage());
    } catch (Exception e) {
      log.debug("probe of language model {}", settings.id(), e);
    }
  }

  private static void warnAboutBareKey(RemoteSettings settings) {
    String host = settings.url().getHost();
    boolean near = host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    if (settings.apiKeyVariable().isPresent()
        && settings.url().getScheme().equals("http")
        && !near) {
      log.warn("language model {}: the key goes to {} unencrypted", settings.id(), host);
    }
  }

  static Protocol protocol(RemoteSettings settings, Transport transport) {
    return switch (settings.backend()) {
      case OPENAI_CHAT, OPENAI_COMPLETIONS -> new OpenAiProtocol(settings, transport);
      case EMOVA_WORKER -> new WorkerProtocol(settings, transport);
    };
  }

  private static Map<String, Object> properties(RemoteSettings settings, int ranking) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ServiceProperties.ID, settings.id());
    properties.put(ServiceProperties.ARCHITECTURE, settings.backend().id());
    settings.codebook().ifPresent(c -> properties.put(ServiceProperties.CODEBOOK, c.id()));
    if (!settings.model().isEmpty()) {
      properties.put(ServiceProperties.MODEL, settings.model());
    }
    properties.put(Constants.SERVICE_RANKING, ranking);
    return properties;
  }

  static RemoteSettings settings(Config config) {
    return new RemoteSettings(
        required("id", config.id()),
        RemoteSettings.Backend.ofId(config.backend()),
        URI.create(required("url", config.url()).strip()),
        config.model().strip(),
        codebook(config),
        config.vision(),
        config.context_tokens(),
        Optional.of(config.api_key_env().strip()).filter(v -> !v.isEmpty()),
        new RemoteSettings.Patience(
            seconds(config.connect_seconds()),
            seconds(config.first_token_seconds()),
            seconds(config.idle_seconds()),
            seconds(config.total_seconds())),
        config.retries(),
        config.proxy().strip(),
        Optional.of(config.trust().strip()).filter(f -> !f.isEmpty()).map(Path::of),
        config.vendor_fields(),
        RemoteSettings.Constraint.ofId(config.units_only()),
        stopTokens(config),
        config.probe());
  }

  private static String required(String name, String value) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException("%s is not set".formatted(name));
    }
    return value;
  }

  private static Optional<Codebook> codebook(Config config) {
    String id = config.codebook().strip();
    return id.isEmpty() || id.equals(NO_CODEBOOK)
        ? Optional.empty()
        : Optional.of(
            new Codebook(
                id, config.codebook_size(), Duration.ofMillis(config.codebook_unit_millis())));
  }

  private static List<Integer> stopTokens(Config config) {
    return Arrays.stream(config.stop_tokens()).boxed().toList();
  }

  private static Duration seconds(double value) {
    return Duration.ofMillis(Math.round(value * 1000));
  }

  @Deactivate
  void close() {
    registration.unregister();
    transport.close();
  }
}
