package ai.cresset.jobs.text;

import ai.cresset.error.DataException;
import java.util.Arrays;
import java.util.BitSet;

/** One token for each Unicode code point that occurs in the training text, sorted by code point. */
public final class CharTokenizer implements Tokenizer {
  private static final long serialVersionUID = 1L;

  private final int[] codePoints;

  private CharTokenizer(int[] sorted) {
    codePoints = sorted;
  }

  /** The tokenizer for the code points whose bits are set. */
  public static CharTokenizer of(BitSet codePoints) {
    return new CharTokenizer(codePoints.stream().toArray());
  }

  /** The tokenizer for the code points of {@code text}. */
  public static CharTokenizer of(String text) {
    return new CharTokenizer(text.codePoints().sorted().distinct().toArray());
  }

  /** The characters in order of their tokens. */
  public String characters() {
    return new String(codePoints, 0, codePoints.length);
  }

  @Override
  public int vocabularySize() {
    return codePoints.length;
  }

  @Override
  public int[] encode(String text) {
    int[] tokens = new int[text.codePointCount(0, text.length())];
    int position = 0;
    for (int i = 0; i < text.length(); position++) {
      int codePoint = text.codePointAt(i);
      int token = Arrays.binarySearch(codePoints, codePoint);
      if (token < 0) {
        throw DataException.because(
            "the character "
                + describe(codePoint)
                + " at position "
                + position
                + " is not among the "
                + codePoints.length
                + " characters of the text that the model was trained on");
      }
      tokens[position] = token;
      i += Character.charCount(codePoint);
    }
    return tokens;
  }

  @Override
  public long count(String text) {
    return text.codePointCount(0, text.length());
  }

  @Override
  public String decode(int... tokens) {
    int[] text = new int[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] < 0 || tokens[i] >= codePoints.length) {
        throw DataException.because(
            "token "
                + tokens[i]
                + " at position "
                + i
                + " is no character: expected 0 to "
                + (codePoints.length - 1));
      }
      text[i] = codePoints[tokens[i]];
    }
    return new String(text, 0, text.length);
  }

  private static String describe(int codePoint) {
    String name = Character.getName(codePoint);
    String code = String.format("U+%04X", codePoint);
    boolean visible = !Character.isISOControl(codePoint) && !Character.isWhitespace(codePoint);
    return (visible ? "'" + Character.toString(codePoint) + "' " : "")
        + "("
        + code
        + (name == null ? "" : " " + name)
        + ")";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CharTokenizer that && Arrays.equals(codePoints, that.codePoints);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(codePoints);
  }

  @Override
  public String toString() {
    return "CharTokenizer[" + codePoints.length + " characters]";
  }
}
