package org.emova4j.facade;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleCatalogue;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.unit.UnitSequence;

/**
 * Speech conversion without a framework around the caller's code:
 *
 * <pre>{@code
 * try (Emova emova = Emova.open()) {
 *   emova.convert(Path.of("in.flac"), Path.of("out.mp3"), Style.DEFAULT.withSpeaker("female"));
 *   UnitSequence units = emova.tokenize(Path.of("in.flac"));
 *   emova.write(emova.synthesize(units, Style.DEFAULT.withEmotion("happy")), Path.of("said.wav"));
 * }
 * }</pre>
 *
 * <p>The first opening on a machine unpacks bundles, model and libtorch into the user's cache
 * (about 530 MB). All instances of a process share one framework, as libtorch can be loaded only
 * once: the first opening starts it, and closing the last one frees the networks and their memory.
 * It can then be opened again.
 *
 * <p>Safe for concurrent use. Methods of a closed instance throw {@link IllegalStateException}.
 */
public final class Emova implements AutoCloseable {
  private final AtomicBoolean open = new AtomicBoolean(true);

  private Emova() {}

  /**
   * Opens with the shipped model, and those in {@code ~/.emova/models}.
   *
   * @throws IOException if what it needs can't be unpacked or started
   */
  public static Emova open() throws IOException {
    return open(EmovaOptions.DEFAULT);
  }

  /**
   * @throws IOException if what it needs can't be unpacked or started
   * @throws IllegalStateException if it is open with other options
   */
  public static Emova open(EmovaOptions options) throws IOException {
    SharedFramework.enter(requireNonNull(options, "options"));
    return new Emova();
  }

  /** Decodes a file of any format at a rate in hertz. */
  public Audio read(Path file, int sampleRate) throws SpeechException {
    return service(AudioReader.class).decode(file, DecodeOptions.atRate(sampleRate));
  }

  /**
   * Encodes to the format that the file's extension stands for.
   *
   * @throws UnsupportedAudioException if it stands for none
   */
  public void write(Audio audio, Path file) throws IOException, SpeechException {
    AudioFormat format =
        AudioFormat.ofFileName(file.toString())
            .orElseThrow(
                () ->
                    new UnsupportedAudioException(
                        "%s has no extension of a format that can be written".formatted(file)));
    service(AudioWriter.class).encode(audio, file, EncodeOptions.of(format));
  }

  /** The labels that styles may have. */
  public StyleCatalogue styles() throws SpeechException {
    return service(SpeechConverter.class).catalogue(ConversionRequest.of(Style.DEFAULT));
  }

  /** Says what a file says in another style, in another file. */
  public void convert(Path in, Path out, Style style) throws IOException, SpeechException {
    SpeechConverter converter = service(SpeechConverter.class);
    ConversionRequest request = ConversionRequest.of(style);
    int own = service(AudioReader.class).probe(in).sampleRate();
    Audio speech = read(in, converter.sampleRate(request, own));
    write(converter.convert(speech, request), out);
  }

  /** Says the same in another style. */
  public Audio convert(Audio speech, Style style) throws IOException, SpeechException {
    SpeechConverter converter = service(SpeechConverter.class);
    ConversionRequest request = ConversionRequest.of(style);
    return converter.convert(
        atRate(speech, converter.sampleRate(request, speech.sampleRate())), request);
  }

  /** The units of a recording. */
  public UnitSequence tokenize(Path file) throws SpeechException {
    SpeechTokenizer tokenizer = service(SpeechTokenizer.class);
    return tokenizer.tokenize(read(file, tokenizer.sampleRate()));
  }

  /** The units of a recording. */
  public UnitSequence tokenize(Audio speech) throws IOException, SpeechException {
    SpeechTokenizer tokenizer = service(SpeechTokenizer.class);
    return tokenizer.tokenize(atRate(speech, tokenizer.sampleRate()));
  }

  /** Speaks units, by a vocoder that reads their codebook. */
  public Audio synthesize(UnitSequence units, Style style) throws SpeechException {
    requireOpen();
    Vocoder vocoder =
        SharedFramework.require(
            Vocoder.class, Map.of(ServiceProperties.CODEBOOK, units.codebook().id()));
    StyleModule module =
        SharedFramework.require(
            StyleModule.class, Map.of(ServiceProperties.STYLE_SPACE, vocoder.styleSpace()));
    return vocoder.vocode(units, module.encode(style));
  }

  /**
   * The best service of a type of emova4j's API, e.g. {@code ModelRepository}. Not to be kept: ask
   * again for each use.
   *
   * @throws ModelUnavailableException if there is none; says why
   */
  public <S> S service(Class<S> type) throws ModelUnavailableException {
    requireOpen();
    return SharedFramework.require(type, Map.of());
  }

  private void requireOpen() {
    if (!open.get()) {
      throw new IllegalStateException("this Emova is closed");
    }
  }

  private Audio atRate(Audio audio, int rate) throws IOException, SpeechException {
    if (audio.sampleRate() == rate) {
      return audio;
    }
    ByteArrayOutputStream wav = new ByteArrayOutputStream();
    service(AudioWriter.class).encode(audio, wav, EncodeOptions.of(AudioFormat.WAV_FLOAT));
    return service(AudioReader.class)
        .decode(
            new ByteArrayInputStream(wav.toByteArray()),
            "the recording",
            DecodeOptions.atRate(rate));
  }

  /** Frees the networks and their memory if no other instance is open. More calls do nothing. */
  @Override
  public void close() {
    if (open.getAndSet(false)) {
      SharedFramework.leave();
    }
  }
}
