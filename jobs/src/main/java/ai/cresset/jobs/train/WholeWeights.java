package ai.cresset.jobs.train;

import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.checkpoint.SafetensorsFile;
import ai.cresset.checkpoint.SafetensorsWriter;
import ai.cresset.error.CheckpointException;
import ai.cresset.nn.Module;
import ai.cresset.nn.StateDict;
import ai.cresset.train.Evaluation;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** A copy of all weights in the memory of every rank, and in a file that one of them writes. */
final class WholeWeights implements BestWeights.Keeping {
  private static final String SUFFIX = ".safetensors";
  private static final String UNFINISHED = ".unfinished";

  private final Module model;
  private final CheckpointStore store;
  private final boolean writes;
  private @Nullable StateDict weights;

  /**
   * Those of a model.
   *
   * @param store where the file is
   * @param writes whether this rank writes it
   */
  WholeWeights(Module model, CheckpointStore store, boolean writes) {
    this.model = model;
    this.store = store;
    this.writes = writes;
  }

  @Override
  public void keep(BestWeights.Best found) {
    try (StateDict state = model.stateDict()) {
      replace(state.copy());
    }
    if (writes) {
      write(found);
    }
  }

  private void replace(StateDict state) {
    close();
    weights = state;
  }

  private void write(BestWeights.Best found) {
    Evaluation evaluation = found.evaluation();
    Map<String, String> metadata =
        Map.of(
            "step", Long.toString(found.step()),
            "loss", Double.toString(evaluation.loss()),
            "weight", Double.toString(evaluation.weight()),
            "score", Double.toString(evaluation.score()));
    String name = String.format(Locale.ROOT, "step-%06d%s", found.step(), SUFFIX);
    try {
      List<String> others = store.list("");
      store.delete(name + UNFINISHED);
      StateDict state = weights;
      if (state != null) {
        store.write(
            name + UNFINISHED,
            channel -> SafetensorsWriter.write(channel, state.tensors(), metadata));
      }
      store.delete(name);
      store.rename(name + UNFINISHED, name);
      for (String other : others) {
        if (!other.equals(name)) {
          store.delete(other);
        }
      }
    } catch (IOException e) {
      throw CheckpointException.failed("write", store.location() + "/" + name, e);
    }
  }

  @Override
  public BestWeights.@Nullable Best read() {
    try {
      List<String> names = store.list("").stream().filter(name -> name.endsWith(SUFFIX)).toList();
      if (names.isEmpty()) {
        return null;
      }
      String name = names.get(names.size() - 1);
      try (SafetensorsFile file =
          SafetensorsFile.open(store.location() + "/" + name, store.read(name))) {
        StateDict state = new StateDict();
        file.entries().forEach(entry -> state.put(entry.name(), file.read(entry.name())));
        replace(state);
        return best(file.metadata());
      }
    } catch (IOException e) {
      throw CheckpointException.failed("read", store.location(), e);
    }
  }

  private static BestWeights.Best best(SortedMap<String, String> metadata) {
    return new BestWeights.Best(
        Long.parseLong(metadata.getOrDefault("step", "0")),
        new Evaluation(
            number(metadata, "loss"), number(metadata, "weight"), number(metadata, "score")));
  }

  private static double number(SortedMap<String, String> metadata, String key) {
    return Double.parseDouble(metadata.getOrDefault(key, "NaN"));
  }

  @Override
  public void restore() {
    if (weights != null) {
      model.loadStateDict(weights);
    }
  }

  @Override
  public void close() {
    if (weights != null) {
      weights.close();
      weights = null;
    }
  }
}
