package ai.cresset.model;

import ai.cresset.error.ConfigException;
import ai.cresset.tensor.GeluApproximation;

/**
 * The dimensions and choices of a {@link Gpt}.
 *
 * @param vocabularySize number of tokens
 * @param contextLength most tokens the model sees at once
 * @param numLayers blocks
 * @param numHeads attention heads; must divide {@code width}
 * @param width features of a position
 * @param dropout probability in [0, 1), everywhere the same
 * @param bias whether linear layers and layer norms have one; the head never has
 * @param tied whether the head's weight is the token embedding
 * @param gelu GPT-2 uses the tanh form, nanoGPT the exact one
 */
public record GptConfig(
    long vocabularySize,
    long contextLength,
    int numLayers,
    int numHeads,
    long width,
    double dropout,
    boolean bias,
    boolean tied,
    GeluApproximation gelu) {
  public GptConfig {
    atLeastOne("vocabularySize", vocabularySize);
    atLeastOne("contextLength", contextLength);
    atLeastOne("numLayers", numLayers);
    atLeastOne("numHeads", numHeads);
    atLeastOne("width", width);
    if (width % numHeads != 0) {
      throw ConfigException.value("GptConfig.width", width, "a multiple of numHeads = " + numHeads);
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw ConfigException.value("GptConfig.dropout", dropout, "a probability in [0, 1)");
    }
  }

  private static void atLeastOne(String key, long value) {
    if (value < 1) {
      throw ConfigException.value("GptConfig." + key, value, "a number of at least 1");
    }
  }

  /** nanoGPT's choices: no dropout, no biases, tied head, exact GELU. */
  public static GptConfig of(
      long vocabularySize, long contextLength, int numLayers, int numHeads, long width) {
    return new GptConfig(
        vocabularySize,
        contextLength,
        numLayers,
        numHeads,
        width,
        0,
        false,
        true,
        GeluApproximation.NONE);
  }

  public GptConfig withDropout(double value) {
    return new GptConfig(
        vocabularySize, contextLength, numLayers, numHeads, width, value, bias, tied, gelu);
  }

  public GptConfig withBias(boolean value) {
    return new GptConfig(
        vocabularySize, contextLength, numLayers, numHeads, width, dropout, value, tied, gelu);
  }

  public GptConfig withTied(boolean value) {
    return new GptConfig(
        vocabularySize, contextLength, numLayers, numHeads, width, dropout, bias, value, gelu);
  }

  public GptConfig withGelu(GeluApproximation value) {
    return new GptConfig(
        vocabularySize, contextLength, numLayers, numHeads, width, dropout, bias, tied, value);
  }
}
