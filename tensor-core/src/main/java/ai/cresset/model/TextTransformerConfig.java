package ai.cresset.model;

import ai.cresset.error.ConfigException;

/**
 * What a {@link TextTransformer} is made of.
 *
 * @param vocabularySize token ids there are
 * @param numClasses outputs
 * @param width features of a token
 * @param numHeads of each attention; divides the width
 * @param numLayers of the encoder
 * @param dropout a probability in [0, 1)
 * @param maxLength tokens of the longest text
 * @param paddingIndex the id behind shorter texts
 */
public record TextTransformerConfig(
    long vocabularySize,
    long numClasses,
    long width,
    long numHeads,
    int numLayers,
    double dropout,
    long maxLength,
    long paddingIndex) {
  public TextTransformerConfig {
    if (vocabularySize < 1 || numClasses < 1 || maxLength < 1 || numLayers < 1) {
      throw ConfigException.value(
          "textTransformer",
          vocabularySize + ", " + numClasses + ", " + maxLength + ", " + numLayers,
          "vocabulary, classes, longest length and layers of at least 1");
    }
    if (width < 1 || numHeads < 1 || width % numHeads != 0) {
      throw ConfigException.value(
          "textTransformer.width", width, "a number that " + numHeads + " heads divide");
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw ConfigException.value("textTransformer.dropout", dropout, "a probability in [0, 1)");
    }
    if (paddingIndex < 0 || paddingIndex >= vocabularySize) {
      throw ConfigException.value(
          "textTransformer.paddingIndex", paddingIndex, "an id below " + vocabularySize);
    }
  }
}
