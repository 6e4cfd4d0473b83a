package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * The section {@code model} of a {@code series} recipe.
 *
 * @param kind what reads the past
 * @param layers on top of each other
 * @param width features of what the layers know
 * @param heads of each attention of the Transformer; divides {@code width}. 1 with the others
 * @param kernel steps under a convolution of {@code tcn}; 1 with the others
 * @param dropout probability of dropping
 * @param anchor what forecasts are relative to
 * @param shortcut whether a linear map from the past is added
 * @param loss what is minimised
 * @param quantiles to forecast with a loss of quantiles, rising; the middle one is what is compared
 *     as a point
 * @param dtype what weights, gradients and optimizer state are kept in, and computed in
 */
public record SeriesModelSettings(
    Kind kind,
    int layers,
    int width,
    int heads,
    int kernel,
    double dropout,
    Anchor anchor,
    boolean shortcut,
    Measure loss,
    List<Double> quantiles,
    FloatType dtype)
    implements Serializable {
  public SeriesModelSettings {
    Check.atLeast("model.layers", layers, 1);
    Check.atLeast("model.width", width, 2);
    Check.atLeast("model.heads", heads, 1);
    Check.atLeast("model.kernel", kernel, 1);
    if (kind == Kind.TRANSFORMER && width % heads != 0) {
      throw ConfigException.value(
          "model.width", width, "a multiple of model.heads, which is " + heads);
    }
    if (kind != Kind.TRANSFORMER && heads != 1) {
      throw ConfigException.value("model.heads", heads, "1, because only transformer has heads");
    }
    if (kind != Kind.TCN && kernel != 1) {
      throw ConfigException.value("model.kernel", kernel, "1, because only tcn has convolutions");
    }
    Check.fraction("model.dropout", dropout);
    quantiles = List.copyOf(quantiles);
    double last = 0;
    for (double each : quantiles) {
      if (!(each > last && each < 1)) {
        throw ConfigException.value(
            "model.quantiles", quantiles, "rising numbers above 0 and below 1");
      }
      last = each;
    }
    if (quantiles.isEmpty() || quantiles.size() % 2 == 0) {
      throw ConfigException.value(
          "model.quantiles", quantiles, "an odd number of them, such as [0.1, 0.5, 0.9]");
    }
  }

  /** How many numbers a forecast of one value has. */
  public int outputs() {
    return loss == Measure.QUANTILE ? quantiles.size() : 1;
  }

  /** Networks that read series. */
  public enum Kind {
    /** Long short-term memory. */
    LSTM,
    /** Gated recurrent units. */
    GRU,
    /** Dilated causal convolutions. */
    TCN,
    /** Attention. */
    TRANSFORMER
  }

  /** What forecasts are relative to. */
  public enum Anchor {
    /** Nothing. */
    NONE,
    /** The last value. */
    LAST,
    /** The mean of the context. */
    MEAN
  }

  /** What is minimised. */
  public enum Measure {
    /** The mean squared error. */
    MSE,
    /** The mean absolute error. */
    MAE,
    /** Squares of small errors, absolute values of large ones. */
    HUBER,
    /** The pinball loss of the quantiles. */
    QUANTILE;

    /** Its name in words. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
