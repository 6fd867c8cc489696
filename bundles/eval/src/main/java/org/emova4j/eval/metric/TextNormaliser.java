package org.emova4j.eval.metric;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What of a transcript counts when recognised words are compared. Text is brought to Unicode NFKC
 * and lower case (root locale); what stands in [], () or &lt;&gt; is a noise's name and goes;
 * apostrophes between letters stay (typographic ones become '); all else that is neither letter,
 * mark nor digit becomes a space. Numbers are not spelt out. Han, Hiragana, Katakana and Thai,
 * which are written without spaces, count as a word for each character.
 */
public final class TextNormaliser {
  private static final Pattern NOISE = Pattern.compile("\\[[^\\[\\]]*\\]|\\([^()]*\\)|<[^<>]*>");
  private static final Pattern APOSTROPHE = Pattern.compile("[\u2018\u2019\u02bc\uff07`\u00b4]");
  private static final Pattern OTHER =
      Pattern.compile("[^\\p{L}\\p{M}\\p{Nd}']|(?<![\\p{L}\\p{M}])'|'(?![\\p{L}\\p{M}])");
  private static final Pattern UNSPACED =
      Pattern.compile("[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsThai}]\\p{M}*");
  private static final Pattern SPACE = Pattern.compile(" +");

  private TextNormaliser() {}

  /** The words that count, in order. */
  public static List<String> words(String text) {
    String plain = APOSTROPHE.matcher(text).replaceAll("'");
    plain = Normalizer.normalize(plain, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    plain = NOISE.matcher(plain).replaceAll(" ");
    plain = OTHER.matcher(plain).replaceAll(" ");
    plain = UNSPACED.matcher(plain).replaceAll(" $0 ");
    return SPACE.splitAsStream(plain).filter(word -> !word.isEmpty()).toList();
  }

  /** The characters (code points) of these words, in order, without spaces. */
  public static List<String> characters(String text) {
    return words(text).stream()
        .flatMapToInt(String::codePoints)
        .mapToObj(Character::toString)
        .toList();
  }

  /**
   * Edits that turn a transcript's words into those heard; {@code rate()} is the word error rate.
   */
  public static EditCounts wordErrors(String transcript, String heard) {
    return EditCounts.between(words(transcript), words(heard));
  }

  /** Of characters; {@code rate()} is the character error rate. */
  public static EditCounts characterErrors(String transcript, String heard) {
    return EditCounts.between(characters(transcript), characters(heard));
  }
}
