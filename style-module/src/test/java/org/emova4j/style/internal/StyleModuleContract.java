package org.emova4j.style.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.style.StyleVector;
import org.junit.jupiter.api.Test;

/** What every {@link StyleModule} does. */
abstract class StyleModuleContract {
  /** The module under test. */
  abstract StyleModule module() throws Exception;

  /** Speech at its rate, some seconds. */
  abstract Audio speech();

  @Test
  void everyLabelOfTheCatalogueIsUnderstood() throws Exception {
    StyleModule module = module();
    int length = module.encode(Style.DEFAULT).length();
    for (String speaker : module.catalogue().speakers()) {
      for (String emotion : module.catalogue().emotions()) {
        StyleVector vector = module.encode(Style.DEFAULT.withSpeaker(speaker).withEmotion(emotion));
        assertThat(vector.spaceId()).isEqualTo(module.styleSpace());
        assertThat(vector.length()).isEqualTo(length);
      }
    }
    for (String pitch : module.catalogue().pitches()) {
      for (String speed : module.catalogue().speeds()) {
        Style style =
            Style.DEFAULT.withPitch(new Style.Label(pitch)).withSpeed(new Style.Label(speed));
        assertThat(module.encode(style).length()).isEqualTo(length);
      }
    }
  }

  @Test
  void unknownLabelsAreRefusedWithTheCatalogue() throws Exception {
    StyleModule module = module();
    String first = module.catalogue().speakers().get(0);
    assertThatThrownBy(() -> module.encode(Style.DEFAULT.withSpeaker("nobody")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nobody")
        .hasMessageContaining(first);
    for (Style style :
        new Style[] {
          Style.DEFAULT.withEmotion("nothing"),
          Style.DEFAULT.withPitch(new Style.Label("nothing")),
          Style.DEFAULT.withSpeed(new Style.Label("nothing"))
        }) {
      assertThatThrownBy(() -> module.encode(style))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("nothing");
      assertThatThrownBy(() -> module.encode(speech(), style))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("nothing");
    }
  }

  @Test
  void aRecordingGivesAStyle() throws Exception {
    StyleModule module = module();
    StyleVector vector = module.encode(speech(), Style.DEFAULT);
    assertThat(vector.spaceId()).isEqualTo(module.styleSpace());
    assertThat(module.encode(speech(), Style.DEFAULT)).isEqualTo(vector);
  }

  @Test
  void aRecordingIsDescribedInLabelsOfTheCatalogue() throws Exception {
    StyleModule module = module();
    Style style = module.describe(speech());
    assertThat(module.encode(style).spaceId()).isEqualTo(module.styleSpace());
    assertThat(module.catalogue().speakers()).contains(style.speaker().orElseThrow());
  }

  @Test
  void tooLittleSpeechIsSaid() {
    for (int length : new int[] {0, 100, 4_000}) {
      Audio little = speech().slice(0, length);
      assertThatThrownBy(() -> module().encode(little, Style.DEFAULT))
          .isInstanceOf(SpeechException.class);
    }
    Audio silence = Audio.of(new float[32_000], speech().sampleRate());
    assertThatThrownBy(() -> module().describe(silence)).isInstanceOf(SpeechException.class);
  }

  @Test
  void refusesAnotherRate() {
    Audio other = Audio.of(new float[44_100], 44_100);
    assertThatThrownBy(() -> module().encode(other, Style.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("44100");
  }
}
