package ai.cresset.model;

import ai.cresset.error.ConfigException;

/**
 * What a {@link SoundClassifier} is made of.
 *
 * @param bands rows of a spectrogram
 * @param numClasses outputs
 * @param hiddenSize features of the recurrent layers
 * @param numLayers recurrent layers on top of each other
 * @param bidirectional whether sounds are read from both ends
 * @param dropout probability between layers and before the last one
 */
public record SoundClassifierConfig(
    long bands,
    long numClasses,
    long hiddenSize,
    int numLayers,
    boolean bidirectional,
    double dropout) {
  public SoundClassifierConfig {
    if (bands < 1 || numClasses < 1 || hiddenSize < 1 || numLayers < 1) {
      throw ConfigException.value(
          "soundClassifier",
          bands + ", " + numClasses + ", " + hiddenSize + ", " + numLayers,
          "bands, classes, hidden size and layers of at least 1");
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw ConfigException.value("soundClassifier.dropout", dropout, "a probability in [0, 1)");
    }
  }
}
