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
 * Self-attention, attention to the encoder's output and a feed-forward part, each added to its
 * input ({@code torch.nn.TransformerDecoderLayer}).
 *
 * <p>Target and output {@code [length, batch, width]}, memory {@code [source length, batch,
 * width]}, with {@link TransformerOptions#batchFirst()} the batch first, or without batch.
 * Children: {@code self_attn}, {@code multihead_attn}, {@code linear1}, {@code linear2}, {@code
 * norm1}, {@code norm2}, {@code norm3}.
 */
public final class TransformerDecoderLayer extends Module {
  private final long width;
  private final long numHeads;
  private final TransformerOptions options;
  private final MultiheadAttention selfAttention;
  private final MultiheadAttention memoryAttention;
  private final Linear widen;
  private final Linear narrow;
  private final LayerNorm selfNorm;
  private final LayerNorm memoryNorm;
  private final LayerNorm feedForwardNorm;
  private final Dropout hiddenDropout;
  private final Dropout selfDropout;
  private final Dropout memoryDropout;
  private final Dropout feedForwardDropout;

  public TransformerDecoderLayer(long width, long numHeads) {
    this(width, numHeads, TransformerOptions.DEFAULT, Placement.DEFAULT);
  }

  public TransformerDecoderLayer(
      long width, long numHeads, TransformerOptions options, Placement placement) {
    this.width = width;
    this.numHeads = numHeads;
    this.options = options;
    boolean bias = options.bias();
    long inner = options.feedForwardWidth();
    selfAttention =
        child("self_attn", new MultiheadAttention(width, numHeads, options.attention(), placement));
    memoryAttention =
        child(
            "multihead_attn",
            new MultiheadAttention(width, numHeads, options.attention(), placement));
    widen = child("linear1", new Linear(width, inner, bias, placement));
    hiddenDropout = child("dropout", new Dropout(options.dropout()));
    narrow = child("linear2", new Linear(inner, width, bias, placement));
    selfNorm = child("norm1", options.norm(width, placement));
    memoryNorm = child("norm2", options.norm(width, placement));
    feedForwardNorm = child("norm3", options.norm(width, placement));
    selfDropout = child("dropout1", new Dropout(options.dropout()));
    memoryDropout = child("dropout2", new Dropout(options.dropout()));
    feedForwardDropout = child("dropout3", new Dropout(options.dropout()));
  }

  /** Runs the layer without masks. */
  public Tensor call(Tensor target, Tensor memory) {
    return call(target, memory, AttentionMasks.NONE, AttentionMasks.NONE);
  }

  /**
   * Runs the layer.
   *
   * @param masks of the target's attention to itself
   * @param memoryMasks of its attention to the memory
   */
  public Tensor call(
      Tensor target, Tensor memory, AttentionMasks masks, AttentionMasks memoryMasks) {
    List<Tensor> given = new ArrayList<>(List.of(target, memory));
    given.addAll(masks.tensors());
    int end = given.size();
    given.addAll(memoryMasks.tensors());
    return scoped(
        given,
        inputs ->
            forward(
                inputs.get(0),
                inputs.get(1),
                masks.with(inputs.subList(2, end)),
                memoryMasks.with(inputs.subList(end, inputs.size()))));
  }

  private Tensor forward(
      Tensor target, Tensor memory, AttentionMasks masks, AttentionMasks memoryMasks) {
    if (options.normFirst()) {
      Tensor own = target.add(attend(selfNorm.call(target), masks));
      Tensor mixed = own.add(look(memoryNorm.call(own), memory, memoryMasks));
      return mixed.add(feedForward(feedForwardNorm.call(mixed)));
    }
    Tensor own = selfNorm.call(target.add(attend(target, masks)));
    Tensor mixed = memoryNorm.call(own.add(look(own, memory, memoryMasks)));
    return feedForwardNorm.call(mixed.add(feedForward(mixed)));
  }

  private Tensor attend(Tensor x, AttentionMasks masks) {
    return selfDropout.call(selfAttention.call(x, x, x, masks, false).output());
  }

  private Tensor look(Tensor x, Tensor memory, AttentionMasks masks) {
    return memoryDropout.call(memoryAttention.call(x, memory, memory, masks, false).output());
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
