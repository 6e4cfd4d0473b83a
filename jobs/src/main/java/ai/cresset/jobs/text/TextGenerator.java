package ai.cresset.jobs.text;

import ai.cresset.error.DataException;
import ai.cresset.random.Generator;
import java.util.Arrays;

/**
 * Continues a text with a language model, token by token.
 *
 * @param model scores the next token
 * @param context how many tokens the model sees at most; older ones drop out
 * @param tokenizer the model's own
 * @param sampler how a token is chosen from the scores
 */
public record TextGenerator(Scores model, int context, Tokenizer tokenizer, TokenSampler sampler) {

  /** What a language model is asked. */
  @FunctionalInterface
  public interface Scores {
    /**
     * Scores of the token that follows.
     *
     * @param tokens at least one, at most the model's context
     * @return logits {@code [vocabulary]}
     */
    float[] next(int[] tokens);
  }

  /**
   * {@code prompt} and {@code count} tokens more.
   *
   * @throws DataException if the prompt is empty or holds a character without a token
   */
  public String continueText(String prompt, int count, Generator generator) {
    int[] start = tokenizer.encode(prompt);
    if (start.length == 0) {
      throw DataException.because("the prompt is empty: a model continues at least one token");
    }
    int[] tokens = Arrays.copyOf(start, start.length + count);
    for (int length = start.length; length < tokens.length; length++) {
      int[] seen = Arrays.copyOfRange(tokens, Math.max(0, length - context), length);
      tokens[length] = sampler.choose(model.next(seen), generator);
    }
    return tokenizer.decode(tokens);
  }
}
