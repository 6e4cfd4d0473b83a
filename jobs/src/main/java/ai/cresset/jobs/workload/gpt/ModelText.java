package ai.cresset.jobs.workload.gpt;

import ai.cresset.error.DataException;
import ai.cresset.jobs.text.Tokenizer;
import ai.cresset.memory.Scope;
import ai.cresset.model.Gpt;
import ai.cresset.model.Sampling;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import java.util.Arrays;

/** Continues text with a model, by way of its tokenizer. */
public record ModelText(Gpt model, Tokenizer tokenizer) {
  /**
   * {@code prompt} and {@code count} tokens more.
   *
   * @throws DataException if the prompt has no token or a character without one
   */
  public String continueText(String prompt, int count, Sampling sampling, Generator generator) {
    long[] start = tokens("prompt", tokenizer, prompt);
    try (Scope scope = Scope.open("generated text")) {
      Tensor tokens = model.generate(Tensor.of(start, 1, start.length), count, sampling, generator);
      return tokenizer.decode(Arrays.stream(tokens.toLongArray()).mapToInt(t -> (int) t).toArray());
    }
  }

  /**
   * The tokens of a prompt, at least one.
   *
   * @param key the setting or option that gave it
   * @throws DataException if it has no token or a character without one
   */
  public static long[] tokens(String key, Tokenizer tokenizer, String prompt) {
    if (prompt.isEmpty()) {
      throw DataException.because(key + ": it is empty: a model continues at least one token");
    }
    try {
      return Arrays.stream(tokenizer.encode(prompt)).asLongStream().toArray();
    } catch (DataException e) {
      throw DataException.because(key + ": " + e.getMessage() + "; use another prompt");
    }
  }
}
