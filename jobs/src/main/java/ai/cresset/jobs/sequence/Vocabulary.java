package ai.cresset.jobs.sequence;

import ai.cresset.jobs.recipe.SequenceDataSettings.Tokens;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tokens and their numbers. The first four are padding, what is unknown, the beginning and the end.
 *
 * @param tokens what a token is
 * @param words those with a meaning, in order; the first has the number 4
 */
public record Vocabulary(Tokens tokens, List<String> words) implements Serializable {
  /** Stands behind shorter sequences. */
  public static final int PADDING = 0;

  private static final int UNKNOWN = 1;

  /** Begins what is written. */
  public static final int START = 2;

  /** Ends what is written. */
  public static final int END = 3;

  private static final int SPECIAL = 4;
  private static final long serialVersionUID = 1L;

  public Vocabulary {
    words = List.copyOf(words);
  }

  /** How many numbers there are. */
  public int size() {
    return SPECIAL + words.size();
  }

  /** The parts of a text: what stands between white space, or its characters. */
  public static List<String> cut(Tokens tokens, String text) {
    if (tokens == Tokens.CHAR) {
      return text.codePoints().mapToObj(Character::toString).toList();
    }
    return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
  }

  /** Numbers by token, to encode many texts with. */
  Map<String, Integer> numbers() {
    Map<String, Integer> numbers = new HashMap<>();
    for (int i = 0; i < words.size(); i++) {
      numbers.put(words.get(i), SPECIAL + i);
    }
    return numbers;
  }

  /**
   * The numbers of a text, cut and padded to a length.
   *
   * @param numbers those of this vocabulary
   * @param framed whether the beginning and the end stand around it; the length counts them
   */
  int[] encode(Map<String, Integer> numbers, String text, int length, boolean framed) {
    List<String> parts = cut(tokens, text);
    int most = Math.min(parts.size(), framed ? length - 2 : length);
    int[] result = new int[length];
    int place = 0;
    if (framed) {
      result[place++] = START;
    }
    for (int i = 0; i < most; i++) {
      result[place++] = numbers.getOrDefault(parts.get(i), UNKNOWN);
    }
    if (framed) {
      result[place] = END;
    }
    return result;
  }

  /** The text of tokens, up to the end or the padding; a question mark for what is unknown. */
  public String decode(long... numbers) {
    List<String> parts = new ArrayList<>();
    long[] inside = Arrays.stream(numbers).dropWhile(each -> each == START).toArray();
    for (long each : inside) {
      if (each == END || each == PADDING) {
        break;
      }
      parts.add(each < SPECIAL ? "?" : words.get((int) each - SPECIAL));
    }
    return String.join(tokens == Tokens.CHAR ? "" : " ", parts);
  }
}
