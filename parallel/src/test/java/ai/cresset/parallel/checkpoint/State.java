package ai.cresset.parallel.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.checkpoint.TrainingCheckpoint;
import ai.cresset.checkpoint.TrainingState;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Module;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.OptimizerState;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.parallel.mesh.Box;
import ai.cresset.parallel.mesh.ShardLayout;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;

/**
 * What a rank of a layout holds at a step: every element is a function of its place in the whole
 * and of the step, so that any rank can say what it must be.
 */
@NullUnmarked
final class State implements AutoCloseable {
  /** Dimensions that no number of ranks divides, some smaller than it, and none at all. */
  static final Map<String, Shape> SHAPES = new LinkedHashMap<>();

  static {
    SHAPES.put("embedding", Shape.of(7, 5));
    SHAPES.put("bias", Shape.of(3));
    SHAPES.put("scale", Shape.of());
    SHAPES.put("wide", Shape.of(2, 1500));
    SHAPES.put("deep", Shape.of(4, 3, 6));
    SHAPES.put("half", Shape.of(9, 4));
    SHAPES.put("empty", Shape.of(0, 4));
  }

  private static final List<String> SLOTS = List.of("exp_avg", "exp_avg_sq");

  /** Parameters of any shape under the names of the layout, and a buffer. */
  private static final class Weights extends Module {
    private final Tensor counter;

    Weights(Map<String, Tensor> values) {
      values.forEach(this::parameter);
      counter = buffer("counter", Tensor.zeros(Tensor.spec(DType.INT64)), true);
    }
  }

  private final Layout layout;
  private final int rank;
  private final Weights weights;
  private final Map<String, Tensor> slices = new LinkedHashMap<>();
  private final Optimizer optimizer;

  /** Zeros. */
  State(Layout layout, int rank) {
    this.layout = layout;
    this.rank = rank;
    Map<String, Tensor> values = new LinkedHashMap<>();
    SHAPES.forEach(
        (name, shape) -> {
          values.put(name, zeros(name, layout.model().box(name, rank)));
          Tensor slice = zeros(name, layout.optimizer().box(name, rank));
          slices.put(name, Scope.detach(slice).requiresGrad(true));
        });
    weights = new Weights(values);
    optimizer = new AdamW(ParameterGroup.single(slices), AdamW.config(0.5));
  }

  private static DType dtype(String name) {
    return name.equals("half") ? DType.BFLOAT16 : DType.FLOAT32;
  }

  private static Tensor zeros(String name, Box box) {
    return Tensor.zeros(Tensor.spec(dtype(name), box.shape().toArray()));
  }

  /** The elements of a part. */
  private static Tensor expected(String name, String what, long step, Box box) {
    try (Scope scope = Scope.open("expected")) {
      Generator generator = new Generator((name + what + step).hashCode());
      Shape shape = SHAPES.get(name);
      if (shape == null || shape.numel() == 0) {
        return scope.keep(zeros(name, box));
      }
      Tensor whole =
          Creation.normal(Tensor.spec(DType.FLOAT32, shape.toArray()), 0, 1, generator)
              .to(dtype(name));
      return scope.keep(box.of(whole).detachedClone());
    }
  }

  /** Makes everything what it is at a step. */
  void set(long step) {
    try (OptimizerState state = new OptimizerState()) {
      for (String name : SHAPES.keySet()) {
        Box box = layout.model().box(name, rank);
        try (Tensor values = expected(name, "", step, box);
            Tensor into = parameter(name).detach()) {
          into.copy_(values);
        }
        for (String slot : SLOTS) {
          Box part = layout.optimizer().box(name, rank);
          state.put(slot + "/" + name, expected(name, slot, step, part));
        }
        state.put("step/" + name, step);
      }
      state.put("lr/default", 1.0 / step);
      for (String key : optimizerGroups()) {
        state.put(key, 1.0 / step);
      }
      weights.counter.fill_(step);
      optimizer.loadStateDict(state);
    }
  }

  private List<String> optimizerGroups() {
    return optimizer.groups().stream().map(group -> "lr/" + group.name()).toList();
  }

  private Tensor parameter(String name) {
    Tensor found = weights.namedParameters().get(name);
    if (found == null) {
      throw new AssertionError("no parameter " + name);
    }
    return found;
  }

  /** Demands the bits of a step. */
  void check(long step, String message) {
    for (String name : SHAPES.keySet()) {
      Box box = layout.model().box(name, rank);
      try (Tensor values = expected(name, "", step, box)) {
        assertArrayEquals(values.toFloatArray(), parameter(name).toFloatArray(), message + name);
      }
    }
    assertEquals(step, weights.counter.item(), message);
    try (OptimizerState state = optimizer.stateDict()) {
      for (String name : SHAPES.keySet()) {
        for (String slot : SLOTS) {
          Box box = layout.optimizer().box(name, rank);
          Tensor got = state.tensors().get(slot + "/" + name);
          try (Tensor values = expected(name, slot, step, box)) {
            assertArrayEquals(
                values.toFloatArray(), got.toFloatArray(), message + slot + "/" + name);
          }
        }
        assertEquals((double) step, state.numbers().get("step/" + name), message + name);
      }
      for (String key : optimizerGroups()) {
        assertEquals(1.0 / step, state.numbers().get(key), message + key);
      }
    }
  }

  ShardedState held() {
    return new ShardedState()
        .withModel(weights, layout.model(), rank)
        .withOptimizer(optimizer, layout.optimizer(), rank);
  }

  /** Returns the bytes that were read. */
  long load(TrainingCheckpoint checkpoint) {
    ShardLayout model = layout.model();
    return ShardedLoad.model(checkpoint, weights, model, rank, true)
        + ShardedLoad.optimizer(checkpoint, optimizer, layout.optimizer(), rank);
  }

  /** Bytes of all parts. */
  long bytes() {
    long bytes = 8;
    for (String name : SHAPES.keySet()) {
      long elements =
          layout.model().box(name, rank).numel() + 2 * layout.optimizer().box(name, rank).numel();
      bytes += elements * dtype(name).bytes();
    }
    return bytes;
  }

  static TrainingState.Progress progress(long step, int ranks) {
    return new TrainingState.Progress(
        step,
        0,
        step,
        ranks,
        List.of(new Generator.Key(1, step)),
        "constant",
        "data",
        Map.of(),
        Map.of(),
        Map.of());
  }

  @Override
  public void close() {
    optimizer.close();
    slices.values().forEach(Tensor::close);
    weights.close();
  }
}
