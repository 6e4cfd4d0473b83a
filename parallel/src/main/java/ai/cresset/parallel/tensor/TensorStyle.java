package ai.cresset.parallel.tensor;

import ai.cresset.error.ConfigException;

/** How a module is divided over the ranks that share it. */
public sealed interface TensorStyle {
  /**
   * A linear layer of which each rank computes some of the outputs: rows of the weight, and of the
   * bias. Its input is the same on all ranks; its output stays divided.
   *
   * @param sections parts of equal size that the outputs consist of, each divided by itself; 1 for
   *     outputs of one kind
   */
  record Column(int sections) implements TensorStyle {
    public Column {
      if (sections < 1) {
        throw ConfigException.value("TensorStyle.Column.sections", sections, "at least 1");
      }
    }
  }

  /**
   * A linear layer that works on divided inputs: columns of the weight. What the ranks compute is
   * added up, then the bias is added once.
   */
  record Row() implements TensorStyle {}

  /**
   * A {@code Dropout} between a {@link Column} and a {@link Row} layer: it decides for this rank's
   * features, the last dim, as one process would. Its cost grows with the number of rows.
   */
  record Divided() implements TensorStyle {}

  /**
   * A {@code CausalSelfAttention} of which each rank computes some of the heads: its first
   * projection by columns, in three sections, its second by rows.
   */
  record Heads() implements TensorStyle {}

  /** An embedding of which each rank has some of the rows, which need not be as many on each. */
  record Vocabulary() implements TensorStyle {}

  /**
   * The linear layer to the scores of a vocabulary, by rows as {@link Vocabulary} has them. The
   * scores stay divided, for a loss of style {@link SharedClasses}.
   */
  record Scores() implements TensorStyle {}

  /** A {@code CrossEntropyLoss} of scores that stay divided. */
  record SharedClasses() implements TensorStyle {}

  /**
   * A module that computes the same on all ranks, such as a norm. With sequence parallelism each
   * rank computes it for its part of the positions, dim 1 of {@code [batch, length, ...]}.
   */
  record Same() implements TensorStyle {}

  /**
   * An embedding that is called with the numbers of positions, {@code [length]}, and computes the
   * same on all ranks; with sequence parallelism for this rank's part of them.
   */
  record Positions() implements TensorStyle {}
}
