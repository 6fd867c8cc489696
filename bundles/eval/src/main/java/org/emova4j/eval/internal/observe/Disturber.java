package org.emova4j.eval.internal.observe;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.Random;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.style.Style;
import org.emova4j.eval.Corpus;
import org.emova4j.eval.Disturbance;
import org.emova4j.eval.EvalTools;
import org.emova4j.eval.internal.Hashes;

/** Disturbs recordings, each time in the same way. Safe for concurrent use. */
record Disturber(EvalTools tools, long seed) {

  boolean can(Disturbance disturbance) {
    return !disturbance.needsModifier() || tools.modifier().isPresent();
  }

  /** The recording as it is after the disturbance, at the rate at which it was. */
  Audio disturb(Corpus.Item item, Audio sound, Disturbance disturbance)
      throws SpeechException, IOException {
    return switch (disturbance.kind()) {
      case PITCH ->
          modified(sound, Style.DEFAULT.withPitch(new Style.Amount(disturbance.amount())));
      case SPEED ->
          modified(sound, Style.DEFAULT.withSpeed(new Style.Amount(disturbance.amount())));
      case NOISE -> noisy(item, sound, disturbance.amount());
      case OPUS -> coded(sound, AudioFormat.OPUS, (int) disturbance.amount());
      case MP3 -> coded(sound, AudioFormat.MP3, (int) disturbance.amount());
    };
  }

  private Audio modified(Audio sound, Style style) throws SpeechException {
    EvalTools.Modifier modifier = tools.modifier().orElseThrow();
    return modifier
        .modifier()
        .modify(sound, modifier.styles().encode(style.withSpeaker(Style.SAME_SPEAKER)));
  }

  /** Noise of a recording depends on its name alone, not on what came before it. */
  private Audio noisy(Corpus.Item item, Audio sound, double decibels) {
    float[] samples = sound.samples();
    double power = 0;
    for (float sample : samples) {
      power += (double) sample * sample;
    }
    double deviation = Math.sqrt(power / samples.length / Math.pow(10, decibels / 10));
    Random random = new Random(Hashes.seed("noise", String.valueOf(seed), item.name()));
    for (int n = 0; n < samples.length; n++) {
      samples[n] += (float) (deviation * random.nextGaussian());
    }
    return Audio.adopt(samples, sound.sampleRate());
  }

  private Audio coded(Audio sound, AudioFormat format, int bitRate)
      throws SpeechException, IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    EncodeOptions options =
        new EncodeOptions(format, OptionalInt.empty(), OptionalInt.of(bitRate), 1);
    tools.writer().encode(sound, file, options);
    return tools
        .reader()
        .decode(
            new ByteArrayInputStream(file.toByteArray()),
            format.toString(),
            DecodeOptions.atRate(sound.sampleRate()));
  }

  /** What the results of a disturbance depend on. */
  String fingerprint() {
    return "%d %s".formatted(seed, tools.modifier().map(EvalTools.Modifier::facts));
  }
}
