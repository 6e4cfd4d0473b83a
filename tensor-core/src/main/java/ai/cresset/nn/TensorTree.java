package ai.cresset.nn;

import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * What a forward pass may give when one tensor is not enough. Its tensors are handed to the
 * caller's scope together.
 */
public sealed interface TensorTree {
  /** Every tensor inside, in a fixed order. */
  List<Tensor> tensors();

  /** One tensor. */
  record Leaf(Tensor tensor) implements TensorTree {
    @Override
    public List<Tensor> tensors() {
      return List.of(tensor);
    }
  }

  /** Several trees in order. */
  record Branch(List<TensorTree> children) implements TensorTree {
    public Branch {
      children = List.copyOf(children);
    }

    @Override
    public List<Tensor> tensors() {
      List<Tensor> tensors = new ArrayList<>();
      children.forEach(child -> tensors.addAll(child.tensors()));
      return tensors;
    }
  }

  /**
   * A structure of the user's own: usually a record of tensors (a loss, recurrent state, a cache).
   */
  non-sealed interface Structure extends TensorTree {}

  static TensorTree of(Tensor tensor) {
    return new Leaf(tensor);
  }

  /** A branch of leaves. */
  static TensorTree of(Tensor... tensors) {
    List<TensorTree> leaves = new ArrayList<>(tensors.length);
    for (Tensor tensor : tensors) {
      leaves.add(new Leaf(tensor));
    }
    return new Branch(leaves);
  }
}
