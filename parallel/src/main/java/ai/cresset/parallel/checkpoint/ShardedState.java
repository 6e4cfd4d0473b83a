package ai.cresset.parallel.checkpoint;

import ai.cresset.checkpoint.ShardIndex;
import ai.cresset.error.CheckpointException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.OptimizerState;
import ai.cresset.parallel.mesh.Box;
import ai.cresset.parallel.mesh.ShardLayout;
import ai.cresset.parallel.mesh.ShardSpec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one rank holds of a training state: of each tensor a part, and the optimizer's numbers.
 * Names are those of {@link ShardIndex}; a part that consists of several pieces has a name for
 * each, {@code name}, {@code name#1} and so on. Shares the memory of model and optimizer; closing
 * frees its handles.
 */
public final class ShardedState implements AutoCloseable {
  private static final char PIECE = '#';

  private final Map<String, Held> tensors = new LinkedHashMap<>();
  private final Map<String, Double> numbers = new LinkedHashMap<>();

  /**
   * A part of a tensor.
   *
   * @param global the shape of the whole
   * @param box the part
   * @param local its elements, of the part's shape
   */
  public record Held(Shape global, Box box, Tensor local) {
    public Held {
      if (!local.shape().equals(box.shape())) {
        throw ShapeException.mismatch("sharded state", "a part " + box.shape(), local.shape());
      }
    }
  }

  /** Adds a part; the caller keeps its handle. */
  public ShardedState put(String name, Shape global, Box box, Tensor local) {
    Held held = new Held(global, box, Scope.detach(local.detach()));
    if (tensors.putIfAbsent(name, held) != null) {
      held.local().close();
      throw CheckpointException.because("the state has two tensors named '" + name + "'");
    }
    return this;
  }

  /** Adds the pieces of a part that lie below each other in {@code local}. */
  private void put(String name, Shape global, List<Box> pieces, Tensor local) {
    try (Scope scope = Scope.open("pieces")) {
      List<Tensor> views = Box.views(pieces, local);
      for (int i = 0; i < views.size(); i++) {
        put(piece(name, i), global, pieces.get(i), views.get(i));
      }
    }
  }

  /** The name of a piece of a tensor. */
  static String piece(String name, int number) {
    return number == 0 ? name : name + PIECE + number;
  }

  /** The tensor that a name of a piece is about. */
  static String tensor(String name) {
    int mark = name.lastIndexOf(PIECE);
    return mark < 0 ? name : name.substring(0, mark);
  }

  /** Adds a number. */
  public ShardedState put(String name, double number) {
    numbers.put(name, number);
    return this;
  }

  public Map<String, Held> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  public Map<String, Double> numbers() {
    return Collections.unmodifiableMap(numbers);
  }

  /**
   * The weights of a model whose parameters hold this rank's parts.
   *
   * @param layout how they are cut; what it does not name is whole on every rank
   * @param rank this one
   */
  public ShardedState withModel(Module model, ShardLayout layout, int rank) {
    return withModel(model, model.namedParameters(), layout, rank);
  }

  /**
   * The weights of a model whose parts are kept elsewhere. A tied parameter is stored under each of
   * its names, as in the model's state.
   *
   * @param parts this rank's, by the names of {@link Module#namedParameters}
   * @param layout how they are cut; what it does not name is whole on every rank
   */
  public ShardedState withModel(
      Module model, Map<String, ? extends Tensor> parts, ShardLayout layout, int rank) {
    Map<Parameter, String> names = new IdentityHashMap<>();
    model.namedParameters().forEach((name, parameter) -> names.put(parameter, name));
    model
        .stateParameters()
        .forEach(
            (name, parameter) -> {
              String first = names.getOrDefault(parameter, name);
              Tensor part = parts.get(first);
              if (part == null) {
                throw CheckpointException.because(
                    "there is no part of the parameter '" + first + "'");
              }
              put(ShardIndex.MODEL + name, layout.specs().get(first), layout, rank, part);
            });
    model
        .stateBuffers()
        .forEach(
            (name, buffer) ->
                put(ShardIndex.MODEL + name, buffer.shape(), Box.whole(buffer.shape()), buffer));
    return this;
  }

  /**
   * The state of an optimizer.
   *
   * @param layout how the state of each parameter is cut, by the parameter's name; what it does not
   *     name is whole on every rank
   */
  public ShardedState withOptimizer(Optimizer optimizer, ShardLayout layout, int rank) {
    try (OptimizerState state = optimizer.stateDict()) {
      state
          .tensors()
          .forEach(
              (name, local) ->
                  put(
                      ShardIndex.OPTIMIZER + name,
                      layout.specs().get(owner(name)),
                      layout,
                      rank,
                      local));
      state
          .numbers()
          .forEach(
              (name, number) -> {
                ShardSpec spec = layout.specs().get(owner(name));
                boolean mine =
                    spec == null
                        || spec.global().numel() == 0
                        || !spec.boxes(layout.dims(), rank).get(0).isEmpty();
                if (mine) {
                  put(name, number);
                }
              });
    }
    return this;
  }

  private void put(
      String name, @Nullable ShardSpec spec, ShardLayout layout, int rank, Tensor local) {
    if (spec == null) {
      put(name, local.shape(), List.of(Box.whole(local.shape())), local);
    } else {
      put(name, spec.global(), spec.boxes(layout.dims(), rank), local);
    }
  }

  /** The tensor, parameter or parameter group that a name is about. */
  static String owner(String name) {
    return tensor(name.substring(name.indexOf('/') + 1));
  }

  @Override
  public void close() {
    tensors.values().forEach(held -> held.local().close());
    tensors.clear();
  }
}
