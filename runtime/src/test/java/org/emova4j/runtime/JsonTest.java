package org.emova4j.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void readsWhatItWrites() throws IOException {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("text", "quote \" and \u00e9");
    object.put("whole", 42L);
    object.put("real", -0.5);
    object.put("flag", true);
    object.put("list", List.of(1L, "two", List.of()));
    object.put("object", Map.of("a", "b"));

    assertThat(Json.parseObject(Json.write(object))).isEqualTo(object);
    assertThat(Json.parseObject(Json.writePretty(object))).isEqualTo(object);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{\"a\":}", "{} {}", "{\"a\":null}", "{\"a\":[1}"})
  void refusesWhatIsNoObject(String text) {
    assertThatThrownBy(() -> Json.parseObject(text)).isInstanceOf(IOException.class);
  }

  @Test
  void refusesNestingThatWouldOverflowTheStack() {
    String text = "{\"a\":" + "[".repeat(100_000);
    assertThatThrownBy(() -> Json.parseObject(text)).isInstanceOf(IOException.class);
  }

  @Test
  void whatIsNullInForeignJsonIsMissing() throws Exception {
    assertThat(Json.parseForeignObject("{\"a\":null,\"b\":{\"c\":null},\"d\":1}"))
        .isEqualTo(Map.of("b", Map.of(), "d", 1L));
  }
}
