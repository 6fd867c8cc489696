package example;

import java.nio.file.Path;
import org.emova4j.api.style.Style;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.facade.Emova;

/** Says what a recording says in another voice, and shows its units. */
public final class Convert {
  public static void main(String[] arguments) throws Exception {
    Path in = Path.of(arguments[0]);
    try (Emova emova = Emova.open()) {
      emova.convert(in, Path.of(arguments[1]), Style.DEFAULT.withSpeaker("female").withEmotion("happy"));
      UnitSequence units = emova.tokenize(in);
      System.out.println(units.length() + " units of codebook " + units.codebook().id());
      emova.write(emova.synthesize(units, Style.DEFAULT.withSpeaker("male")), Path.of(arguments[2]));
    }
  }
}
