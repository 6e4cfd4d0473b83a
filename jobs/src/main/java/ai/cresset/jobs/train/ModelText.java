package ai.cresset.jobs.train;

import ai.cresset.error.DataException;
import ai.cresset.jobs.text.Tokenizer;
import ai.cresset.memory.Scope;
import ai.cresset.model.Gpt;
import ai.cresset.model.Sampling;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import java.util.Arrays;

/** Continues text with a model, by way of its tokenizer. */
record ModelText(Gpt model, Tokenizer tokenizer) {
  /**
   * {@code prompt} and {@code count} tokens more.
   *
   * @throws DataException if the prompt has no token or a character without one
   */
  String continueText(String prompt, int count, Sampling sampling, Generator generator) {
    long[] start = tokens(tokenizer, prompt);
    try (Scope scope = Scope.open("generated text")) {
      Tensor tokens =
          model.generate(Tensor.of(start, 1, start.length), count, sampling, generator);
      return tokenizer.decode(Arrays.stream(tokens.toLongArray()).mapToInt(t -> (int) t).toArray());
    }
  }

  /** The tokens of a prompt, at least one. */
  static long[] tokens(Tokenizer tokenizer, String prompt) {
    long[] tokens = Arrays.stream(tokenizer.encode(prompt)).asLongStream().toArray();
    if (tokens.length == 0) {
      throw DataException.because("the prompt is empty: a model continues at least one token");
    }
    return tokens;
  }
}
