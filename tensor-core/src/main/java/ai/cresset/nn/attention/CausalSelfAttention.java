package ai.cresset.nn.attention;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Attentions;
import ai.cresset.nn.functional.TensorPart;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Linear;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.HookHandle;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Each position looks at itself and those before it, in several heads (Vaswani et al. 2017), with
 * GPT-2's names.
 *
 * <p>Input and output {@code [batch, length, width]}. Children: {@code c_attn}, one projection to
 * queries, keys and values, and {@code c_proj}, the projection of the heads' outputs. Dropout falls
 * on the attention weights and on the output. Where the projections hold some of the heads only, it
 * is these that it computes.
 */
public final class CausalSelfAttention extends Layer {
  private final long width;
  private final long numHeads;
  private final double dropout;
  private final Linear projectIn;
  private final Linear projectOut;
  private final Dropout outputDropout;
  private UnaryOperator<TensorPart> heads = UnaryOperator.identity();
  private boolean divided;
  private @Nullable AttentionFunction function;

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

  public long numHeads() {
    return numHeads;
  }

  /** The projection to queries, keys and values, one below the other. */
  public Linear inputProjection() {
    return projectIn;
  }

  /** What falls on the output. */
  public Dropout outputDropout() {
    return outputDropout;
  }

  /**
   * Says that the projections hold one run of the heads, until the result is closed: dropout of
   * weights then decides as for all heads together.
   *
   * @param first the number of the first head here
   */
  public HookHandle holdHeads(long first) {
    heads = part -> part.within(1, numHeads, first);
    divided = true;
    return () -> {
      heads = UnaryOperator.identity();
      divided = false;
    };
  }

  /** Whether {@link #holdHeads} holds. */
  public boolean isDivided() {
    return divided;
  }

  /**
   * Makes {@code other} mix the values, until the result is closed.
   *
   * @throws ConfigException if something else does already
   */
  public HookHandle attendWith(AttentionFunction other) {
    if (function != null) {
      throw ConfigException.because(
          "attention: values are mixed by another function already; close that handle first");
    }
    function = other;
    return () -> function = null;
  }

  @Override
  protected Tensor forward(Tensor input) {
    Tensor projected = projectIn.call(input);
    List<Tensor> parts = projected.split(projected.size(-1) / 3, -1);
    Tensor mixed = mixed(heads(parts.get(0)), heads(parts.get(1)), heads(parts.get(2)));
    return outputDropout.call(projectOut.call(mixed.transpose(1, 2).flatten(2, 3)));
  }

  private Tensor mixed(Tensor query, Tensor key, Tensor value) {
    double probability = isTraining() ? dropout : 0;
    AttentionFunction other = function;
    return other == null
        ? Attentions.scaledDotProductAttention(query, key, value, true, probability, heads)
        : other.attend(query, key, value, probability, heads);
  }

  /** {@code [batch, length, width]} as {@code [batch, heads, length, width of a head]}. */
  private Tensor heads(Tensor part) {
    long size = width / numHeads;
    return part.reshape(part.size(0), part.size(1), part.size(2) / size, size).transpose(1, 2);
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
