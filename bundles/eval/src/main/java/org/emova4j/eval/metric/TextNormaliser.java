package org.emova4j.eval.metric;

import java.util.List;

/**
 * What of a transcript counts when recognised words are compared. Text is brought to Unicode NFKC
 * and lower case (root locale); what stands in [], (), &lt;&gt; is a noise's name and goes;
 * apostrophes between letters stay (typographic ones become '); all else that is neither letter,
 * mark nor digit becomes a space. Numbers are not spelt out. Chinese, Japanese and Korean
 * ideographs and kana are words of one character.
 */
public final class TextNormaliser {
  private TextNormaliser() {}

  /** The words that count, in order. */
  public static List<String> words(String text) {
    return Later.yet();
  }

  /** The characters (code points) of these words, in order, without spaces. */
  public static List<String> characters(String text) {
    return Later.yet();
  }

  /**
   * Edits that turn the words of a transcript into those heard; {@code rate()} is the word error
   * rate.
   */
  public static EditCounts wordErrors(String transcript, String heard) {
    return EditCounts.between(words(transcript), words(heard));
  }

  /** Of characters; {@code rate()} is the character error rate. */
  public static EditCounts characterErrors(String transcript, String heard) {
    return EditCounts.between(characters(transcript), characters(heard));
  }
}
