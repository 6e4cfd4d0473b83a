package ai.cresset.nn.recurrent;

import ai.cresset.nn.TensorTree;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sequences of several lengths without padding ({@code torch.nn.utils.rnn.PackedSequence}): the
 * first elements of all, then the second elements of all that have one, and so on, longest sequence
 * first. {@link Sequences} makes and unpacks them.
 *
 * @param data all elements, {@code [elements, ...]}
 * @param batchSizes how many sequences have an element at each time, int64 {@code [time]},
 *     descending, on the CPU
 * @param sortedIndices which sequence of the batch stands at each place, int64 {@code [batch]};
 *     null where the batch was in order
 * @param unsortedIndices at which place each sequence of the batch stands, int64 {@code [batch]};
 *     null where the batch was in order
 */
public record PackedSequence(
    Tensor data,
    Tensor batchSizes,
    @Nullable Tensor sortedIndices,
    @Nullable Tensor unsortedIndices)
    implements TensorTree.Structure {
  @Override
  public List<Tensor> tensors() {
    List<Tensor> all = new ArrayList<>(List.of(data, batchSizes));
    if (sortedIndices != null) {
      all.add(sortedIndices);
    }
    if (unsortedIndices != null) {
      all.add(unsortedIndices);
    }
    return all;
  }

  /** How many sequences there are. */
  public long batch() {
    return batchSizes.numel() == 0 ? 0 : batchSizes.toLongArray()[0];
  }

  /** The same places with other elements, over index tensors of its own. */
  PackedSequence with(Tensor other) {
    return new PackedSequence(
        other, batchSizes.detach(), handle(sortedIndices), handle(unsortedIndices));
  }

  private static @Nullable Tensor handle(@Nullable Tensor indices) {
    return indices == null ? null : indices.detach();
  }
}
