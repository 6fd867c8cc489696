package org.emova4j.eval.internal.observe;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.style.Style;
import org.emova4j.eval.Corpus;
import org.emova4j.eval.EvalTools;
import org.emova4j.eval.Subject;
import org.emova4j.eval.metric.EffectSize;
import org.emova4j.eval.metric.F0Track;
import org.emova4j.eval.metric.MelCepstra;

/** A subject's voice, asked to speak recordings of a corpus. Safe for concurrent use. */
record Voicing(Subject.Voice voice, EvalTools tools, Recordings recordings) {
  private static final int COEFFICIENTS = 24;

  /** In a style of labels. */
  Audio speak(Corpus.Item item, Style style) throws SpeechException {
    return convert(item, style, Optional.empty(), true);
  }

  /**
   * In the recording's own style.
   *
   * @param keepProsody whether melody, loudness and timing are the recording's, or predicted
   */
  Audio speakAgain(Corpus.Item item, boolean keepProsody) throws SpeechException {
    Audio reference = recordings.read(item, voice.styles().referenceSampleRate());
    return convert(item, Style.DEFAULT, Optional.of(reference), keepProsody);
  }

  private Audio convert(
      Corpus.Item item, Style style, Optional<Audio> reference, boolean keepProsody)
      throws SpeechException {
    ConversionRequest request = new ConversionRequest(style, reference, keepProsody, voice.parts());
    Audio speech = recordings.read(item, voice.converter().sampleRate(request));
    return voice.converter().convert(speech, request);
  }

  /** The labels that the style module finds nearest to a sound. */
  Style describe(Audio sound) throws SpeechException, IOException {
    return voice.styles().describe(atRate(sound, voice.styles().referenceSampleRate()));
  }

  private Audio atRate(Audio sound, int rate) throws SpeechException, IOException {
    if (sound.sampleRate() == rate) {
      return sound;
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    tools.writer().encode(sound, file, EncodeOptions.of(AudioFormat.WAV_FLOAT));
    return tools
        .reader()
        .decode(
            new ByteArrayInputStream(file.toByteArray()),
            "what was spoken",
            DecodeOptions.atRate(rate));
  }

  /** A portrait, and median and deviation of the melody in semitones; 0 where there is no voice. */
  static double[] features(Audio sound, F0Track track) {
    double[] portrait = portrait(sound);
    double[] features = Arrays.copyOf(portrait, portrait.length + 2);
    double median = track.medianHertz();
    double deviation = track.deviationSemitones();
    features[portrait.length] = median > 0 ? EffectSize.semitones(100, median) : 0;
    features[portrait.length + 1] = Double.isNaN(deviation) ? 0 : deviation;
    return features;
  }

  /**
   * What a voice sounds like, whatever it says: means and deviations of the mel cepstra of the
   * louder half of the frames.
   */
  static double[] portrait(Audio sound) {
    MelCepstra cepstra = MelCepstra.of(sound);
    double[][] frames =
        IntStream.range(0, cepstra.frames()).mapToObj(cepstra::frame).toArray(double[][]::new);
    double[] loudness = Arrays.stream(frames).mapToDouble(f -> f[0]).sorted().toArray();
    double threshold = loudness[loudness.length / 2];
    double[][] loud = Arrays.stream(frames).filter(f -> f[0] >= threshold).toArray(double[][]::new);
    double[] portrait = new double[2 * COEFFICIENTS];
    for (int c = 0; c < COEFFICIENTS; c++) {
      int coefficient = c + 1;
      double mean = Arrays.stream(loud).mapToDouble(f -> f[coefficient]).average().orElse(0);
      double squares =
          Arrays.stream(loud)
              .mapToDouble(f -> (f[coefficient] - mean) * (f[coefficient] - mean))
              .average()
              .orElse(0);
      portrait[c] = mean;
      portrait[COEFFICIENTS + c] = Math.sqrt(squares);
    }
    return portrait;
  }
}
