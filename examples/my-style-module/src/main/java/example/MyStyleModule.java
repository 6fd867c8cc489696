package example;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleCatalogue;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.style.StyleVector;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Characters: voices between those of another style module, each with a mood, a pitch and a speed
 * of its own. Writes the other module's style space, so the same vocoders speak it.
 */
@Component(
    property = {"emova.id=mine", "emova.style.space=lite-1", "service.ranking:Integer=-1"})
public final class MyStyleModule implements StyleModule {
  private final StyleModule voices;
  private final Map<String, Character> characters;

  /** A line of {@code characters.properties}. */
  record Character(String from, String to, double weight, String emotion, double pitch, double speed) {
    static Character parse(String name, String line) {
      Map<String, String> fields = new TreeMap<>();
      for (String field : line.strip().split("\\s+")) {
        fields.put(field.replaceAll("=.*", ""), field.replaceAll(".*=", ""));
      }
      if (!fields.keySet().equals(Set.of("from", "to", "weight", "emotion", "pitch", "speed"))) {
        throw new IllegalArgumentException(
            "character %s has %s, needs from, to, weight, emotion, pitch, speed".formatted(name, fields.keySet()));
      }
      return new Character(
          fields.get("from"),
          fields.get("to"),
          Double.parseDouble(fields.get("weight")),
          fields.get("emotion"),
          Double.parseDouble(fields.get("pitch")),
          Double.parseDouble(fields.get("speed")));
    }
  }

  /** There while the other module is. A wrong line, or a voice it doesn't have, gives no service. */
  @Activate
  public MyStyleModule(@Reference(target = "(emova.id=lite)") StyleModule voices)
      throws IOException, SpeechException {
    this.voices = voices;
    this.characters = new TreeMap<>();
    Properties lines = new Properties();
    try (InputStream in = MyStyleModule.class.getResourceAsStream("characters.properties")) {
      lines.load(in);
    }
    for (String name : lines.stringPropertyNames()) {
      characters.put(name, Character.parse(name, lines.getProperty(name)));
      encode(Style.DEFAULT.withSpeaker(name));
    }
  }

  @Override
  public String styleSpace() {
    return voices.styleSpace();
  }

  /** The characters are its speakers; all else is as the other module has it. */
  @Override
  public StyleCatalogue catalogue() {
    StyleCatalogue other = voices.catalogue();
    return new StyleCatalogue(
        List.copyOf(characters.keySet()),
        other.emotions(),
        other.pitches(),
        other.speeds(),
        other.continuous(),
        other.intensity());
  }

  @Override
  public StyleVector encode(Style style) throws SpeechException {
    if (style.mix().isPresent()) {
      Style.Mix mix = style.mix().get();
      return encode(style.unmixed()).towards(encode(mix.other()), mix.weight());
    }
    String name = style.speaker().orElse(characters.keySet().iterator().next());
    Character character = characters.get(name);
    if (character == null) {
      throw new IllegalArgumentException(
          "unknown speaker \"%s\"; known: %s".formatted(name, String.join(", ", characters.keySet())));
    }
    Style spoken =
        new Style(
            style.speaker(),
            style.emotion().or(() -> Optional.of(character.emotion())),
            style.intensity(),
            style.pitch().or(() -> Optional.of(new Style.Amount(character.pitch()))),
            style.speed().or(() -> Optional.of(new Style.Amount(character.speed()))));
    return voices
        .encode(spoken.withSpeaker(character.from()))
        .towards(voices.encode(spoken.withSpeaker(character.to())), character.weight());
  }

  @Override
  public int referenceSampleRate() {
    return voices.referenceSampleRate();
  }

  /** The recording's own voice, unless a character is named. */
  @Override
  public StyleVector encode(Audio reference, Style adjustments) throws SpeechException {
    return adjustments.speaker().isPresent() ? encode(adjustments) : voices.encode(reference, adjustments);
  }

  /** The character whose vector is nearest. */
  @Override
  public Style describe(Audio reference) throws SpeechException {
    float[] heard = voices.encode(reference, Style.DEFAULT).values();
    Style best = Style.DEFAULT;
    double least = Double.MAX_VALUE;
    for (String name : characters.keySet()) {
      Style style = Style.DEFAULT.withSpeaker(name);
      float[] values = encode(style).values();
      double distance = 0;
      for (int i = 0; i < values.length; i++) {
        distance += (values[i] - heard[i]) * (values[i] - heard[i]);
      }
      if (distance < least) {
        least = distance;
        best = style;
      }
    }
    return best;
  }
}
