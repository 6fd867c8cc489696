package org.emova4j.qwen.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.emova4j.api.chat.ChatEvent;
import org.emova4j.api.chat.ChatStream;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.llm.format.AnswerReader;

/** An answer, made while it is read: each call computes until there is an event. */
final class QwenStream implements ChatStream {
  private final LoadedModel model;
  private final Prompt prompt;
  private final Sampler sampler;
  private final Set<Integer> ends;
  private final int maxTokens;
  private final AnswerReader reader;
  private final TextStream text;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<ChatEvent> ready = new ArrayDeque<>();
  private final Sequence sequence;
  private float[] logits = new float[0];
  private int written;
  private boolean begun;
  private boolean over;
  private volatile boolean closed;

  /**
   * @param ends tokens that end the answer
   * @param maxTokens longest answer, at least 1
   * @throws SpeechException if there is no memory for it, or the model is closed
   */
  QwenStream(
      LoadedModel model,
      Prompt prompt,
      Sampler sampler,
      Set<Integer> ends,
      int maxTokens,
      AnswerReader reader)
      throws SpeechException {
    this.model = model;
    this.prompt = prompt;
    this.sampler = sampler;
    this.ends = ends;
    this.maxTokens = maxTokens;
    this.reader = reader;
    text = new TextStream(model.tokenizer());
    sequence = model.decoder().open(prompt.length() + maxTokens);
  }

  @Override
  public Optional<ChatEvent> next() throws SpeechException {
    lock.lock();
    try {
      while (ready.isEmpty() && !over) {
        advance();
      }
      return Optional.ofNullable(ready.poll());
    } finally {
      lock.unlock();
      releaseIfClosed();
    }
  }

  private void advance() throws SpeechException {
    boolean complete = false;
    try {
      if (closed) {
        finish(ChatEvent.Finish.CANCELLED);
      } else if (!begun) {
        begun = true;
        read();
      } else {
        write();
      }
      complete = true;
    } finally {
      if (!complete) {
        over = true;
        sequence.close();
      }
    }
  }

  /** Reads the prompt. */
  private void read() throws SpeechException {
    for (Prompt.Part part : prompt.parts()) {
      if (part instanceof Prompt.Text words) {
        for (int id : words.ids().ids()) {
          sampler.see(id);
        }
        read(words.ids());
      } else if (part instanceof Prompt.Image image) {
        VisionTower tower = model.vision().orElseThrow();
        Optional<float[]> rows =
            tower.encode(image.preparer().patches(image.image()), () -> closed);
        if (rows.isPresent()) {
          read(new Segment.Rows(rows.get(), tower.hiddenSize()));
        }
      }
    }
  }

  private void read(Segment segment) throws SpeechException {
    for (int from = 0; from < segment.count() && !closed; from += Sequence.MAX_STEP) {
      int to = Math.min(from + Sequence.MAX_STEP, segment.count());
      boolean last = sequence.length() + to - from == prompt.length();
      logits = sequence.append(segment.slice(from, to), last);
    }
  }

  /** Writes one token. */
  private void write() throws SpeechException {
    int id = sampler.pick(logits);
    if (ends.contains(id)) {
      finish(ChatEvent.Finish.STOP);
      return;
    }
    written++;
    ready.addAll(reader.read(text.add(id)));
    if (written == maxTokens) {
      finish(ChatEvent.Finish.LENGTH);
    } else {
      logits = sequence.append(new Segment.Ids(new int[] {id}), true);
    }
  }

  private void finish(ChatEvent.Finish finish) throws SpeechException {
    over = true;
    ready.addAll(reader.read(text.rest()));
    ready.addAll(
        reader.finish(
            finish, new ChatEvent.Usage(OptionalInt.of(prompt.length()), OptionalInt.of(written))));
    sequence.close();
  }

  @Override
  public void close() {
    closed = true;
    releaseIfClosed();
  }

  /** The thread that computes frees; without one, whoever closes does. */
  private void releaseIfClosed() {
    if (closed && lock.tryLock()) {
      try {
        sequence.close();
      } finally {
        lock.unlock();
      }
    }
  }
}
