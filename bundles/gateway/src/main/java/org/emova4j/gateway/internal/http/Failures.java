package org.emova4j.gateway.internal.http;

import java.io.IOException;
import org.emova4j.api.speech.InferenceFailedException;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.api.speech.UnsupportedImageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What clients are told of exceptions: their own mistakes in full, the server's in general. */
public final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /** The error to answer with. What is the server's fault goes to the log, with its cause. */
  public static ApiException of(Throwable failure) {
    if (failure instanceof ApiException known) {
      return known;
    }
    if (failure instanceof SpeechException speech) {
      return ofSpeech(speech);
    }
    if (failure instanceof IllegalArgumentException) {
      return ApiException.refused(400, "invalid_value", failure.getMessage());
    }
    LOG.error("A request failed: {}", failure, failure);
    if (failure instanceof OutOfMemoryError) {
      return ApiException.failed(503, "out_of_memory", "the server has no memory left", failure);
    }
    String kind = failure instanceof IOException ? "input or output" : "the server";
    return ApiException.failed(500, "internal_error", kind + " failed; see its log", failure);
  }

  private static ApiException ofSpeech(SpeechException failure) {
    if (failure instanceof UnsupportedAudioException) {
      return ApiException.refused(400, "unsupported_audio", failure.getMessage());
    }
    if (failure instanceof UnsupportedImageException) {
      return ApiException.refused(400, "unsupported_image", failure.getMessage());
    }
    if (failure instanceof ModelUnavailableException) {
      return ApiException.unavailable("no_such_part", failure.getMessage());
    }
    if (failure instanceof LanguageModelException model) {
      return ofModel(model);
    }
    if (failure instanceof InferenceFailedException) {
      LOG.error("A network failed: {}", failure.getMessage(), failure);
    }
    return ApiException.failed(500, "inference_failed", failure.getMessage(), failure);
  }

  private static ApiException ofModel(LanguageModelException failure) {
    return switch (failure.reason()) {
      case TOO_LONG -> ApiException.refused(400, "context_length_exceeded", failure.getMessage());
      case UNSUPPORTED -> ApiException.refused(400, "unsupported_by_model", failure.getMessage());
      case TIMEOUT -> ApiException.failed(504, "language_model", failure.getMessage(), failure);
      case UNREACHABLE, REFUSED, BROKEN ->
          ApiException.failed(502, "language_model", failure.getMessage(), failure);
    };
  }
}
