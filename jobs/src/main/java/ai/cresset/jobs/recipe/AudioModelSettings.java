package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;
import java.io.Serializable;

/**
 * The section {@code model} of an {@code audio} recipe.
 *
 * @param kind the network
 * @param layers recurrent ones, or stages of convolutions: each halves the picture while that is
 *     large enough and has twice the channels of the one before
 * @param width features of the recurrent layers, or channels of the first stage
 * @param bidirectional whether recurrent layers read from both ends; false with {@code cnn}
 * @param dropout probability of dropping
 * @param dtype what weights, gradients and optimizer state are kept in, and computed in
 */
public record AudioModelSettings(
    Kind kind, int layers, int width, boolean bidirectional, double dropout, FloatType dtype)
    implements Serializable {
  public AudioModelSettings {
    Check.atLeast("model.layers", layers, 1);
    Check.atLeast("model.width", width, 1);
    if (kind == Kind.CNN && bidirectional) {
      throw ConfigException.value(
          "model.bidirectional", true, "false, because a cnn sees all at once");
    }
    Check.fraction("model.dropout", dropout);
  }

  /** Networks that hear words. */
  public enum Kind {
    /** Convolutions over the spectrogram. */
    CNN,
    /** Gated recurrent units over its windows. */
    GRU
  }
}
