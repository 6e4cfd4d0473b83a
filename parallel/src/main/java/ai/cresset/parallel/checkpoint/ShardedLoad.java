package ai.cresset.parallel.checkpoint;

import ai.cresset.checkpoint.StoredTensor;
import ai.cresset.checkpoint.StoredTensors;
import ai.cresset.checkpoint.TrainingCheckpoint;
import ai.cresset.error.CheckpointException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Module;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.OptimizerState;
import ai.cresset.parallel.mesh.Box;
import ai.cresset.parallel.mesh.ShardLayout;
import ai.cresset.parallel.mesh.ShardSpec;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Loads a checkpoint of any layout into a model of any other: each rank reads the parts of files
 * that overlap with what it holds, and nothing else. Ranks do this by themselves.
 */
public final class ShardedLoad {
  private static final int SHOWN = 5;

  private ShardedLoad() {}

  /**
   * Copies weights into what a rank holds of a model.
   *
   * @param layout how the model's parameters are cut; what it does not name is whole on every rank
   * @param isWhole whether this rank holds a part of every tensor, so that a tensor that only the
   *     checkpoint has is an error; not so on a stage of a pipeline
   * @return bytes that were read
   * @throws CheckpointException naming the first tensors that differ; nothing was changed
   */
  public static long model(
      TrainingCheckpoint checkpoint, Module model, ShardLayout layout, int rank, boolean isWhole) {
    try (ShardedState own = new ShardedState().withModel(model, layout, rank)) {
      return model(checkpoint, own, isWhole);
    }
  }

  /**
   * The same into parts that are kept elsewhere.
   *
   * @param own the tensors to load into, by {@link ShardedState#withModel}
   */
  public static long model(TrainingCheckpoint checkpoint, ShardedState own, boolean isWhole) {
    try (StoredTensors stored = checkpoint.model()) {
      List<String> differences = new ArrayList<>();
      Set<String> unexpected = new TreeSet<>(stored.tensors().keySet());
      own.tensors()
          .forEach(
              (key, held) -> {
                String name = ShardedState.owner(key);
                unexpected.remove(name);
                compare(name, held, stored.tensors().get(name), differences);
              });
      if (isWhole) {
        unexpected.forEach(name -> differences.add(name + ": only in the checkpoint"));
      }
      refuse(stored, differences, "model");
      own.tensors()
          .forEach(
              (key, held) ->
                  stored.readPart(ShardedState.owner(key), held.box().offset(), held.local()));
      return stored.bytesRead();
    }
  }

  private static void compare(
      String name,
      ShardedState.Held held,
      @Nullable StoredTensor stored,
      List<String> differences) {
    String wanted = held.local().dtype() + held.global().toString();
    if (stored == null) {
      differences.add(name + ": only in the model (" + wanted + ")");
    } else if (!stored.shape().equals(held.global()) || stored.dtype() != held.local().dtype()) {
      differences.add(
          name
              + ": "
              + wanted
              + " in the model, "
              + stored.dtype()
              + stored.shape()
              + " in the checkpoint");
    }
  }

  private static void refuse(StoredTensors stored, List<String> differences, String what) {
    if (!differences.isEmpty()) {
      int more = differences.size() - SHOWN;
      throw CheckpointException.because(
          stored
              + " does not fit the "
              + what
              + "\n  "
              + String.join("\n  ", differences.subList(0, Math.min(SHOWN, differences.size())))
              + (more > 0 ? "\n  and " + more + " more" : "")
              + "\n  nothing was loaded; use the configuration that the checkpoint was made with, or"
              + " an empty checkpoint directory");
    }
  }

  /**
   * Copies the stored state of the parameters that a rank's optimizer has.
   *
   * @param layout how the state of each parameter is cut, by the parameter's name; what it does not
   *     name is whole on every rank
   * @return bytes that were read
   * @throws CheckpointException naming what does not fit; nothing was changed
   */
  public static long optimizer(
      TrainingCheckpoint checkpoint, Optimizer optimizer, ShardLayout layout, int rank) {
    Map<String, Tensor> parameters = optimizer.parameters();
    try (StoredTensors stored = checkpoint.optimizer();
        OptimizerState state = new OptimizerState()) {
      List<String> differences = new ArrayList<>();
      stored
          .tensors()
          .forEach(
              (key, tensor) -> {
                if (parameters.containsKey(ShardedState.owner(key))) {
                  Shape global = global(layout, key, tensor);
                  if (!global.equals(tensor.shape())) {
                    differences.add(
                        key + ": " + global + " here, " + tensor.shape() + " in the checkpoint");
                  }
                }
              });
      refuse(stored, differences, "optimizer");
      stored
          .tensors()
          .forEach(
              (key, tensor) -> {
                if (parameters.containsKey(ShardedState.owner(key))) {
                  state.put(key, part(stored, key, tensor, layout, rank));
                }
              });
      checkpoint
          .optimizerNumbers()
          .forEach(
              (key, number) -> {
                if (key.startsWith("lr/") || parameters.containsKey(ShardedState.owner(key))) {
                  state.put(key, number);
                }
              });
      optimizer.loadStateDict(state);
      return stored.bytesRead();
    }
  }

  private static Shape global(ShardLayout layout, String key, StoredTensor tensor) {
    ShardSpec spec = layout.specs().get(ShardedState.owner(key));
    return spec == null ? tensor.shape() : spec.global();
  }

  private static Tensor part(
      StoredTensors stored, String key, StoredTensor tensor, ShardLayout layout, int rank) {
    ShardSpec spec = layout.specs().get(ShardedState.owner(key));
    List<Box> boxes =
        spec == null ? List.of(Box.whole(tensor.shape())) : spec.boxes(layout.dims(), rank);
    Shape shape = spec == null ? tensor.shape() : spec.local(layout.dims(), rank);
    Tensor part = Tensor.empty(new Spec(shape, tensor.dtype(), Device.CPU));
    boolean done = false;
    try {
      try (Scope scope = Scope.open("load")) {
        List<Tensor> pieces = Box.views(boxes, part);
        for (int i = 0; i < pieces.size(); i++) {
          stored.readPart(key, boxes.get(i).offset(), pieces.get(i));
        }
      }
      done = true;
      return part;
    } finally {
      if (!done) {
        part.close();
      }
    }
  }
}
