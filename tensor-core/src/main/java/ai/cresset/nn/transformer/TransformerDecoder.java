package ai.cresset.nn.transformer;

import ai.cresset.nn.Layer;
import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.attention.AttentionMasks;
import ai.cresset.nn.container.ModuleList;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decoder layers one after the other ({@code torch.nn.TransformerDecoder}). Shapes as {@link
 * TransformerDecoderLayer} says. Children: {@code layers.0}, {@code layers.1}, ... and, where
 * wanted, {@code norm}.
 */
public final class TransformerDecoder extends Module {
  private final ModuleList<TransformerDecoderLayer> layers;
  private final @Nullable Layer norm;

  /**
   * A decoder.
   *
   * @param norm what comes last, or null
   */
  public TransformerDecoder(List<TransformerDecoderLayer> layers, @Nullable Layer norm) {
    this.layers = child("layers", new ModuleList<>(layers));
    this.norm = norm == null ? null : child("norm", norm);
  }

  /** Runs the decoder without masks. */
  public Tensor call(Tensor target, Tensor memory) {
    return call(target, memory, AttentionMasks.NONE, AttentionMasks.NONE);
  }

  public Tensor call(
      Tensor target, Tensor memory, AttentionMasks masks, AttentionMasks memoryMasks) {
    return scoped(
        () -> {
          Tensor x = target;
          for (TransformerDecoderLayer layer : layers) {
            x = layer.call(x, memory, masks, memoryMasks);
          }
          return norm == null ? x : norm.call(x);
        });
  }

  @Override
  public void describe(ModuleDescription description) {
    description.modules("layers", layers.modules()).module("norm", norm);
  }
}
