package org.emova4j.runtime.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.emova4j.api.speech.Phone;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.runtime.Json;

/** Units as text in three forms; what one writes, {@link #parse} reads, whichever it is. */
enum UnitForm {
  /** {@code 12*3 7*1}: ids, each with how many unit durations it lasts, where that is known. */
  TEXT,
  /** An object with the codebook's facts beside the units. */
  JSON,
  /** {@code <|speech_12|><|speech_7|>}: as language models read it, without timing. */
  TOKENS;

  private static final Pattern TEXT_UNIT = Pattern.compile("(\\d{1,9})(?:\\*(\\d{1,9}))?");

  String write(UnitSequence units) {
    return switch (this) {
      case TEXT -> writeText(units);
      case JSON -> Json.write(writeObject(units)) + "\n";
      case TOKENS -> units.toText() + "\n";
    };
  }

  private static String writeText(UnitSequence units) {
    StringBuilder text = new StringBuilder(units.length() * 6);
    Optional<int[]> runs = units.runLengths();
    for (int i = 0; i < units.length(); i++) {
      text.append(i == 0 ? "" : " ").append(units.id(i));
      if (runs.isPresent()) {
        text.append('*').append(runs.get()[i]);
      }
    }
    return text.append('\n').toString();
  }

  /** The object of {@link #JSON} with the phones that the units say, their times in seconds. */
  static String writeJson(UnitSequence units, List<Phone> phones) {
    Map<String, Object> object = writeObject(units);
    object.put(
        "phones",
        phones.stream()
            .map(
                phone -> {
                  Map<String, Object> entry = new LinkedHashMap<>();
                  entry.put("label", phone.label());
                  entry.put("start", phone.start().toNanos() / 1e9);
                  entry.put("duration", phone.duration().toNanos() / 1e9);
                  return entry;
                })
            .toList());
    return Json.write(object) + "\n";
  }

  private static Map<String, Object> writeObject(UnitSequence units) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("codebook", units.codebook().id());
    object.put("codebookSize", units.codebook().size());
    object.put("unitMillis", units.codebook().unitDuration().toMillis());
    object.put("units", units.ids());
    units.runLengths().ifPresent(runs -> object.put("runLengths", runs));
    return object;
  }

  /**
   * Units in any of the forms.
   *
   * @param codebook that they must be of; only JSON says which it is
   * @throws FailedException says what is wrong, and where
   */
  static UnitSequence parse(String text, Codebook codebook) throws FailedException {
    String stripped = text.strip();
    try {
      return switch (stripped.isEmpty() ? ' ' : stripped.charAt(0)) {
        case '{' -> parseObject(stripped, codebook);
        case '<' -> UnitSequence.parse(codebook, stripped);
        default -> parseText(stripped, codebook);
      };
    } catch (IllegalArgumentException | IOException e) {
      throw new FailedException(
          "these are no units: " + e.getMessage().lines().findFirst().orElse(""));
    }
  }

  private static UnitSequence parseText(String text, Codebook codebook) {
    IntStream.Builder ids = IntStream.builder();
    IntStream.Builder runs = IntStream.builder();
    boolean timed = false;
    int index = 0;
    for (String word : text.split("[\\s,]+", 0)) {
      if (word.isEmpty()) {
        continue;
      }
      Matcher unit = TEXT_UNIT.matcher(word);
      if (!unit.matches()) {
        String shown = word.length() > 20 ? word.substring(0, 20) + "..." : word;
        throw new IllegalArgumentException(
            "\"%s\" at index %d is neither id nor id*run".formatted(shown, index));
      }
      ids.add(Integer.parseInt(unit.group(1)));
      timed |= unit.group(2) != null;
      runs.add(unit.group(2) == null ? 1 : Integer.parseInt(unit.group(2)));
      index++;
    }
    return timed
        ? UnitSequence.ofTimed(codebook, ids.build().toArray(), runs.build().toArray())
        : UnitSequence.of(codebook, ids.build().toArray());
  }

  private static UnitSequence parseObject(String text, Codebook codebook) throws IOException {
    Map<String, Object> object = Json.parseObject(text);
    if (object.get("codebook") instanceof String id && !id.equals(codebook.id())) {
      throw new IllegalArgumentException(
          "they are of codebook %s but the vocoder reads %s".formatted(id, codebook.id()));
    }
    if (object.get("unitMillis") instanceof Long millis
        && !Duration.ofMillis(millis).equals(codebook.unitDuration())) {
      throw new IllegalArgumentException(
          "they last %d ms each but those of codebook %s last %d ms"
              .formatted(millis, codebook.id(), codebook.unitDuration().toMillis()));
    }
    int[] ids = integers(object, "units");
    return object.containsKey("runLengths")
        ? UnitSequence.ofTimed(codebook, ids, integers(object, "runLengths"))
        : UnitSequence.of(codebook, ids);
  }

  private static int[] integers(Map<String, Object> object, String name) {
    if (!(object.get(name) instanceof List<?> list)) {
      throw new IllegalArgumentException("there is no list \"%s\"".formatted(name));
    }
    int[] numbers = new int[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!(list.get(i) instanceof Long number)
          || number < Integer.MIN_VALUE
          || number > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "\"%s\" at index %d of \"%s\" is no unit".formatted(list.get(i), i, name));
      }
      numbers[i] = number.intValue();
    }
    return numbers;
  }

  /** As users write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
