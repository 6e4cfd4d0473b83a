package ai.cresset.data.text;

import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Words and punctuation of a text in small letters; white space divides and disappears. */
public final class WordTokenizer {
  private static final Pattern TOKEN = Pattern.compile("[\\p{L}\\p{M}\\p{N}_']+|[^\\p{Z}\\s]");

  private WordTokenizer() {}

  /** The tokens of a text, in order. */
  public static List<String> tokens(String text) {
    return TOKEN
        .matcher(text.toLowerCase(Locale.ROOT))
        .results()
        .map(MatchResult::group)
        .toList();
  }
}
