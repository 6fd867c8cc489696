package org.emova4j.shell.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.felix.service.command.Descriptor;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechModifier;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.ProsodyAnalyzer;
import org.emova4j.api.style.StyleModule;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Which parts are there, and the way out. */
@Component(
    service = FrameworkCommands.class,
    property = {
      "osgi.command.scope=emova",
      "osgi.command.function=parts",
      "osgi.command.function=exit"
    })
public final class FrameworkCommands {
  private static final List<Class<?>> PARTS =
      List.of(
          SpeechTokenizer.class,
          ProsodyAnalyzer.class,
          StyleModule.class,
          Vocoder.class,
          SpeechModifier.class,
          SpeechConverter.class);

  private final BundleContext context;

  @Activate
  public FrameworkCommands(BundleContext context) {
    this.context = context;
  }

  @Descriptor(
      "lists tokenizers, style modules, vocoders, modifiers and converters, best-ranked first")
  public List<String> parts() throws InvalidSyntaxException {
    List<String> lines = new ArrayList<>();
    for (Class<?> type : PARTS) {
      ServiceReference<?>[] found = context.getServiceReferences(type.getName(), null);
      if (found == null) {
        lines.add("%-16s none".formatted(type.getSimpleName()));
        continue;
      }
      Arrays.stream(found)
          .sorted(Comparator.reverseOrder())
          .forEach(reference -> lines.add(line(type, reference)));
    }
    return lines;
  }

  private static String line(Class<?> type, ServiceReference<?> reference) {
    StringBuilder line =
        new StringBuilder(
            "%-16s %-10s ranking %s"
                .formatted(
                    type.getSimpleName(),
                    text(reference, ServiceProperties.ID, "-"),
                    text(reference, Constants.SERVICE_RANKING, "0")));
    for (String name :
        List.of(
            ServiceProperties.CODEBOOK,
            ServiceProperties.STYLE_SPACE,
            ServiceProperties.ARCHITECTURE,
            ServiceProperties.MODEL)) {
      String value = text(reference, name, "");
      if (!value.isEmpty()) {
        line.append(", ").append(name.replace("emova.", "")).append(' ').append(value);
      }
    }
    return line.append(", from ").append(reference.getBundle().getSymbolicName()).toString();
  }

  private static String text(ServiceReference<?> reference, String name, String otherwise) {
    Object value = reference.getProperty(name);
    if (value == null) {
      return otherwise;
    }
    return value instanceof Object[] array
        ? String.join("+", Arrays.stream(array).map(String::valueOf).toList())
        : value.toString();
  }

  @Descriptor("leaves the shell")
  public void exit() throws BundleException {
    context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).stop();
  }
}
