package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;
import java.io.Serializable;

/**
 * The section {@code model} of a {@code gpt} recipe: a GPT with learned positions and
 * pre-normalised blocks.
 *
 * @param layers blocks
 * @param heads attention heads of a block; divides {@code width}
 * @param width the length of a token's vector
 * @param context the longest text the model sees, in tokens
 * @param dropout probability of dropping, in attention, residual branches and embeddings
 * @param bias whether linear layers and layer norms have a bias
 * @param tiedEmbeddings whether the output weights are those of the token embedding
 * @param dtype what weights, gradients and optimizer state are kept in, and computed in
 */
public record GptModelSettings(
    int layers,
    int heads,
    int width,
    int context,
    double dropout,
    boolean bias,
    boolean tiedEmbeddings,
    FloatType dtype)
    implements Serializable {
  public GptModelSettings {
    Check.atLeast("model.layers", layers, 1);
    Check.atLeast("model.heads", heads, 1);
    Check.atLeast("model.width", width, 1);
    if (width % heads != 0) {
      throw ConfigException.value(
          "model.width", width, "a multiple of model.heads, which is " + heads);
    }
    Check.atLeast("model.context", context, 1);
    Check.fraction("model.dropout", dropout);
  }
}
