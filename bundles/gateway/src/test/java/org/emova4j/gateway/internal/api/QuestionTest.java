package org.emova4j.gateway.internal.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.emova4j.gateway.internal.http.ApiException;
import org.emova4j.gateway.internal.http.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuestionTest {
  private static Question question(String messages) {
    return Question.of(Json.readObject("{\"messages\":[%s]}".formatted(messages)).path("messages"));
  }

  @Test
  void readsATalkInOrder() {
    Question question =
        question(
            """
            {"role":"system","content":"Be brief."},
            {"role":"user","content":"Hi"},
            {"role":"assistant","content":"Hello"},
            {"role":"user","content":[{"type":"text","text":"Who "},{"type":"text","text":"are you?"},
              {"type":"image_url","image_url":{"url":"data:image/png;base64,AAEC","detail":"high"}}]}
            """);

    assertThat(question.system()).contains("Be brief.");
    assertThat(question.turns()).hasSize(1);
    assertThat(question.turns().get(0).answer()).isEqualTo("Hello");
    assertThat(question.last().text()).isEqualTo("Who are you?");
    assertThat(question.last().image().orElseThrow()).containsExactly(0, 1, 2);
    assertThat(question.last().full()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/x.png",
        "file:///etc/passwd",
        "/etc/passwd",
        "data:text/html;base64,AAEC",
        "data:image/png,AAEC",
        "data:image/png;base64,%%%",
        "data:image/png;base64,",
        ""
      })
  void opensNoAddress(String url) {
    assertThatThrownBy(
            () ->
                question(
                    "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"%s\"}}]}"
                        .formatted(url)))
        .isInstanceOf(ApiException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"b\"}",
        "{\"role\":\"assistant\",\"content\":\"a\"}",
        "{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"}",
        "{\"role\":\"robot\",\"content\":\"a\"}",
        "{\"role\":\"user\",\"content\":[{\"type\":\"video\"}]}"
      })
  void refusesWhatCanNotBeAnswered(String messages) {
    assertThatThrownBy(() -> question(messages)).isInstanceOf(ApiException.class);
  }
}
