package ai.cresset.nn.transformer;

import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.nn.attention.AttentionMasks;
import ai.cresset.nn.attention.MultiheadAttention;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.norm.LayerNorm;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Self-attention and a feed-forward part, each added to its input ({@code
 * torch.nn.TransformerEncoderLayer}).
 *
 * <p>Input and output {@code [length, batch, width]}, with {@link TransformerOptions#batchFirst()}
 * {@code [batch, length, width]}, or without batch. Children: {@code self_attn}, {@code linear1},
 * {@code linear2}, {@code norm1}, {@code norm2}.
 */
public final class TransformerEncoderLayer extends Module {
  private final long width;
  private final long numHeads;
  private final TransformerOptions options;
  private final MultiheadAttention attention;
  private final Linear widen;
  private final Linear narrow;
  private final LayerNorm attentionNorm;
  private final LayerNorm feedForwardNorm;
  private final Dropout hiddenDropout;
  private final Dropout attentionDropout;
  private final Dropout feedForwardDropout;

  public TransformerEncoderLayer(long width, long numHeads) {
    this(width, numHeads, TransformerOptions.DEFAULT, Placement.DEFAULT);
  }

  public TransformerEncoderLayer(
      long width, long numHeads, TransformerOptions options, Placement placement) {
    this.width = width;
    this.numHeads = numHeads;
    this.options = options;
    boolean bias = options.bias();
    long inner = options.feedForwardWidth();
    attention =
        child("self_attn", new MultiheadAttention(width, numHeads, options.attention(), placement));
    widen = child("linear1", new Linear(width, inner, bias, placement));
    hiddenDropout = child("dropout", new Dropout(options.dropout()));
    narrow = child("linear2", new Linear(inner, width, bias, placement));
    attentionNorm = child("norm1", options.norm(width, placement));
    feedForwardNorm = child("norm2", options.norm(width, placement));
    attentionDropout = child("dropout1", new Dropout(options.dropout()));
    feedForwardDropout = child("dropout2", new Dropout(options.dropout()));
  }

  /** Runs the layer without masks. */
  public Tensor call(Tensor source) {
    return call(source, AttentionMasks.NONE);
  }

  public Tensor call(Tensor source, AttentionMasks masks) {
    List<Tensor> given = new ArrayList<>(List.of(source));
    given.addAll(masks.tensors());
    return scoped(
        given, inputs -> forward(inputs.get(0), masks.with(inputs.subList(1, inputs.size()))));
  }

  private Tensor forward(Tensor source, AttentionMasks masks) {
    if (options.normFirst()) {
      Tensor mixed = source.add(attend(attentionNorm.call(source), masks));
      return mixed.add(feedForward(feedForwardNorm.call(mixed)));
    }
    Tensor mixed = attentionNorm.call(source.add(attend(source, masks)));
    return feedForwardNorm.call(mixed.add(feedForward(mixed)));
  }

  private Tensor attend(Tensor x, AttentionMasks masks) {
    return attentionDropout.call(attention.call(x, x, x, masks, false).output());
  }

  private Tensor feedForward(Tensor x) {
    Tensor hidden = hiddenDropout.call(options.activation().of(widen.call(x)));
    return feedForwardDropout.call(narrow.call(hidden));
  }

  @Override
  public void describe(ModuleDescription description) {
    description.integer("width", width).integer("numHeads", numHeads).options("options", options);
  }
}
