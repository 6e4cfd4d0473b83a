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
 * Encoder layers one after the other ({@code torch.nn.TransformerEncoder}). Shapes as {@link
 * TransformerEncoderLayer} says. Children: {@code layers.0}, {@code layers.1}, ... and, where
 * wanted, {@code norm}.
 */
public final class TransformerEncoder extends Module {
  private final ModuleList<TransformerEncoderLayer> layers;
  private final @Nullable Layer norm;

  /**
   * An encoder.
   *
   * @param norm what comes last, or null
   */
  public TransformerEncoder(List<TransformerEncoderLayer> layers, @Nullable Layer norm) {
    this.layers = child("layers", new ModuleList<>(layers));
    this.norm = norm == null ? null : child("norm", norm);
  }

  /** Runs the encoder without masks. */
  public Tensor call(Tensor source) {
    return call(source, AttentionMasks.NONE);
  }

  public Tensor call(Tensor source, AttentionMasks masks) {
    return scoped(
        () -> {
          Tensor x = source;
          for (TransformerEncoderLayer layer : layers) {
            x = layer.call(x, masks);
          }
          return norm == null ? x : norm.call(x);
        });
  }

  @Override
  public void describe(ModuleDescription description) {
    description.modules("layers", layers.modules()).module("norm", norm);
  }
}
