package ai.cresset.nn.attention;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Attentions;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Linear;
import ai.cresset.tensor.Tensor;
import java.util.List;

/**
 * Each position looks at itself and those before it, in several heads (Vaswani et al. 2017), with
 * GPT-2's names.
 *
 * <p>Input and output {@code [batch, length, width]}. Children: {@code c_attn}, one projection to
 * queries, keys and values, and {@code c_proj}, the projection of the heads' outputs. Dropout falls
 * on the attention weights and on the output.
 */
public final class CausalSelfAttention extends Layer {
  private final long width;
  private final long numHeads;
  private final double dropout;
  private final Linear projectIn;
  private final Linear projectOut;
  private final Dropout outputDropout;

  /**
   * Self-attention.
   *
   * @param width a multiple of {@code numHeads}
   * @param dropout a probability in [0, 1)
   * @param bias whether both projections have one
   */
  public CausalSelfAttention(
      long width, long numHeads, double dropout, boolean bias, Placement placement) {
    if (numHeads < 1 || width % numHeads != 0) {
      throw ConfigException.because(
          "attention: the width must be a multiple of the number of heads, got width "
              + width
              + " and "
              + numHeads
              + " heads");
    }
    this.width = width;
    this.numHeads = numHeads;
    this.dropout = dropout;
    projectIn = child("c_attn", new Linear(width, 3 * width, bias, placement));
    projectOut = child("c_proj", new Linear(width, width, bias, placement));
    outputDropout = child("resid_dropout", new Dropout(dropout));
  }

  /** The projection whose output is added to the residual stream. */
  public Linear outputProjection() {
    return projectOut;
  }

  @Override
  protected Tensor forward(Tensor input) {
    List<Tensor> parts = projectIn.call(input).split(width, -1);
    Tensor mixed =
        Attentions.scaledDotProductAttention(
            heads(parts.get(0)),
            heads(parts.get(1)),
            heads(parts.get(2)),
            true,
            isTraining() ? dropout : 0);
    Tensor joined = mixed.transpose(1, 2).reshape(input.size(0), input.size(1), width);
    return outputDropout.call(projectOut.call(joined));
  }

  /** {@code [batch, length, width]} as {@code [batch, heads, length, width of a head]}. */
  private Tensor heads(Tensor part) {
    return part.reshape(part.size(0), part.size(1), numHeads, width / numHeads).transpose(1, 2);
  }

  @Override
  protected String settings() {
    return width + ", " + numHeads + " heads";
  }

  @Override
  public void describe(ModuleDescription description) {
    description
        .integer("width", width)
        .integer("numHeads", numHeads)
        .number("dropout", dropout)
        .flag("bias", projectIn.bias() != null);
  }
}
