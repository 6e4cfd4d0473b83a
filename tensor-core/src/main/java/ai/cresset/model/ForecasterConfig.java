package ai.cresset.model;

import ai.cresset.error.ConfigException;

/**
 * What a {@link Forecaster} is made of.
 *
 * @param encoder what reads the past
 * @param context steps of the past that are read
 * @param horizon steps that are forecast
 * @param numTargets quantities that are forecast
 * @param numCovariates features of each step that are known ahead
 * @param numOutputs numbers for each forecast: 1 for a point, or one for each quantile
 * @param width features of what the encoder knows
 * @param numLayers of the encoder
 * @param numHeads of each attention of a Transformer; divides the width
 * @param kernel steps under a convolution
 * @param dropout a probability in [0, 1)
 * @param anchor what forecasts are relative to
 * @param shortcut whether a linear map from past and covariates is added to what the network says
 */
public record ForecasterConfig(
    Encoder encoder,
    int context,
    int horizon,
    int numTargets,
    int numCovariates,
    int numOutputs,
    int width,
    int numLayers,
    int numHeads,
    int kernel,
    double dropout,
    Anchor anchor,
    boolean shortcut) {
  /** What reads the past. */
  public enum Encoder {
    /** Long short-term memory. */
    LSTM,
    /** Gated recurrent units. */
    GRU,
    /** Dilated causal convolutions. */
    TCN,
    /** Attention. */
    TRANSFORMER
  }

  /** What forecasts, and the past that they come from, are relative to. */
  public enum Anchor {
    /** Nothing. */
    NONE,
    /** The last value of the context. */
    LAST,
    /** The mean of the context. */
    MEAN
  }

  public ForecasterConfig {
    atLeast("context", context, 1);
    atLeast("horizon", horizon, 1);
    atLeast("numTargets", numTargets, 1);
    atLeast("numCovariates", numCovariates, 0);
    atLeast("numOutputs", numOutputs, 1);
    atLeast("width", width, 1);
    atLeast("numLayers", numLayers, 1);
    atLeast("numHeads", numHeads, 1);
    atLeast("kernel", kernel, 1);
    if (encoder == Encoder.TRANSFORMER && width % numHeads != 0) {
      throw ConfigException.value(
          "ForecasterConfig.width", width, "a number that " + numHeads + " heads divide");
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw ConfigException.value("ForecasterConfig.dropout", dropout, "a probability in [0, 1)");
    }
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw ConfigException.value(
          "ForecasterConfig." + name, value, "a number of at least " + least);
    }
  }

  /** One layer of 32 features, kernels of 3, four heads, anchored at the mean, with a shortcut. */
  public static ForecasterConfig of(Encoder encoder, int context, int horizon) {
    return new ForecasterConfig(
        encoder, context, horizon, 1, 0, 1, 32, 1, 4, 3, 0, Anchor.MEAN, true);
  }

  /** Features of each step of the past. */
  public int numFeatures() {
    return numTargets + numCovariates;
  }
}
