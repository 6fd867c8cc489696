package org.emova4j.gateway.internal.parts;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.chat.Dialogue;
import org.emova4j.api.chat.LanguageModel;
import org.emova4j.api.health.Diagnosis;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.PartChoice;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechModifier;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.ProsodyAnalyzer;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.vision.ImagePreparer;
import org.osgi.framework.BundleContext;

/** All that requests are done with, whatever of it is there. */
public final class SpeechServices implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final BundleContext context;
  private final List<Tracked<?>> all = new ArrayList<>();

  private final Tracked<AudioReader> readers;
  private final Tracked<AudioWriter> writers;
  private final Tracked<SpeechTokenizer> tokenizers;
  private final Tracked<StyleModule> styles;
  private final Tracked<Vocoder> vocoders;
  private final Tracked<SpeechModifier> modifiers;
  private final Tracked<ProsodyAnalyzer> analyzers;
  private final Tracked<SpeechConverter> converters;
  private final Tracked<PartChoice> choices;
  private final Tracked<LanguageModel> languageModels;
  private final Tracked<Dialogue> dialogues;
  private final Tracked<ImagePreparer> imagePreparers;
  private final Tracked<Diagnosis> diagnoses;

  public SpeechServices(BundleContext context) {
    this.context = context;
    readers = tracked(AudioReader.class, "audio reader");
    writers = tracked(AudioWriter.class, "audio writer");
    tokenizers = tracked(SpeechTokenizer.class, "tokenizer");
    styles = tracked(StyleModule.class, "style module");
    vocoders = tracked(Vocoder.class, "vocoder");
    modifiers = tracked(SpeechModifier.class, "speech modifier");
    analyzers = tracked(ProsodyAnalyzer.class, "prosody analyzer");
    converters = tracked(SpeechConverter.class, "converter");
    choices = tracked(PartChoice.class, "pipeline");
    languageModels = tracked(LanguageModel.class, "language model");
    dialogues = tracked(Dialogue.class, "dialogue");
    imagePreparers = tracked(ImagePreparer.class, "image preparer");
    diagnoses = tracked(Diagnosis.class, "diagnosis");
  }

  private <S> Tracked<S> tracked(Class<S> type, String kind) {
    Tracked<S> tracked = new Tracked<>(context, type, kind, PATIENCE);
    all.add(tracked);
    return tracked;
  }

  public Tracked<AudioReader> readers() {
    return readers;
  }

  public Tracked<AudioWriter> writers() {
    return writers;
  }

  public Tracked<SpeechTokenizer> tokenizers() {
    return tokenizers;
  }

  public Tracked<StyleModule> styles() {
    return styles;
  }

  public Tracked<Vocoder> vocoders() {
    return vocoders;
  }

  public Tracked<SpeechModifier> modifiers() {
    return modifiers;
  }

  public Tracked<ProsodyAnalyzer> analyzers() {
    return analyzers;
  }

  public Tracked<SpeechConverter> converters() {
    return converters;
  }

  public Tracked<PartChoice> choices() {
    return choices;
  }

  public Tracked<LanguageModel> languageModels() {
    return languageModels;
  }

  public Tracked<ImagePreparer> imagePreparers() {
    return imagePreparers;
  }

  public Tracked<Diagnosis> diagnoses() {
    return diagnoses;
  }

  /**
   * @throws ModelUnavailableException if there is none
   */
  public Dialogue dialogue() throws ModelUnavailableException {
    return dialogues
        .best()
        .orElseThrow(() -> new ModelUnavailableException("there is no dialogue"));
  }

  /** The framework that all this runs in. */
  public BundleContext context() {
    return context;
  }

  @Override
  public void close() {
    all.forEach(Tracked::close);
  }
}
