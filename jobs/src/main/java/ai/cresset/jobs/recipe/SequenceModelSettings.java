package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;
import java.io.Serializable;

/**
 * The section {@code model} of a {@code sequence} recipe.
 *
 * @param kind the network; {@code translation} needs the Transformer
 * @param layers on top of each other, of the encoder and of the decoder
 * @param width features of a token, and of what the layers know
 * @param heads of each attention of the Transformer; divides {@code width}. 1 with the others
 * @param bidirectional whether recurrent layers read from both ends; false with the Transformer,
 *     which does anyway
 * @param dropout probability of dropping
 * @param dtype what weights, gradients and optimizer state are kept in, and computed in
 */
public record SequenceModelSettings(
    Kind kind,
    int layers,
    int width,
    int heads,
    boolean bidirectional,
    double dropout,
    FloatType dtype)
    implements Serializable {
  public SequenceModelSettings {
    Check.atLeast("model.layers", layers, 1);
    Check.atLeast("model.width", width, 2);
    Check.atLeast("model.heads", heads, 1);
    if (kind == Kind.TRANSFORMER && (width % heads != 0 || width % 2 != 0)) {
      throw ConfigException.value(
          "model.width", width, "an even multiple of model.heads, which is " + heads);
    }
    if (kind != Kind.TRANSFORMER && heads != 1) {
      throw ConfigException.value("model.heads", heads, "1, because only transformer has heads");
    }
    if (kind == Kind.TRANSFORMER && bidirectional) {
      throw ConfigException.value(
          "model.bidirectional", true, "false, because a transformer reads all at once");
    }
    Check.fraction("model.dropout", dropout);
  }

  /** Networks that read texts. */
  public enum Kind {
    /** Long short-term memory. */
    LSTM,
    /** Gated recurrent units. */
    GRU,
    /** Attention. */
    TRANSFORMER
  }
}
