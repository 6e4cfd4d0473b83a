package ai.cresset.model;

import ai.cresset.error.ConfigException;
import java.util.List;

/**
 * The shape of a {@link TableMlp}.
 *
 * @param numbers how many numeric columns there are
 * @param categories how many different values each categorical column may take
 * @param outputs size of the result
 * @param hidden sizes of the hidden layers; may be empty
 * @param embeddingWidth the length of a category's vector; 0 for one input per category
 * @param norm whether a layer norm follows each hidden layer
 * @param dropout probability of dropping, after each hidden layer
 */
public record TableMlpConfig(
    int numbers,
    List<Long> categories,
    long outputs,
    List<Integer> hidden,
    int embeddingWidth,
    boolean norm,
    double dropout) {
  public TableMlpConfig {
    categories = List.copyOf(categories);
    hidden = List.copyOf(hidden);
    atLeast("numbers", numbers, 0);
    categories.forEach(size -> atLeast("categories", size, 1));
    if (numbers == 0 && categories.isEmpty()) {
      throw ConfigException.because("TableMlpConfig: expected at least one column, got none");
    }
    atLeast("outputs", outputs, 1);
    hidden.forEach(size -> atLeast("hidden", size, 1));
    atLeast("embeddingWidth", embeddingWidth, 0);
    if (!(dropout >= 0 && dropout < 1)) {
      throw ConfigException.value("TableMlpConfig.dropout", dropout, "a probability in [0, 1)");
    }
  }

  private static void atLeast(String key, long value, long least) {
    if (value < least) {
      throw ConfigException.value("TableMlpConfig." + key, value, "a number of at least " + least);
    }
  }

  /** Inputs of the first linear layer. */
  public long inputs() {
    long sum = numbers;
    for (long size : categories) {
      sum += embeddingWidth == 0 ? size : embeddingWidth;
    }
    return sum;
  }
}
