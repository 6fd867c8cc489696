package org.emova4j.api.chat;

import java.util.Locale;

/** What is asked of a language model, which settles what goes in and what comes out. */
public enum ChatMode {
  /** Text in, text out; the only mode that has earlier turns. */
  TEXT(true, false, false),
  /** An image and text in, text out. */
  IMAGE_TEXT(true, true, false),
  /** Speech in, its transcript out. */
  ASR(false, false, true),
  /** Text in, speech that says it out. */
  TTS(true, false, false),
  /** Speech in, text and speech out. */
  SPEECH(false, false, true),
  /** An image and speech in, text and speech out. */
  IMAGE_SPEECH(false, true, true);

  private final boolean readsText;
  private final boolean readsImage;
  private final boolean readsSpeech;

  ChatMode(boolean readsText, boolean readsImage, boolean readsSpeech) {
    this.readsText = readsText;
    this.readsImage = readsImage;
    this.readsSpeech = readsSpeech;
  }

  /** The name that users and files know it by, e.g. {@code image-text}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether the question is text. */
  public boolean readsText() {
    return readsText;
  }

  /** Whether an image belongs to the question. */
  public boolean readsImage() {
    return readsImage;
  }

  /** Whether the question is speech. */
  public boolean readsSpeech() {
    return readsSpeech;
  }

  /** Whether the answer holds speech units. */
  public boolean writesSpeech() {
    return this == TTS || writesEnvelope();
  }

  /** Whether question, labels, answer and units come together, in one structured answer. */
  public boolean writesEnvelope() {
    return this == SPEECH || this == IMAGE_SPEECH;
  }

  /** Whether speech units go in or come out. */
  public boolean needsUnits() {
    return readsSpeech() || writesSpeech();
  }
}
