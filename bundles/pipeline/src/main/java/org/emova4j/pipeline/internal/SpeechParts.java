package org.emova4j.pipeline.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.health.Problem;
import org.emova4j.api.health.Subjects;
import org.emova4j.api.speech.ConversionRequest.Parts;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.PartChoice;
import org.emova4j.api.speech.SpeechModifier;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.ProsodyAnalyzer;
import org.emova4j.api.style.StyleModule;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All parts that are there, and which of them are taken. It outlives them all, and no change of its
 * configuration makes another of it: whoever waits for a part waits here.
 *
 * <p>Safe for concurrent use.
 */
@Component(
    service = {SpeechParts.class, PartChoice.class},
    configurationPid = SpeechParts.PID,
    immediate = true)
@Designate(ocd = SpeechParts.Config.class)
public final class SpeechParts implements PartChoice {
  static final String PID = "org.emova4j.pipeline";

  private static final Logger LOG = LoggerFactory.getLogger(SpeechParts.class);
  private static final Duration CONFIGURATION_PATIENCE = Duration.ofSeconds(10);

  /** For tools that show configurations; {@link PipelineSettings} reads and checks them. */
  @ObjectClassDefinition(name = "emova4j pipeline")
  @interface Config {
    @AttributeDefinition(
        name = "Swap patience",
        description = "Seconds that a call waits for the successor of a part that went away",
        min = "0",
        max = "3600")
    int swap_patience_seconds() default 30;

    @AttributeDefinition(
        description = "Id or model of the tokenizer to use; empty for the best-ranked",
        required = false)
    String tokenizer() default "";

    @AttributeDefinition(
        description = "Id or model of the style module to use; empty for the best-ranked",
        required = false)
    String style() default "";

    @AttributeDefinition(
        description = "Id or model of the vocoder to use; empty for the best-ranked",
        required = false)
    String vocoder() default "";
  }

  private final Swaps swaps;
  private final PartRegistry<SpeechTokenizer> tokenizers;
  private final PartRegistry<ProsodyAnalyzer> analyzers;
  private final PartRegistry<StyleModule> styles;
  private final PartRegistry<Vocoder> vocoders;
  private final PartRegistry<SpeechModifier> modifiers;
  private final Optional<Readiness> readiness;
  private final Map<ServiceReference<?>, Problem> broken = new ConcurrentHashMap<>();
  private volatile Optional<String> refused = Optional.empty();

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
  private volatile ConfigurationAdmin configurations;

  /** For the framework. */
  @Activate
  public SpeechParts(BundleContext context, Map<String, Object> properties) {
    this(PipelineSettings.DEFAULT, Optional.of(context));
    configure(properties, true);
  }

  SpeechParts(Duration patience) {
    this(new PipelineSettings(patience, Parts.ANY), Optional.empty());
  }

  private SpeechParts(PipelineSettings settings, Optional<BundleContext> context) {
    swaps = new Swaps(settings.patience());
    tokenizers = new PartRegistry<>("tokenizer", swaps, SpeechParts::facts);
    analyzers = new PartRegistry<>("prosody analyzer", swaps, a -> Map.of());
    styles =
        new PartRegistry<>(
            "style module", swaps, s -> Map.of(ServiceProperties.STYLE_SPACE, s.styleSpace()));
    vocoders = new PartRegistry<>("vocoder", swaps, SpeechParts::facts);
    modifiers =
        new PartRegistry<>(
            "speech modifier", swaps, m -> Map.of(ServiceProperties.STYLE_SPACE, m.styleSpace()));
    readiness = context.map(c -> new Readiness(c, this));
  }

  private static Map<String, String> facts(SpeechTokenizer tokenizer) {
    return Map.of(ServiceProperties.CODEBOOK, tokenizer.codebook().id());
  }

  private static Map<String, String> facts(Vocoder vocoder) {
    return Map.of(
        ServiceProperties.CODEBOOK,
        vocoder.codebook().id(),
        ServiceProperties.STYLE_SPACE,
        vocoder.styleSpace());
  }

  @Modified
  void modified(Map<String, Object> properties) {
    configure(properties, false);
  }

  @Deactivate
  void deactivate() {
    readiness.ifPresent(Readiness::close);
  }

  /** A wrong value changes nothing. */
  void configure(Map<String, ?> properties, boolean atStart) {
    try {
      PipelineSettings settings = PipelineSettings.of(properties);
      swaps.setPatience(settings.patience());
      choose(settings.choice(), atStart);
      refused = Optional.empty();
    } catch (IllegalArgumentException e) {
      refused = Optional.of("%s: %s".formatted(PID, e.getMessage()));
      LOG.error("The configuration {} is refused: {}", PID, e.getMessage());
    }
    changed();
  }

  private void choose(Parts choice, boolean atStart) {
    synchronized (swaps) {
      choose(PipelineSettings.TOKENIZER, tokenizers, choice.tokenizer(), atStart);
      choose(PipelineSettings.STYLE, styles, choice.style(), atStart);
      choose(PipelineSettings.VOCODER, vocoders, choice.vocoder(), atStart);
    }
  }

  private static void choose(
      String key, PartRegistry<?> registry, Optional<String> name, boolean atStart) {
    Optional<String> before = registry.choice();
    // At start nothing is there yet, and nothing was chosen that could stay.
    if (!registry.choose(name, atStart)) {
      LOG.error("The configuration {} is refused: {}", PID, refused(key, name.get(), registry));
    } else if (!before.equals(name)) {
      LOG.info("{} in use from now on: {}", key, name.orElse("the best-ranked"));
    }
  }

  private static String refused(String key, String name, PartRegistry<?> registry) {
    return "%s is \"%s\", which is not there; there are: %s; in use: %s"
        .formatted(key, name, registry.ids(), registry.choice().orElse("the best-ranked"));
  }

  private void changed() {
    readiness.ifPresent(Readiness::changed);
  }

  Swaps swaps() {
    return swaps;
  }

  PartRegistry<SpeechTokenizer> tokenizers() {
    return tokenizers;
  }

  PartRegistry<ProsodyAnalyzer> analyzers() {
    return analyzers;
  }

  PartRegistry<StyleModule> styles() {
    return styles;
  }

  PartRegistry<Vocoder> vocoders() {
    return vocoders;
  }

  PartRegistry<SpeechModifier> modifiers() {
    return modifiers;
  }

  /**
   * Parts that fit together, so that a misfit is found before the work and not after it. Waits for
   * what has just gone.
   *
   * @param asked ids or models; what isn't named is what the configuration chooses, or the best
   *     that fits
   * @param begun what to keep of, as far as it is still there
   * @throws ModelUnavailableException if a part is missing, or two don't fit; names both
   */
  Assembly assemble(Parts asked, Optional<Assembly> begun) throws ModelUnavailableException {
    long deadline = swaps.deadline();
    synchronized (swaps) {
      while (true) {
        Optional<Assembly> found =
            begun.flatMap(b -> continued(asked, b)).or(() -> assembled(asked, false));
        if (found.isPresent()) {
          return found.get();
        }
        boolean mayBecomeWhole = assembled(asked, true).isPresent();
        if (!mayBecomeWhole || !swaps.await(deadline, "tokenizer, style module or vocoder")) {
          throw absence(asked);
        }
      }
    }
  }

  /** What isn't named is what is chosen; if that doesn't fit what is named, the best that does. */
  private Optional<Assembly> assembled(Parts asked, boolean withLost) {
    Optional<Assembly> found = chosen(asked, withLost).best();
    return found.isPresent() || asked.equals(Parts.ANY)
        ? found
        : new Assembly.Candidates(
                tokenizers.all(asked.tokenizer(), withLost),
                styles.all(asked.style(), withLost),
                vocoders.all(asked.vocoder(), withLost))
            .best();
  }

  private Assembly.Candidates chosen(Parts asked, boolean withLost) {
    return new Assembly.Candidates(
        tokenizers.candidates(asked.tokenizer(), withLost),
        styles.candidates(asked.style(), withLost),
        vocoders.candidates(asked.vocoder(), withLost));
  }

  private Optional<Assembly> continued(Parts asked, Assembly begun) {
    return new Assembly.Candidates(
            kept(tokenizers, begun.tokenizer(), asked.tokenizer()),
            kept(styles, begun.style(), asked.style()),
            kept(vocoders, begun.vocoder(), asked.vocoder()))
        .best();
  }

  private static <T> List<Part<T>> kept(
      PartRegistry<T> registry, Part<T> begun, Optional<String> name) {
    return registry.holds(begun) ? List.of(begun) : registry.candidates(name, false);
  }

  private ModelUnavailableException absence(Parts asked) {
    Assembly.Candidates candidates = chosen(asked, false);
    if (candidates.tokenizers().isEmpty()) {
      return tokenizers.absence(asked.tokenizer(), Map.of());
    }
    if (candidates.styles().isEmpty()) {
      return styles.absence(asked.style(), Map.of());
    }
    if (candidates.vocoders().isEmpty()) {
      return vocoders.absence(asked.vocoder(), Map.of());
    }
    return new ModelUnavailableException(candidates.misfit());
  }

  /** Why a request that names no part can't be done now, without waiting; empty if it can. */
  Optional<String> incompleteness() {
    synchronized (swaps) {
      return assembled(Parts.ANY, false).isPresent()
          ? Optional.empty()
          : Optional.of(absence(Parts.ANY).getMessage());
    }
  }

  /** What this sees that others can't. */
  List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    refused.ifPresent(text -> problems.add(new Problem(Subjects.CONFIGURATION, text)));
    synchronized (swaps) {
      refusal(PipelineSettings.TOKENIZER, tokenizers).ifPresent(problems::add);
      refusal(PipelineSettings.STYLE, styles).ifPresent(problems::add);
      refusal(PipelineSettings.VOCODER, vocoders).ifPresent(problems::add);
      problems.addAll(broken.values());
      String codebook = ServiceProperties.CODEBOOK;
      String space = ServiceProperties.STYLE_SPACE;
      for (Part<?> p : strangers(tokenizers, vocoders, codebook)) {
        problems.add(stranger(Subjects.TOKENIZER, p, "writes", codebook, "no vocoder reads"));
      }
      for (Part<?> p : strangers(styles, vocoders, space)) {
        problems.add(stranger(Subjects.STYLE, p, "writes", space, "no vocoder reads"));
      }
      for (Part<?> p : strangers(vocoders, tokenizers, codebook)) {
        problems.add(stranger(Subjects.VOCODER, p, "reads", codebook, "no tokenizer writes"));
      }
      for (Part<?> p : strangers(vocoders, styles, space)) {
        problems.add(stranger(Subjects.VOCODER, p, "reads", space, "no style module writes"));
      }
    }
    return problems;
  }

  private static Optional<Problem> refusal(String key, PartRegistry<?> registry) {
    return registry
        .refusedChoice()
        .map(
            name ->
                new Problem(
                    Subjects.CONFIGURATION, "%s: %s".formatted(PID, refused(key, name, registry))));
  }

  /** Parts that none of the others fits, if there are others. */
  private static <T, U> List<Part<T>> strangers(
      PartRegistry<T> parts, PartRegistry<U> others, String fact) {
    List<String> known =
        others.all(Optional.empty(), true).stream().map(p -> p.facts().get(fact)).toList();
    return parts.all(Optional.empty(), false).stream()
        .filter(p -> !known.isEmpty() && !known.contains(p.facts().get(fact)))
        .toList();
  }

  private static Problem stranger(
      String subject, Part<?> part, String verb, String fact, String lack) {
    return new Problem(
        subject,
        "%s %s %s %s, which %s"
            .formatted(
                part.id(),
                verb,
                fact.equals(ServiceProperties.CODEBOOK) ? "codebook" : "style space",
                part.facts().get(fact),
                lack));
  }

  @Override
  public Parts inUse() {
    synchronized (swaps) {
      return new Parts(tokenizers.choice(), styles.choice(), vocoders.choice());
    }
  }

  @Override
  public Parts taken(Parts asked) throws ModelUnavailableException {
    return assemble(asked, Optional.empty()).ids();
  }

  @Override
  public void use(Parts parts) throws ModelUnavailableException, IOException {
    check(parts);
    ConfigurationAdmin admin = configurations;
    if (admin == null) {
      throw new IOException("there is no ConfigAdmin, which keeps the choice");
    }
    Configuration configuration = admin.getConfiguration(PID, "?");
    Map<String, Object> properties = new HashMap<>();
    Optional.ofNullable(configuration.getProperties())
        .ifPresent(known -> properties.putAll(FrameworkUtil.asMap(known)));
    put(properties, PipelineSettings.TOKENIZER, parts.tokenizer());
    put(properties, PipelineSettings.STYLE, parts.style());
    put(properties, PipelineSettings.VOCODER, parts.vocoder());
    configuration.update(FrameworkUtil.asDictionary(properties));
    awaitInUse(parts);
  }

  private void check(Parts parts) throws ModelUnavailableException {
    synchronized (swaps) {
      requireThere(tokenizers, parts.tokenizer());
      requireThere(styles, parts.style());
      requireThere(vocoders, parts.vocoder());
      Assembly.Candidates candidates =
          new Assembly.Candidates(
              tokenizers.all(parts.tokenizer(), false),
              styles.all(parts.style(), false),
              vocoders.all(parts.vocoder(), false));
      if (candidates.isComplete() && candidates.best().isEmpty()) {
        throw new ModelUnavailableException(candidates.misfit());
      }
    }
  }

  private static void requireThere(PartRegistry<?> registry, Optional<String> name)
      throws ModelUnavailableException {
    if (name.isPresent() && registry.all(name, false).isEmpty()) {
      throw registry.absence(name, Map.of());
    }
  }

  private static void put(Map<String, Object> properties, String key, Optional<String> name) {
    properties.remove(key);
    name.ifPresent(n -> properties.put(key, n));
  }

  /** ConfigAdmin tells of a change on a thread of its own. */
  private void awaitInUse(Parts parts) throws IOException, ModelUnavailableException {
    long deadline = System.nanoTime() + CONFIGURATION_PATIENCE.toNanos();
    synchronized (swaps) {
      while (!inUse().equals(parts)) {
        if (!swaps.await(deadline, "configuration")) {
          throw new IOException(
              "the configuration %s was changed, but is not in use after %d s"
                  .formatted(PID, CONFIGURATION_PATIENCE.toSeconds()));
        }
      }
    }
  }

  private <T> void add(
      PartRegistry<T> registry, String subject, ServiceReference<T> reference, T service) {
    try {
      registry.add(reference, service);
    } catch (RuntimeException | LinkageError e) {
      String id = String.valueOf(reference.getProperty(ServiceProperties.ID));
      LOG.error("The {} {} is not taken, it can't say what it is for: {}", subject, id, e, e);
      broken.put(
          reference,
          new Problem(subject, "%s is broken, it can't say what it is for: %s".formatted(id, e)));
    }
    changed();
  }

  private <T> void remove(PartRegistry<T> registry, ServiceReference<T> reference) {
    broken.remove(reference);
    registry.remove(reference);
    changed();
  }

  @Reference(
      service = SpeechTokenizer.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC)
  void addTokenizer(ServiceReference<SpeechTokenizer> reference, SpeechTokenizer tokenizer) {
    add(tokenizers, Subjects.TOKENIZER, reference, tokenizer);
  }

  void removeTokenizer(ServiceReference<SpeechTokenizer> reference) {
    remove(tokenizers, reference);
  }

  @Reference(
      service = ProsodyAnalyzer.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC)
  void addAnalyzer(ServiceReference<ProsodyAnalyzer> reference, ProsodyAnalyzer analyzer) {
    add(analyzers, Subjects.STYLE, reference, analyzer);
  }

  void removeAnalyzer(ServiceReference<ProsodyAnalyzer> reference) {
    remove(analyzers, reference);
  }

  @Reference(
      service = StyleModule.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC)
  void addStyle(ServiceReference<StyleModule> reference, StyleModule style) {
    add(styles, Subjects.STYLE, reference, style);
  }

  void removeStyle(ServiceReference<StyleModule> reference) {
    remove(styles, reference);
  }

  @Reference(
      service = Vocoder.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC)
  void addVocoder(ServiceReference<Vocoder> reference, Vocoder vocoder) {
    add(vocoders, Subjects.VOCODER, reference, vocoder);
  }

  void removeVocoder(ServiceReference<Vocoder> reference) {
    remove(vocoders, reference);
  }

  @Reference(
      service = SpeechModifier.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC)
  void addModifier(ServiceReference<SpeechModifier> reference, SpeechModifier modifier) {
    add(modifiers, Subjects.MODIFIER, reference, modifier);
  }

  void removeModifier(ServiceReference<SpeechModifier> reference) {
    remove(modifiers, reference);
  }
}
