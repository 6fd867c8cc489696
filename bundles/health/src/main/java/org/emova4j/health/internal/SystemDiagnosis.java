package org.emova4j.health.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.health.Diagnosis;
import org.emova4j.api.health.Finding;
import org.emova4j.api.health.Finding.Status;
import org.emova4j.api.health.Problem;
import org.emova4j.api.health.Subjects;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechModifier;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.StyleModule;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;

/** What there is, and what is wrong with it. */
@Component
public final class SystemDiagnosis implements Diagnosis {
  // By name: the engine's own types are for those who compute with it.
  private static final String ENGINE = "org.emova4j.engine.TensorEngine";

  private static final Map<String, Class<?>> PARTS =
      Map.of(
          Subjects.TOKENIZER, SpeechTokenizer.class,
          Subjects.STYLE, StyleModule.class,
          Subjects.VOCODER, Vocoder.class,
          Subjects.MODIFIER, SpeechModifier.class,
          Subjects.CONVERTER, SpeechConverter.class);

  private static final List<String> SUBJECTS =
      List.of(
          Subjects.BUNDLES,
          Subjects.COMPONENTS,
          Subjects.CONFIGURATION,
          Subjects.ENGINE,
          Subjects.MODELS,
          Subjects.TOKENIZER,
          Subjects.STYLE,
          Subjects.VOCODER,
          Subjects.MODIFIER,
          Subjects.CONVERTER);

  private final BundleContext context;
  private final ServiceComponentRuntime components;
  private final BundleExamination bundles;
  private final List<Problem> problems = new CopyOnWriteArrayList<>();

  /** For the framework. */
  @Activate
  public SystemDiagnosis(BundleContext context, @Reference ServiceComponentRuntime components) {
    this.context = context;
    this.components = components;
    this.bundles = new BundleExamination(context);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addProblem(Problem problem) {
    problems.add(problem);
  }

  void removeProblem(Problem problem) {
    problems.remove(problem);
  }

  @Override
  public List<String> subjects() {
    return SUBJECTS;
  }

  @Override
  public Finding examine(String subject) {
    return switch (subject) {
      case Subjects.BUNDLES -> broken(subject, bundles.problems(), bundles.count() + " run");
      case Subjects.COMPONENTS -> broken(subject, failedComponents(), "none has failed");
      case Subjects.CONFIGURATION -> broken(subject, List.of(), "no value was refused");
      case Subjects.ENGINE ->
          context.getServiceReference(ENGINE) != null
              ? broken(subject, List.of(), "runs")
              : missing(subject, "the engine is not there");
      case Subjects.MODELS -> {
        List<String> names = names(ModelArchive.class, ServiceProperties.MODEL);
        yield names.isEmpty()
            ? missing(subject, "no models are installed")
            : broken(subject, List.of(), String.join(", ", names));
      }
      default -> part(subject);
    };
  }

  private Finding part(String subject) {
    Class<?> type = PARTS.get(subject);
    if (type == null) {
      throw new IllegalArgumentException(
          "\"%s\" is none of %s".formatted(subject, String.join(", ", SUBJECTS)));
    }
    List<String> names = names(type, ServiceProperties.ID);
    return names.isEmpty()
        ? missing(subject, "there is none")
        : broken(subject, List.of(), String.join(", ", names));
  }

  /** What is there does its work, whatever else is broken. */
  private Finding broken(String subject, List<String> found, String good) {
    List<String> all = new ArrayList<>(found);
    all.addAll(told(subject));
    return all.isEmpty()
        ? new Finding(subject, Status.OK, good)
        : new Finding(
            subject,
            Status.WARNING,
            PARTS.containsKey(subject) || subject.equals(Subjects.MODELS)
                ? "%s; but %s".formatted(good, String.join("; ", all))
                : String.join("; ", all));
  }

  private Finding missing(String subject, String text) {
    List<String> told = told(subject);
    return new Finding(
        subject,
        Status.PROBLEM,
        told.isEmpty() ? text : "%s: %s".formatted(text, String.join("; ", told)));
  }

  /** What others say; of subjects that nobody looks at, with the models they come from. */
  private List<String> told(String subject) {
    return problems.stream()
        .filter(
            p ->
                p.subject().equals(subject)
                    || (subject.equals(Subjects.MODELS) && !SUBJECTS.contains(p.subject())))
        .map(Problem::text)
        .sorted()
        .distinct()
        .toList();
  }

  /** Of services that can be had; one whose component fails is registered all the same. */
  private List<String> names(Class<?> type, String property) {
    ServiceReference<?>[] references;
    try {
      references = context.getAllServiceReferences(type.getName(), null);
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException("no filter was given", e);
    }
    return Optional.ofNullable(references).stream()
        .flatMap(Arrays::stream)
        .sorted(Comparator.reverseOrder())
        .filter(this::canBeHad)
        .map(r -> Optional.ofNullable(r.getProperty(property)).orElse("there").toString())
        .distinct()
        .toList();
  }

  private boolean canBeHad(ServiceReference<?> reference) {
    Object service = context.getService(reference);
    if (service == null) {
      return false;
    }
    context.ungetService(reference);
    return true;
  }

  private List<String> failedComponents() {
    return components.getComponentDescriptionDTOs().stream()
        .flatMap(d -> components.getComponentConfigurationDTOs(d).stream())
        .filter(c -> c.state == ComponentConfigurationDTO.FAILED_ACTIVATION)
        .map(c -> "%s fails: %s".formatted(c.description.name, reason(c.failure)))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  /** The innermost cause: SCR and reflection wrap it. */
  private static String reason(String stackTrace) {
    List<String> lines = Optional.ofNullable(stackTrace).orElse("").lines().toList();
    return lines.stream()
        .filter(l -> l.startsWith("Caused by: "))
        .reduce((first, last) -> last)
        .map(l -> l.substring("Caused by: ".length()))
        .or(() -> lines.stream().findFirst())
        .orElse("the log says why");
  }
}
