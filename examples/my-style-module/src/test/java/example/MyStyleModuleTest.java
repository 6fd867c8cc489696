package example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleCatalogue;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.style.StyleVector;
import org.junit.jupiter.api.Test;

class MyStyleModuleTest {
  /** A voice is 0 or 1; then come pitch and speed. A recording is 7 semitones high. */
  private static final class TwoVoices implements StyleModule {
    @Override
    public String styleSpace() {
      return "lite-1";
    }

    @Override
    public StyleCatalogue catalogue() {
      return new StyleCatalogue(
          List.of("male", "female"), List.of("neutral", "happy", "angry"), List.of(), List.of(), true);
    }

    @Override
    public StyleVector encode(Style style) {
      int voice = catalogue().speakers().indexOf(style.speaker().orElseThrow());
      return StyleVector.of("lite-1", voice, amount(style.pitch()), amount(style.speed()));
    }

    private static float amount(Optional<Style.Level> level) {
      return (float) ((Style.Amount) level.orElseThrow()).value();
    }

    @Override
    public int referenceSampleRate() {
      return 16_000;
    }

    @Override
    public StyleVector encode(Audio reference, Style adjustments) {
      return StyleVector.of("lite-1", 1, 7, 1);
    }

    @Override
    public Style describe(Audio reference) {
      throw new AssertionError();
    }
  }

  private final MyStyleModule module;

  MyStyleModuleTest() throws Exception {
    module = new MyStyleModule(new TwoVoices());
  }

  @Test
  void charactersLieBetweenVoicesAndTheCallerHasTheLastWord() throws Exception {
    Style narrator = Style.DEFAULT.withSpeaker("narrator");
    assertArrayEquals(new float[] {0.25f, -1, 0.95f}, module.encode(narrator).values());
    assertArrayEquals(
        new float[] {0.25f, 3, 0.95f},
        module.encode(narrator.withPitch(new Style.Amount(3))).values());
    Style giant = Style.DEFAULT.withSpeaker("giant");
    float halfWay = module.encode(giant.mixedWith(narrator, 0.5)).values()[0];
    assertEquals(0.125f, halfWay);
  }

  @Test
  void knowsItsCharactersAndNobodyElse() throws Exception {
    List<String> speakers = module.catalogue().speakers();
    assertTrue(speakers.containsAll(List.of("giant", "mouse", "narrator"))); // and yours
    assertEquals("lite-1", module.styleSpace());
    Throwable unknown =
        assertThrows(
            IllegalArgumentException.class, () -> module.encode(Style.DEFAULT.withSpeaker("male")));
    assertTrue(unknown.getMessage().contains(String.join(", ", speakers)));
    assertThrows(
        IllegalArgumentException.class, () -> MyStyleModule.Character.parse("elf", "from=male"));
  }

  @Test
  void hearsRecordings() throws Exception {
    Audio recording = Audio.of(new float[16_000], 16_000);
    assertEquals(Optional.of("mouse"), module.describe(recording).speaker());
    assertEquals(1, module.encode(recording, Style.DEFAULT).values()[0]);
    assertEquals(0, module.encode(recording, Style.DEFAULT.withSpeaker("giant")).values()[0]);
  }
}
