package ai.cresset.golden;

import ai.cresset.nn.Layer;
import ai.cresset.nn.Module;
import ai.cresset.nn.TensorTree;
import ai.cresset.tensor.Tensor;
import java.util.List;
import java.util.function.Function;

/** A module of a golden case, and how it is called with the case's inputs. */
record GoldenModule(Module module, Function<List<Tensor>, List<Tensor>> call) {
  static GoldenModule of(Layer layer) {
    return new GoldenModule(layer, in -> List.of(layer.call(in.get(0))));
  }

  static GoldenModule of(Module module, Function<List<Tensor>, Tensor> call) {
    return new GoldenModule(module, in -> List.of(call.apply(in)));
  }

  static GoldenModule tree(Module module, Function<List<Tensor>, ? extends TensorTree> call) {
    return new GoldenModule(module, in -> call.apply(in).tensors());
  }
}
