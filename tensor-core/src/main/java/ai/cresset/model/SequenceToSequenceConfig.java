package ai.cresset.model;

import ai.cresset.error.ConfigException;

/**
 * What a {@link SequenceToSequence} is made of.
 *
 * @param sourceVocabulary token ids of what is read
 * @param targetVocabulary token ids of what is written
 * @param width features of a token
 * @param numHeads of each attention; divides the width
 * @param numEncoderLayers at least 1
 * @param numDecoderLayers at least 1
 * @param feedForwardWidth features between the two linear layers of a block
 * @param dropout a probability in [0, 1)
 * @param maxLength tokens of the longest sequence
 * @param paddingIndex the id behind shorter sequences, in both vocabularies
 */
public record SequenceToSequenceConfig(
    long sourceVocabulary,
    long targetVocabulary,
    long width,
    long numHeads,
    int numEncoderLayers,
    int numDecoderLayers,
    long feedForwardWidth,
    double dropout,
    long maxLength,
    long paddingIndex) {
  public SequenceToSequenceConfig {
    if (sourceVocabulary < 1 || targetVocabulary < 1 || maxLength < 1) {
      throw ConfigException.value(
          "sequenceToSequence",
          sourceVocabulary + ", " + targetVocabulary + ", " + maxLength,
          "vocabularies and a longest length of at least 1");
    }
    if (width < 2 || width % 2 != 0 || numHeads < 1 || width % numHeads != 0) {
      throw ConfigException.value(
          "sequenceToSequence.width", width, "an even number that " + numHeads + " heads divide");
    }
    if (numEncoderLayers < 1 || numDecoderLayers < 1) {
      throw ConfigException.value(
          "sequenceToSequence.layers",
          numEncoderLayers + " and " + numDecoderLayers,
          "at least 1 each");
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw ConfigException.value("sequenceToSequence.dropout", dropout, "a probability in [0, 1)");
    }
    if (paddingIndex < 0 || paddingIndex >= Math.min(sourceVocabulary, targetVocabulary)) {
      throw ConfigException.value(
          "sequenceToSequence.paddingIndex", paddingIndex, "an id of both vocabularies");
    }
  }

  /** The base model of Vaswani et al.: width 512, 8 heads, 6 + 6 layers; padding with 0. */
  public static SequenceToSequenceConfig of(long sourceVocabulary, long targetVocabulary) {
    return new SequenceToSequenceConfig(
        sourceVocabulary, targetVocabulary, 512, 8, 6, 6, 2048, 0.1, 512, 0);
  }

  /** With other sizes; the feed-forward layers are four times as wide. */
  public SequenceToSequenceConfig withSizes(long features, long heads, int layers) {
    return new SequenceToSequenceConfig(
        sourceVocabulary,
        targetVocabulary,
        features,
        heads,
        layers,
        layers,
        4 * features,
        dropout,
        maxLength,
        paddingIndex);
  }

  public SequenceToSequenceConfig withDropout(double probability) {
    return new SequenceToSequenceConfig(
        sourceVocabulary,
        targetVocabulary,
        width,
        numHeads,
        numEncoderLayers,
        numDecoderLayers,
        feedForwardWidth,
        probability,
        maxLength,
        paddingIndex);
  }

  public SequenceToSequenceConfig withMaxLength(long length) {
    return new SequenceToSequenceConfig(
        sourceVocabulary,
        targetVocabulary,
        width,
        numHeads,
        numEncoderLayers,
        numDecoderLayers,
        feedForwardWidth,
        dropout,
        length,
        paddingIndex);
  }
}
