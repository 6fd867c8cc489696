package org.emova4j.qwen.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Set;
import org.emova4j.api.speech.ModelUnavailableException;

/**
 * Sizes of a decoder, as {@code config.json} of a checkpoint has them.
 *
 * @param hiddenSize width of the embeddings
 * @param layers number of layers
 * @param heads number of query heads
 * @param keyHeads number of key and value heads, which divides {@code heads}
 * @param headSize width of a head, even
 * @param innerSize width inside the perceptrons
 * @param rows of the embedding matrix, some of which may have no token
 * @param epsilon of the normalisations
 * @param theta base of the rotary positions
 * @param tied whether the embeddings are also the output matrix
 * @param positions longest sequence that it was made for
 * @param endIds tokens that end an answer
 */
record QwenConfig(
    int hiddenSize,
    int layers,
    int heads,
    int keyHeads,
    int headSize,
    int innerSize,
    int rows,
    double epsilon,
    double theta,
    boolean tied,
    int positions,
    Set<Integer> endIds) {
  /** Far over any model, and small enough that no product of two overflows a long. */
  private static final int LIMIT = 1 << 24;

  private static final int MAX_LAYERS = 1024;
  private static final Set<String> TYPES = Set.of("qwen2", "emova_qwen2");

  QwenConfig {
    endIds = Set.copyOf(endIds);
  }

  /**
   * @param root of {@code config.json}: the language model's own, or that of a larger model which
   *     has it as {@code text_config}
   * @throws ModelUnavailableException names the field, the value and the limit
   */
  static QwenConfig of(JsonNode root) throws ModelUnavailableException {
    JsonNode node = root.path("text_config").isObject() ? root.path("text_config") : root;
    String type = node.path("model_type").asText("qwen2");
    if (!TYPES.contains(type)) {
      throw new ModelUnavailableException(
          "config.json: model_type is %s, only qwen2 is known".formatted(type));
    }
    if (node.path("use_sliding_window").asBoolean(false)) {
      throw new ModelUnavailableException("config.json: sliding windows are not supported");
    }
    int hidden = number(node, "hidden_size", LIMIT);
    int heads = number(node, "num_attention_heads", LIMIT);
    int keyHeads =
        node.hasNonNull("num_key_value_heads") ? number(node, "num_key_value_heads", LIMIT) : heads;
    int headSize = node.hasNonNull("head_dim") ? number(node, "head_dim", LIMIT) : hidden / heads;
    if (heads % keyHeads != 0) {
      throw new ModelUnavailableException(
          "config.json: num_key_value_heads is %d, which does not divide num_attention_heads %d"
              .formatted(keyHeads, heads));
    }
    if (headSize < 2 || headSize % 2 != 0) {
      throw new ModelUnavailableException(
          "config.json: the size of a head is %d, must be even".formatted(headSize));
    }
    return new QwenConfig(
        hidden,
        number(node, "num_hidden_layers", MAX_LAYERS),
        heads,
        keyHeads,
        headSize,
        number(node, "intermediate_size", LIMIT),
        number(node, "vocab_size", LIMIT),
        real(node, "rms_norm_eps", 1e-6),
        theta(node),
        node.path("tie_word_embeddings").asBoolean(root.path("tie_word_embeddings").asBoolean()),
        node.hasNonNull("max_position_embeddings")
            ? number(node, "max_position_embeddings", LIMIT)
            : LIMIT,
        endIds(node));
  }

  /** Older files have it at the top, newer ones among the parameters of the positions. */
  private static double theta(JsonNode node) throws ModelUnavailableException {
    for (String field : new String[] {"rope_scaling", "rope_parameters"}) {
      JsonNode scaling = node.path(field);
      String kind = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
      if (!kind.equals("default")) {
        throw new ModelUnavailableException(
            "config.json: positions of type %s are not supported".formatted(kind));
      }
    }
    JsonNode parameters = node.path("rope_parameters");
    return real(parameters.hasNonNull("rope_theta") ? parameters : node, "rope_theta", 10_000);
  }

  private static Set<Integer> endIds(JsonNode node) {
    Set<Integer> ids = new LinkedHashSet<>();
    JsonNode end = node.path("eos_token_id");
    if (end.isInt()) {
      ids.add(end.intValue());
    }
    end.elements().forEachRemaining(id -> ids.add(id.asInt(-1)));
    return ids;
  }

  private static int number(JsonNode node, String field, int limit)
      throws ModelUnavailableException {
    JsonNode value = node.path(field);
    if (!value.isInt() || value.intValue() < 1 || value.intValue() > limit) {
      throw new ModelUnavailableException(
          "config.json: %s is %s, must be from 1 to %d"
              .formatted(field, value.isMissingNode() ? "missing" : Excerpt.of(value), limit));
    }
    return value.intValue();
  }

  private static double real(JsonNode node, String field, double otherwise)
      throws ModelUnavailableException {
    JsonNode value = node.path(field);
    double real = value.isMissingNode() ? otherwise : value.asDouble(-1);
    if (!(real > 0 && real <= 1e12)) {
      throw new ModelUnavailableException(
          "config.json: %s is %s, must be above 0 and up to 10^12"
              .formatted(field, Excerpt.of(value)));
    }
    return real;
  }
}
