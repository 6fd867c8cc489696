package org.emova4j.audio.internal;

/** FFmpeg refused or failed; the message says what, and becomes part of one that names the file. */
final class FfmpegException extends Exception {
  private static final long serialVersionUID = 1L;

  FfmpegException(String message) {
    super(message);
  }
}
