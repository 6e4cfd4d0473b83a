package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.nn.Module;
import ai.cresset.nn.StateDict;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.OptimizerState;
import ai.cresset.tensor.Tensor;
import java.io.IOException;
import java.util.Map;

/** A whole checkpoint: its files were there and had their digests when it was opened. */
public final class TrainingCheckpoint {
  private final CheckpointStore store;
  private final String name;
  private final TrainingState state;

  TrainingCheckpoint(CheckpointStore store, String name, TrainingState state) {
    this.store = store;
    this.name = name;
    this.state = state;
  }

  /** Its name, such as {@code step-000123}. */
  public String name() {
    return name;
  }

  /** Where it is, for messages. */
  public String location() {
    return store.location() + "/" + name;
  }

  public TrainingState state() {
    return state;
  }

  /**
   * Copies the stored weights into a model.
   *
   * @throws CheckpointException naming the first parameters that differ; nothing was changed
   */
  public void loadModel(Module model) {
    try (SafetensorsFile file = file(CheckpointDirectory.MODEL);
        StateDict own = model.stateDict()) {
      ModelFingerprint.check(file, own.tensors(), "model");
      own.tensors().forEach(file::readInto);
    }
  }

  /**
   * Copies the stored state into an optimizer.
   *
   * @throws CheckpointException naming what does not fit; nothing was changed
   */
  public void loadOptimizer(Optimizer optimizer) {
    try (SafetensorsFile file = file(CheckpointDirectory.OPTIMIZER);
        OptimizerState saved = new OptimizerState()) {
      for (SafetensorsEntry entry : file.entries()) {
        saved.put(entry.name(), file.read(entry.name()));
      }
      for (Map.Entry<String, String> number : file.metadata().entrySet()) {
        saved.put(number.getKey(), number(file, number.getKey(), number.getValue()));
      }
      optimizer.loadStateDict(saved);
    }
  }

  private static double number(SafetensorsFile file, String key, String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw CheckpointException.corrupt(file, "number '" + key + "'", "it is '" + text + "'");
    }
  }

  /** Reads the stored weights by name, into memory of their own. */
  public StateDict readModel() {
    try (SafetensorsFile file = file(CheckpointDirectory.MODEL)) {
      StateDict weights = new StateDict();
      for (SafetensorsEntry entry : file.entries()) {
        Tensor tensor = file.read(entry.name());
        weights.put(entry.name(), tensor);
      }
      return weights;
    }
  }

  private SafetensorsFile file(String file) {
    String path = location() + "/" + file;
    try {
      return SafetensorsFile.open(path, store.read(name + "/" + file));
    } catch (IOException e) {
      throw CheckpointException.failed("open", path, e);
    }
  }
}
