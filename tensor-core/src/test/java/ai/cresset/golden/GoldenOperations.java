package ai.cresset.golden;

import ai.cresset.nn.functional.Layers;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Embedding;
import ai.cresset.type.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/** PyTorch's names of operations, as calls of ours. */
final class GoldenOperations {
  /** How a case is computed. */
  @FunctionalInterface
  interface Operation {
    List<Tensor> apply(GoldenArguments arguments);
  }

  static final Map<String, Operation> ALL = new HashMap<>();

  private GoldenOperations() {}

  static void one(String name, Function<GoldenArguments, Tensor> operation) {
    several(name, arguments -> List.of(operation.apply(arguments)));
  }

  static void several(String name, Operation operation) {
    if (ALL.put(name, operation) != null) {
      throw new IllegalStateException(name + " is there twice");
    }
  }

  static void unary(String name, Function<Tensor, Tensor> operation) {
    one(name, a -> operation.apply(a.tensor(0)));
  }

  static void binary(String name, BiFunction<Tensor, Tensor, Tensor> operation) {
    one(name, a -> operation.apply(a.tensor(0), a.tensor(1)));
  }

  static {
    FunctionOperations.register();
    ShapeOperations.register();
    layers();
    ImageOperations.addTo(ALL);
  }

  private static void layers() {
    one(
        "F.layer_norm",
        a ->
            Layers.layerNorm(
                a.tensor(0),
                Shape.of(a.integers(1)),
                a.tensor(2),
                a.tensor(3),
                a.number("eps", 1e-5)));
    one(
        "F.embedding",
        a ->
            Layers.embedding(
                a.tensor(0), a.tensor(1), (long) a.number("padding_idx", Embedding.NO_PADDING)));
  }
}
