package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.nn.Module;
import ai.cresset.nn.StateDict;
import ai.cresset.optim.AveragedWeights;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.OptimizerState;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

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

  /** Whether several workers wrote it, each a part. */
  public boolean isSharded() {
    return state.files().containsKey(ShardIndex.FILE);
  }

  /**
   * Checks a file of {@code state().files()} against its digest.
   *
   * @throws CheckpointException if it is damaged
   */
  public void verify(String file) {
    TrainingState.StoredFile expected = state.files().get(file);
    if (expected == null) {
      throw CheckpointException.because(
          location() + " has no file '" + file + "'; it has " + state.files().keySet());
    }
    try {
      CheckpointDirectory.checkDigest(store, name, file, expected);
    } catch (IOException e) {
      throw CheckpointException.failed("read", location() + "/" + file, e);
    }
  }

  /** The stored weights, to read whole or in parts. The caller closes them. */
  public StoredTensors model() {
    return isSharded() ? sharded(ShardIndex.MODEL) : single(CheckpointDirectory.MODEL);
  }

  /** The tensors of the optimizer's state, to read whole or in parts. The caller closes them. */
  public StoredTensors optimizer() {
    return isSharded() ? sharded(ShardIndex.OPTIMIZER) : single(CheckpointDirectory.OPTIMIZER);
  }

  /** The numbers of the optimizer's state. */
  public Map<String, Double> optimizerNumbers() {
    if (isSharded()) {
      return index().numbers();
    }
    Map<String, Double> numbers = new TreeMap<>();
    try (SafetensorsFile file = file(CheckpointDirectory.OPTIMIZER)) {
      file.metadata().forEach((key, text) -> numbers.put(key, number(file, key, text)));
    }
    return numbers;
  }

  private StoredTensors single(String file) {
    return StoredTensors.of(file(file));
  }

  private StoredTensors sharded(String prefix) {
    Map<String, StoredTensor> found = index().tensors(prefix);
    return new StoredTensors(location() + "/" + ShardIndex.FILE, new TreeMap<>(found), this::file);
  }

  private ShardIndex index() {
    String path = location() + "/" + ShardIndex.FILE;
    try {
      byte[] json =
          CheckpointDirectory.readAll(store, name + "/" + ShardIndex.FILE, ShardIndex.MAX_BYTES);
      ShardIndex index = ShardIndex.parse(path, json);
      for (StoredTensor tensor : index.tensors().values()) {
        for (StoredPart part : tensor.parts()) {
          if (!state.files().containsKey(part.file())) {
            throw CheckpointException.corrupt(
                path, "files", part.file() + " is no file of this checkpoint");
          }
        }
      }
      return index;
    } catch (IOException e) {
      throw CheckpointException.failed("read", path, e);
    }
  }

  /**
   * Copies the stored weights into a model.
   *
   * @throws CheckpointException naming the first parameters that differ; nothing was changed
   */
  public void loadModel(Module model) {
    try (StoredTensors stored = model();
        StateDict own = model.stateDict()) {
      ModelFingerprint.check(stored, own.tensors(), "model");
      own.tensors().forEach(stored::readInto);
    }
  }

  /**
   * Copies the stored state into an optimizer.
   *
   * @throws CheckpointException naming what does not fit; nothing was changed
   */
  public void loadOptimizer(Optimizer optimizer) {
    try (StoredTensors stored = optimizer();
        OptimizerState saved = new OptimizerState()) {
      for (String key : stored.tensors().keySet()) {
        saved.put(key, stored.read(key));
      }
      optimizerNumbers().forEach(saved::put);
      optimizer.loadStateDict(saved);
    }
  }

  /** Whether an average of the weights lies beside them. */
  public boolean hasAverage() {
    return state.files().containsKey(CheckpointDirectory.AVERAGE);
  }

  /**
   * Copies the stored average into one of the same weights.
   *
   * @throws CheckpointException if there is none, or naming what does not fit; nothing was changed
   */
  public void loadAverage(AveragedWeights average) {
    if (!hasAverage()) {
      throw CheckpointException.because(
          location()
              + " has no average of the weights; go on without one, or from another checkpoint");
    }
    try (SafetensorsFile file = file(CheckpointDirectory.AVERAGE);
        OptimizerState saved = new OptimizerState()) {
      file.entries().forEach(entry -> saved.put(entry.name(), file.read(entry.name())));
      file.metadata().forEach((key, text) -> saved.put(key, number(file, key, text)));
      average.loadStateDict(saved);
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
    try (StoredTensors stored = model()) {
      StateDict weights = new StateDict();
      for (String key : stored.tensors().keySet()) {
        weights.put(key, stored.read(key));
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
