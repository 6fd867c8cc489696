package org.emova4j.runtime.isolate;

import static java.util.Objects.requireNonNull;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.speech.UnsupportedAudioException;

/** The decoding process: answers one request after the other, until nobody asks any more. */
public final class DecodeHelper {
  private static final int MAX_MESSAGE = 8_000;

  private final AudioReader reader;
  private final Runnable halt;

  /**
   * @param halt ends the process at once; called when the asking process has gone, perhaps while a
   *     decoder hangs
   */
  public DecodeHelper(AudioReader reader, Runnable halt) {
    this.reader = requireNonNull(reader, "reader");
    this.halt = requireNonNull(halt, "halt");
  }

  /** Returns only if the requests can't be answered. */
  public void serve(InputStream requests, OutputStream answers)
      throws IOException, InterruptedException {
    LinkedBlockingQueue<DecodeProtocol.Request> queue = new LinkedBlockingQueue<>();
    Thread listening = new Thread(() -> listen(requests, queue), "emova-requests");
    listening.setDaemon(true);
    listening.start();
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(answers, 1 << 16));
    while (true) {
      DecodeProtocol.write(out, answer(queue.take()));
    }
  }

  private void listen(InputStream requests, LinkedBlockingQueue<DecodeProtocol.Request> queue) {
    try {
      DataInputStream in = new DataInputStream(requests);
      while (true) {
        queue.add(DecodeProtocol.readRequest(in));
      }
    } catch (EOFException e) {
      halt.run();
    } catch (IOException | IllegalArgumentException e) {
      System.err.println("emova: a request to decode is damaged: " + e.getMessage());
      halt.run();
    }
  }

  private DecodeProtocol.Answer answer(DecodeProtocol.Request request) {
    try {
      if (request.decoding().isEmpty()) {
        return new DecodeProtocol.Probed(reader.probe(request.file()));
      }
      DecodeProtocol.Decoding wanted = request.decoding().get();
      return new DecodeProtocol.Decoded(
          reader.decode(request.file(), wanted.channels(), wanted.options()));
    } catch (UnsupportedAudioException | RuntimeException e) {
      String message = Optional.ofNullable(e.getMessage()).orElse(e.toString());
      return new DecodeProtocol.Refused(
          message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) : message);
    }
  }
}
