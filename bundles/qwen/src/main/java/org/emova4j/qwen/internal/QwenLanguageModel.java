package org.emova4j.qwen.internal;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.emova4j.api.chat.ChatMode;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.chat.ChatStream;
import org.emova4j.api.chat.LanguageModel;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.api.vision.ImagePreparer;
import org.emova4j.api.vision.PreparedImage;
import org.emova4j.llm.format.AnswerReader;
import org.emova4j.llm.format.Prompts;

/**
 * A Qwen2 model in this process. It thinks in its caller's thread, a step for each token, so an
 * answer that nobody reads costs nothing.
 */
final class QwenLanguageModel implements LanguageModel, AutoCloseable {
  /** The official models were trained with no more, whatever their positions allow. */
  static final int MAX_CONTEXT = 8192;

  /** Room that an answer must have at the least. */
  static final int MIN_ANSWER = 64;

  private static final Pattern IMAGE = Pattern.compile(Pattern.quote(Prompts.IMAGE));

  private final LoadedModel model;
  private final Settings settings;
  private final Supplier<Optional<ImagePreparer>> preparer;
  private final Set<Integer> ends;
  private final int[] allTokens;
  private final int[] unitTokens; // and the ends
  private final int context;

  /**
   * @param codebook of the units; empty for a model without speech
   * @param context most tokens of question and answer together
   * @param repetitionPenalty 1 for none
   */
  record Settings(Optional<Codebook> codebook, int context, double repetitionPenalty) {
    Settings {
      requireNonNull(codebook, "codebook");
      if (context < 2 * MIN_ANSWER || context > 1 << 20) {
        throw new IllegalArgumentException(
            "context %d is outside %d..%d".formatted(context, 2 * MIN_ANSWER, 1 << 20));
      }
      if (!(repetitionPenalty >= 0.5 && repetitionPenalty <= 2)) {
        throw new IllegalArgumentException(
            "repetition penalty %s is outside 0.5..2".formatted(repetitionPenalty));
      }
    }
  }

  /**
   * @param model is closed with this
   * @param preparer cuts images into patches; asked for each image
   * @throws ModelUnavailableException if the model lacks units of the codebook
   */
  QwenLanguageModel(
      LoadedModel model, Settings settings, Supplier<Optional<ImagePreparer>> preparer)
      throws ModelUnavailableException {
    this.model = model;
    this.settings = settings;
    this.preparer = preparer;
    TokenTable tokens = model.tokens();
    ends = ends(model);
    int units = settings.codebook().map(Codebook::size).orElse(0);
    int[] known = tokens.units();
    if (known.length < units) {
      throw new ModelUnavailableException(
          "its tokenizer has %d speech units, codebook %s has %d"
              .formatted(known.length, settings.codebook().orElseThrow().id(), units));
    }
    unitTokens =
        IntStream.concat(
                IntStream.of(known).limit(units), ends.stream().mapToInt(Integer::intValue))
            .toArray();
    // An image can be read but not written.
    int image = tokens.id(Prompts.IMAGE).orElse(-1);
    allTokens = IntStream.range(0, tokens.size()).filter(id -> id != image).toArray();
    context = Math.min(settings.context(), model.decoder().config().positions());
  }

  /** The tokens that end an answer: those of the configuration, and the two that always do. */
  private static Set<Integer> ends(LoadedModel model) {
    Set<Integer> ends = new TreeSet<>(model.decoder().config().endIds());
    model.tokens().id(Prompts.END_OF_MESSAGE).ifPresent(ends::add);
    model.tokens().id(Prompts.END_OF_TEXT).ifPresent(ends::add);
    ends.removeIf(id -> id < 0 || id >= model.tokens().size());
    return Set.copyOf(ends);
  }

  @Override
  public Optional<Codebook> codebook() {
    return settings.codebook();
  }

  @Override
  public Capabilities capabilities() {
    boolean images = model.vision().isPresent() && preparer.get().isPresent();
    Set<ChatMode> modes = EnumSet.noneOf(ChatMode.class);
    for (ChatMode mode : ChatMode.values()) {
      if ((!mode.needsUnits() || codebook().isPresent()) && (!mode.readsImage() || images)) {
        modes.add(mode);
      }
    }
    return new Capabilities(modes, context, images ? "" : missingForImages());
  }

  private String missingForImages() {
    return model.vision().isEmpty()
        ? "The model has no vision encoder."
        : "No bundle is there that prepares images.";
  }

  @Override
  public TokenCount count(ChatRequest request) throws SpeechException {
    int image = request.images().stream().mapToInt(PreparedImage::tokens).sum();
    int units = request.speech().map(s -> s.reduced().length()).orElse(0);
    int text = prompt(request).stream().mapToInt(chunk -> chunk.length).sum();
    return new TokenCount(text - units, units, image, true);
  }

  /** The prompt in tokens, cut where an image belongs. */
  private List<int[]> prompt(ChatRequest request) throws ModelUnavailableException {
    List<int[]> chunks = new ArrayList<>();
    for (String chunk : IMAGE.split(Prompts.render(request, true), -1)) {
      long[] ids = model.tokenizer().encode(chunk);
      int[] narrow = new int[ids.length];
      for (int i = 0; i < ids.length; i++) {
        narrow[i] = Math.toIntExact(ids[i]);
      }
      chunks.add(narrow);
    }
    return chunks;
  }

  @Override
  public ChatStream ask(ChatRequest request) throws SpeechException {
    checkMode(request.mode());
    if (request.speech().isPresent()) {
      checkCodebook(request.speech().get());
    }
    List<PreparedImage> images = request.images();
    Optional<ImagePreparer> patches = preparer.get();
    if (!images.isEmpty() && (patches.isEmpty() || model.vision().isEmpty())) {
      throw unsupported("It can't read images. " + missingForImages());
    }
    List<int[]> chunks = prompt(request);
    int length =
        chunks.stream().mapToInt(c -> c.length).sum()
            + images.stream().mapToInt(PreparedImage::tokens).sum();
    if (length + MIN_ANSWER > context) {
      throw new LanguageModelException(
          LanguageModelException.Reason.TOO_LONG,
          "The question takes %d tokens (%d of them for images); with %d for an answer that is more"
                  .formatted(
                      length, images.stream().mapToInt(PreparedImage::tokens).sum(), MIN_ANSWER)
              + " than the model's context of %d.".formatted(context));
    }
    List<Prompt.Part> parts = new ArrayList<>();
    for (int i = 0; i < chunks.size(); i++) {
      if (i > 0) {
        parts.add(new Prompt.Image(patches.orElseThrow(), images.get(i - 1)));
      }
      parts.add(new Prompt.Text(new Segment.Ids(chunks.get(i))));
    }
    boolean unitsOnly = request.mode() == ChatMode.TTS && request.sampling().unitsOnly();
    Sampler sampler =
        new Sampler(
            request.sampling(), settings.repetitionPenalty(), unitsOnly ? unitTokens : allTokens);
    int longest = Math.min(request.sampling().maxTokens(), context - length);
    return new QwenStream(
        model,
        new Prompt(parts, length),
        sampler,
        ends,
        longest,
        AnswerReader.of(request.mode(), codebook().map(Codebook::size).orElse(0)));
  }

  private void checkMode(ChatMode mode) throws LanguageModelException {
    if (mode.needsUnits() && codebook().isEmpty()) {
      throw unsupported(
          "It was set up without a codebook, so it can't do %s.".formatted(mode.id()));
    }
  }

  private void checkCodebook(UnitSequence speech) {
    Codebook own = codebook().orElseThrow();
    if (!speech.codebook().equals(own)) {
      throw new IllegalArgumentException(
          "the speech is in units of %s, the model's are of %s"
              .formatted(speech.codebook().id(), own.id()));
    }
  }

  private static LanguageModelException unsupported(String message) {
    return new LanguageModelException(LanguageModelException.Reason.UNSUPPORTED, message);
  }

  @Override
  public void close() {
    model.close();
  }
}
