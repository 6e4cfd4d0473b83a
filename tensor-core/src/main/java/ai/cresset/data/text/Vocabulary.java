package ai.cresset.data.text;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tokens and their numbers ({@code torchtext.vocab.Vocab}). */
public final class Vocabulary {
  /** The usual token for those that are not known. */
  public static final String UNKNOWN = "<unk>";

  /** The usual token that fills up. */
  public static final String PADDING = "<pad>";

  private final List<String> tokens;
  private final Map<String, Integer> numbers = new HashMap<>();

  /** Tokens in the order of their numbers, each once. */
  public Vocabulary(List<String> tokens) {
    this.tokens = List.copyOf(tokens);
    for (int i = 0; i < tokens.size(); i++) {
      if (numbers.put(tokens.get(i), i) != null) {
        throw DataException.because("a vocabulary with the token '" + tokens.get(i) + "' twice");
      }
    }
  }

  /**
   * The tokens of texts, frequent ones first, equally frequent ones in the order of their letters.
   *
   * @param texts their tokens
   * @param minFrequency how often a token occurs at least
   * @param maxTokens how many tokens there are at most, the special ones counted; 0 for any number
   * @param special tokens that come first, whether they occur or not
   */
  public static Vocabulary of(
      Iterable<List<String>> texts, int minFrequency, int maxTokens, List<String> special) {
    if (minFrequency < 1) {
      throw ConfigException.value("minFrequency", minFrequency, "at least 1");
    }
    Map<String, Long> counts = new HashMap<>();
    texts.forEach(text -> text.forEach(token -> counts.merge(token, 1L, Long::sum)));
    Set<String> chosen = new LinkedHashSet<>(special);
    counts.entrySet().stream()
        .filter(each -> each.getValue() >= minFrequency)
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .filter(token -> !special.contains(token))
        .limit(maxTokens == 0 ? Long.MAX_VALUE : Math.max(0, maxTokens - special.size()))
        .forEach(chosen::add);
    return new Vocabulary(List.copyOf(chosen));
  }

  /** How many tokens there are. */
  public int size() {
    return tokens.size();
  }

  /** Whether a token has a number. */
  public boolean contains(String token) {
    return numbers.containsKey(token);
  }

  /**
   * The number of a token, or that of {@link #UNKNOWN}.
   *
   * @throws DataException if there is neither
   */
  public int number(String token) {
    Integer number = numbers.getOrDefault(token, numbers.get(UNKNOWN));
    if (number == null) {
      throw DataException.because(
          "the token '"
              + token
              + "' is not in the vocabulary of "
              + size()
              + " tokens, and there is no "
              + UNKNOWN
              + " in it; make it with "
              + UNKNOWN
              + " among the special tokens");
    }
    return number;
  }

  /** The token of a number. */
  public String token(int number) {
    if (number < 0 || number >= size()) {
      throw DataException.because("token " + number + " of a vocabulary of " + size());
    }
    return tokens.get(number);
  }

  /** All tokens, in the order of their numbers. */
  public List<String> tokens() {
    return tokens;
  }

  /** The numbers of tokens. */
  public long[] encode(List<String> text) {
    return text.stream().mapToLong(this::number).toArray();
  }

  /** The tokens of numbers. */
  public List<String> decode(long[] text) {
    List<String> decoded = new ArrayList<>(text.length);
    for (long number : text) {
      decoded.add(token(Math.toIntExact(number)));
    }
    return decoded;
  }

  /** Writes the tokens, one a line, which they must not contain ends of. */
  public void save(Path file) {
    for (String token : tokens) {
      if (token.contains("\n") || token.contains("\r")) {
        throw DataException.because(file + ": a token with a line end cannot be saved: " + token);
      }
    }
    try {
      Files.write(file, tokens);
    } catch (IOException e) {
      throw DataException.because(file + ": cannot be written: " + e, e);
    }
  }

  /** Reads what {@link #save} wrote. */
  public static Vocabulary load(Path file) {
    try {
      return new Vocabulary(Files.readAllLines(file));
    } catch (IOException e) {
      throw DataException.because(file + ": cannot be read: " + e, e);
    }
  }
}
