package example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Style;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;

/** Felix with emova4j's bundles from Maven, started by this program's own code. */
public final class OwnFramework {
  /** Arguments: the recording, the result; target/ holds bundles, natives and the model. */
  public static void main(String[] arguments) throws Exception {
    Path target = Path.of("target").toAbsolutePath();
    // Where the engine looks for libtorch, unless the environment says otherwise.
    System.setProperty("PYTORCH_LIBRARY_PATH", target.resolve("natives").toString());
    Map<String, String> properties = new HashMap<>();
    properties.put(Constants.FRAMEWORK_STORAGE, target.resolve("felix").toString());
    properties.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
    // emova4j's API and SLF4J are on this class path; bundles share them with it.
    properties.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, exports(Audio.class, Logger.class));
    properties.put(
        "emova.models.distribution",
        target.resolve("emova4j/org/emova4j/facade/distribution/models").toString());

    Framework framework = new FrameworkFactory().newFramework(properties);
    framework.start();
    try {
      startBundles(framework.getBundleContext(), target.resolve("bundles"));
      convert(framework.getBundleContext(), Path.of(arguments[0]), Path.of(arguments[1]));
    } finally {
      framework.stop();
      framework.waitForStop(10_000);
    }
  }

  /** The packages that the jars of these classes export, with versions. */
  private static String exports(Class<?>... types) throws Exception {
    StringJoiner packages = new StringJoiner(",");
    for (Class<?> type : types) {
      Path jar = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      try (JarFile file = new JarFile(jar.toFile())) {
        packages.add(file.getManifest().getMainAttributes().getValue("Export-Package"));
      }
    }
    return packages.toString();
  }

  private static void startBundles(BundleContext context, Path folder) throws Exception {
    List<Bundle> bundles = new ArrayList<>();
    try (Stream<Path> jars = Files.list(folder)) {
      for (Path jar : jars.sorted().toList()) {
        bundles.add(context.installBundle("reference:" + jar.toUri()));
      }
    }
    for (Bundle bundle : bundles) {
      if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
        bundle.start();
      }
    }
  }

  private static void convert(BundleContext context, Path in, Path out) throws Exception {
    await(context, SpeechTokenizer.class); // the converter composes these
    await(context, Vocoder.class);
    SpeechConverter converter = await(context, SpeechConverter.class);
    ConversionRequest request =
        ConversionRequest.of(Style.DEFAULT.withSpeaker("male").withEmotion("sad"));
    Audio speech =
        await(context, AudioReader.class)
            .decode(in, DecodeOptions.atRate(converter.sampleRate(request)));
    await(context, AudioWriter.class)
        .encode(converter.convert(speech, request), out, EncodeOptions.of(AudioFormat.FLAC));
    System.out.println(out + ": " + speech.duration().toMillis() + " ms");
  }

  private static <S> S await(BundleContext context, Class<S> type) throws Exception {
    ServiceTracker<S, S> tracker = new ServiceTracker<>(context, type, null);
    tracker.open();
    S service = tracker.waitForService(30_000);
    if (service == null) {
      throw new IOException("there is no " + type.getSimpleName());
    }
    return service;
  }
}
