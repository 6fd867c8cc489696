package org.emova4j.vocoder.internal.uvits;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.emova4j.api.speech.ModelUnavailableException;

/**
 * Sizes of a network, from the {@code config.json} that comes with its weights. What the reference
 * implementation has fixed in its code is a constant of the class that it concerns.
 *
 * @param sampleRate in hertz
 * @param latent channels of what the flow and the generator read
 * @param hidden channels of the text encoder, the duration predictor and the flow
 * @param filter hidden channels of the text encoder's perceptrons
 * @param heads of the text encoder's attention
 * @param layers of the text encoder
 * @param kernel of the text encoder's perceptrons, odd
 * @param style length of a style vector
 * @param generatorWidth channels in front of the first upsampling
 * @param upsamplings of the generator
 * @param blocks the residual blocks behind each upsampling
 */
record UvitsSettings(
    int sampleRate,
    int latent,
    int hidden,
    int filter,
    int heads,
    int layers,
    int kernel,
    int style,
    int generatorWidth,
    List<Upsampling> upsamplings,
    List<Block> blocks) {
  private static final int MOST_CHANNELS = 8192;
  private static final int MOST_BYTES = 1 << 20;

  /** Samples by which each one is replaced, and how many of these it reaches. */
  record Upsampling(int rate, int kernel) {
    int padding() {
      return (kernel - rate) / 2;
    }
  }

  /** Kernel of all convolutions, odd; dilations of every first one of a pair. */
  record Block(int kernel, List<Integer> dilations) {}

  /** Samples a frame. */
  int hop() {
    return upsamplings.stream().mapToInt(Upsampling::rate).reduce(1, Math::multiplyExact);
  }

  /**
   * @throws ModelUnavailableException if the file is missing, malformed, or a value is outside its
   *     limits; names the file, the field and the value
   */
  static UvitsSettings read(Path file) throws ModelUnavailableException {
    return new Reader(file).read();
  }

  private static final class Reader {
    private final Path file;

    Reader(Path file) {
      this.file = file;
    }

    UvitsSettings read() throws ModelUnavailableException {
      JsonNode root = parse();
      JsonNode data = root.path("data");
      JsonNode model = root.path("model");
      if (!model.path("resblock").asText("1").equals("1")) {
        throw wrong("resblock", model.path("resblock").toString(), "must be 1");
      }
      UvitsSettings settings =
          new UvitsSettings(
              number(data, "sampling_rate", 1000, 768_000),
              number(model, "inter_channels", 2, MOST_CHANNELS),
              number(model, "hidden_channels", 1, MOST_CHANNELS),
              number(model, "filter_channels", 1, MOST_CHANNELS),
              number(model, "n_heads", 1, 256),
              number(model, "n_layers", 1, 100),
              number(model, "kernel_size", 1, 99),
              number(model, "gin_channels", 1, MOST_CHANNELS),
              number(model, "upsample_initial_channel", 1, MOST_CHANNELS),
              upsamplings(model),
              blocks(model));
      check(settings, number(data, "hop_length", 1, 1 << 16));
      return settings;
    }

    private JsonNode parse() throws ModelUnavailableException {
      try {
        if (Files.size(file) > MOST_BYTES) {
          throw new ModelUnavailableException(
              "%s is larger than %d bytes".formatted(file, MOST_BYTES));
        }
        return new ObjectMapper().readTree(Files.readAllBytes(file));
      } catch (JacksonException e) {
        throw new ModelUnavailableException(
            "%s is not valid JSON: %s".formatted(file, e.getOriginalMessage()), e);
      } catch (IOException e) {
        throw new ModelUnavailableException("%s can't be read".formatted(file), e);
      }
    }

    private List<Upsampling> upsamplings(JsonNode model) throws ModelUnavailableException {
      List<Integer> rates = numbers(model, "upsample_rates", 1, 64);
      List<Integer> kernels = numbers(model, "upsample_kernel_sizes", 1, 256);
      requireSame("upsample_kernel_sizes", kernels.size(), "upsample_rates", rates.size());
      List<Upsampling> all = new ArrayList<>();
      for (int i = 0; i < rates.size(); i++) {
        int surplus = kernels.get(i) - rates.get(i);
        if (surplus < 0 || surplus % 2 != 0) {
          throw wrong(
              "upsample_kernel_sizes",
              kernels.get(i).toString(),
              "must exceed the rate %d by an even number".formatted(rates.get(i)));
        }
        all.add(new Upsampling(rates.get(i), kernels.get(i)));
      }
      return List.copyOf(all);
    }

    private List<Block> blocks(JsonNode model) throws ModelUnavailableException {
      List<Integer> kernels = numbers(model, "resblock_kernel_sizes", 1, 99);
      JsonNode dilations = model.path("resblock_dilation_sizes");
      requireSame(
          "resblock_dilation_sizes", dilations.size(), "resblock_kernel_sizes", kernels.size());
      List<Block> all = new ArrayList<>();
      for (int i = 0; i < kernels.size(); i++) {
        requireOdd("resblock_kernel_sizes", kernels.get(i));
        all.add(
            new Block(
                kernels.get(i), numbers("resblock_dilation_sizes", dilations.get(i), 1, 100)));
      }
      return List.copyOf(all);
    }

    private void check(UvitsSettings settings, int hop) throws ModelUnavailableException {
      requireOdd("kernel_size", settings.kernel());
      requireSame("hop_length", hop, "the product of upsample_rates", settings.hop());
      if (settings.latent() % 2 != 0) {
        throw wrong("inter_channels", Integer.toString(settings.latent()), "must be even");
      }
      if (settings.hidden() % settings.heads() != 0) {
        throw wrong(
            "hidden_channels",
            Integer.toString(settings.hidden()),
            "must be a multiple of n_heads %d".formatted(settings.heads()));
      }
      int halvings = settings.upsamplings().size();
      if (settings.generatorWidth() % (1 << halvings) != 0) {
        throw wrong(
            "upsample_initial_channel",
            Integer.toString(settings.generatorWidth()),
            "must be divisible by 2 %d times".formatted(halvings));
      }
    }

    private void requireOdd(String field, int value) throws ModelUnavailableException {
      if (value % 2 == 0) {
        throw wrong(field, Integer.toString(value), "must be odd");
      }
    }

    private void requireSame(String field, int value, String other, int expected)
        throws ModelUnavailableException {
      if (value != expected) {
        throw new ModelUnavailableException(
            "%s: %s (%d) doesn't fit %s (%d)".formatted(file, field, value, other, expected));
      }
    }

    private int number(JsonNode parent, String field, int least, int most)
        throws ModelUnavailableException {
      return number(field, parent.path(field), least, most);
    }

    private int number(String field, JsonNode node, int least, int most)
        throws ModelUnavailableException {
      if (!node.isInt() || node.asInt() < least || node.asInt() > most) {
        throw wrong(
            field,
            node.isMissingNode() ? "missing" : node.toString(),
            "must be a whole number in %d..%d".formatted(least, most));
      }
      return node.asInt();
    }

    private List<Integer> numbers(JsonNode parent, String field, int least, int most)
        throws ModelUnavailableException {
      return numbers(field, parent.path(field), least, most);
    }

    private List<Integer> numbers(String field, JsonNode list, int least, int most)
        throws ModelUnavailableException {
      if (!list.isArray() || list.isEmpty() || list.size() > 12) {
        throw wrong(field, list.isMissingNode() ? "missing" : "a list", "must have 1..12 entries");
      }
      List<Integer> all = new ArrayList<>();
      for (JsonNode node : list) {
        all.add(number(field, node, least, most));
      }
      return List.copyOf(all);
    }

    private ModelUnavailableException wrong(String field, String value, String rule) {
      return new ModelUnavailableException("%s: %s is %s, %s".formatted(file, field, value, rule));
    }
  }
}
