package ai.cresset.model;

import ai.cresset.error.ConfigException;

/**
 * What a {@link TextClassifier} is made of.
 *
 * @param cell which recurrent layer
 * @param vocabularySize token ids there are
 * @param numClasses outputs
 * @param embeddingSize features of a token
 * @param hiddenSize features of the recurrent layers
 * @param numLayers recurrent layers on top of each other
 * @param dropout probability between layers and before the last one
 * @param paddingIndex the id that stands behind shorter texts; it has no meaning of its own
 * @param bidirectional whether texts are read from both ends
 */
public record TextClassifierConfig(
    Cell cell,
    long vocabularySize,
    long numClasses,
    long embeddingSize,
    long hiddenSize,
    int numLayers,
    double dropout,
    long paddingIndex,
    boolean bidirectional) {
  /** Kinds of recurrent layers. */
  public enum Cell {
    LSTM,
    GRU
  }

  public TextClassifierConfig {
    if (vocabularySize < 1 || numClasses < 1 || embeddingSize < 1 || hiddenSize < 1) {
      throw ConfigException.value(
          "textClassifier",
          vocabularySize + ", " + numClasses + ", " + embeddingSize + ", " + hiddenSize,
          "vocabulary, classes, embedding and hidden size of at least 1");
    }
    if (numLayers < 1) {
      throw ConfigException.value("textClassifier.numLayers", numLayers, "a number of at least 1");
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw ConfigException.value("textClassifier.dropout", dropout, "a probability in [0, 1)");
    }
    if (paddingIndex < 0 || paddingIndex >= vocabularySize) {
      throw ConfigException.value(
          "textClassifier.paddingIndex", paddingIndex, "an id below " + vocabularySize);
    }
  }

  /** One layer of 128 features over as many, a dropout of 0.1, padding with 0. */
  public static TextClassifierConfig of(Cell cell, long vocabularySize, long numClasses) {
    return new TextClassifierConfig(cell, vocabularySize, numClasses, 128, 128, 1, 0.1, 0, false);
  }

  public TextClassifierConfig withSizes(long embedding, long hidden, int layers) {
    return new TextClassifierConfig(
        cell,
        vocabularySize,
        numClasses,
        embedding,
        hidden,
        layers,
        dropout,
        paddingIndex,
        bidirectional);
  }

  public TextClassifierConfig withDropout(double probability) {
    return new TextClassifierConfig(
        cell,
        vocabularySize,
        numClasses,
        embeddingSize,
        hiddenSize,
        numLayers,
        probability,
        paddingIndex,
        bidirectional);
  }

  public TextClassifierConfig withPaddingIndex(long index) {
    return new TextClassifierConfig(
        cell,
        vocabularySize,
        numClasses,
        embeddingSize,
        hiddenSize,
        numLayers,
        dropout,
        index,
        bidirectional);
  }

  /** With a second recurrent layer that reads from the end, beside the first one. */
  public TextClassifierConfig withBidirectional(boolean wanted) {
    return new TextClassifierConfig(
        cell,
        vocabularySize,
        numClasses,
        embeddingSize,
        hiddenSize,
        numLayers,
        dropout,
        paddingIndex,
        wanted);
  }
}
