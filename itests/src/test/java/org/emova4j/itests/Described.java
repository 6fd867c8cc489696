package org.emova4j.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the server's own description says of its replies, and which of it has been looked at. */
final class Described {
  private final JsonNode document;
  private final Set<String> answered = new TreeSet<>();

  Described(JsonNode document) {
    this.document = document;
  }

  /** All operations, as {@code GET /path}. */
  Set<String> operations() {
    Set<String> operations = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        operations.add(operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
      }
    }
    return operations;
  }

  Set<String> answered() {
    return answered;
  }

  /** What is no request and reply was tried, and is described. */
  void saw(String operation) {
    operation(operation);
    answered.add(operation);
  }

  /** A reply is one of those that its operation describes. Returns it. */
  HttpResponse<byte[]> require(String operation, HttpResponse<byte[]> response) throws Exception {
    answered.add(operation);
    JsonNode responses = operation(operation).path("responses");
    JsonNode description = responses.path(String.valueOf(response.statusCode()));
    assertThat(description.isMissingNode())
        .as("%s %d: %s", operation, response.statusCode(), shortened(Served.text(response)))
        .isFalse();
    check(operation, description, response);
    return response;
  }

  /** A failure has the form that all failures have. Returns it. */
  HttpResponse<byte[]> requireError(String operation, HttpResponse<byte[]> response)
      throws Exception {
    check(operation, operation(operation).path("responses").path("default"), response);
    return response;
  }

  private JsonNode operation(String operation) {
    String[] words = operation.split(" ", 2);
    JsonNode found = document.path("paths").path(words[1]).path(words[0].toLowerCase(Locale.ROOT));
    assertThat(found.isMissingNode()).as("%s is described", operation).isFalse();
    return found;
  }

  private void check(String operation, JsonNode description, HttpResponse<byte[]> response)
      throws Exception {
    String type = Served.header(response, "content-type").replaceFirst(";.*", "");
    JsonNode content = description.path("content").path(type);
    assertThat(content.isMissingNode()).as("%s replies with %s", operation, type).isFalse();
    JsonNode schema = content.path("schema");
    if (type.equals("application/json")) {
      validate(operation, schema, Served.json(response));
    } else if (type.equals("text/event-stream")) {
      for (String line : Served.text(response).lines().filter(l -> !l.isEmpty()).toList()) {
        if (!line.equals("data: [DONE]")) {
          validate(operation, schema, Served.json(line.substring("data: ".length())));
        }
      }
    }
  }

  private void validate(String operation, JsonNode schema, JsonNode value) {
    ObjectNode whole = schema.deepCopy();
    whole.set("components", document.path("components"));
    JsonSchema validator =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(whole);
    Set<ValidationMessage> problems = validator.validate(value);
    assertThat(problems).as("%s: %s", operation, shortened(value.toString())).isEmpty();
  }

  private static String shortened(String text) {
    return text.substring(0, Math.min(300, text.length()));
  }
}
