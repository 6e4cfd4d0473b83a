package ai.cresset.jobs.text;

import java.io.Serializable;

/** Turns text into numbers and back. Immutable, and sent to executors. */
public sealed interface Tokenizer extends Serializable permits CharTokenizer, ByteTokenizer {
  /** How many different tokens there are; each is from 0 to one below. */
  int vocabularySize();

  /**
   * The tokens of {@code text}, in order.
   *
   * @throws ai.cresset.error.DataException for a character without a token; the text names it
   */
  int[] encode(String text);

  /** How many tokens {@link #encode} gives. */
  long count(String text);

  /**
   * The text of {@code tokens}.
   *
   * @throws ai.cresset.error.DataException for a number that is no token
   */
  String decode(int... tokens);
}
