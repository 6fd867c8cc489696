package org.emova4j.engine.service;

import java.nio.file.Path;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.speech.ModelUnavailableException;

/** What models of TorchScript have in common, whatever their role. */
public final class ScriptFiles {
  private ScriptFiles() {}

  /**
   * The file {@code script} of a model that may be run.
   *
   * @throws ModelUnavailableException if it was not installed as trusted, or there is no such file
   */
  public static Path trusted(ModelArchive archive, ModelManifest.Component component)
      throws ModelUnavailableException {
    if (!archive.trusted()) {
      throw new ModelUnavailableException(
          ("its %s is TorchScript, a program that can do whatever this process can, and it was not"
                  + " installed as trusted; if you trust who made it, allow it with \"emova models"
                  + " install --trusted ARCHIVE\"")
              .formatted(component.title()));
    }
    return archive.file(component.requireFile("script"));
  }

  /**
   * What {@code unitsPerSecond} says.
   *
   * @return samples that a unit lasts, at least 1
   * @throws ModelUnavailableException if it is missing, outside 1..1000, or a unit would be no
   *     whole number of samples
   */
  public static int samplesPerUnit(Fields settings, int sampleRate)
      throws ModelUnavailableException {
    double rate = settings.number("unitsPerSecond", 1, 1000);
    double samples = sampleRate / rate;
    if (Math.abs(samples - Math.rint(samples)) > 1e-6) {
      throw settings.wrong(
          "unitsPerSecond",
          "is %s: at %d Hz a unit would last %s samples, no whole number"
              .formatted(rate, sampleRate, samples));
    }
    return (int) Math.rint(samples);
  }
}
