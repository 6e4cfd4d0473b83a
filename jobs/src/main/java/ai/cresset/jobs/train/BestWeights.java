package ai.cresset.jobs.train;

import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.checkpoint.SafetensorsFile;
import ai.cresset.checkpoint.SafetensorsWriter;
import ai.cresset.error.CheckpointException;
import ai.cresset.jobs.workload.Score;
import ai.cresset.nn.Module;
import ai.cresset.nn.StateDict;
import ai.cresset.train.Evaluation;
import ai.cresset.train.TrainingCallback;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the weights that did best in an evaluation on validation data, and gives them back to the
 * model when training is over. Every rank keeps its own copy; one writes them to a file, from which
 * all go on when a run is resumed.
 */
final class BestWeights implements TrainingCallback, AutoCloseable {
  private static final String SUFFIX = ".safetensors";
  private static final String UNFINISHED = ".unfinished";

  private final Module model;
  private final Score score;
  private final CheckpointStore store;
  private final boolean writes;
  private boolean begun;
  private @Nullable Best best;
  private @Nullable StateDict weights;

  /**
   * What was best.
   *
   * @param step steps done then
   * @param evaluation what those weights gave
   */
  record Best(long step, Evaluation evaluation) implements Serializable {}

  /**
   * Begins to watch.
   *
   * @param store where the file is
   * @param writes whether this rank writes it
   */
  BestWeights(Module model, Score score, CheckpointStore store, boolean writes) {
    this.model = model;
    this.score = score;
    this.store = store;
    this.writes = writes;
  }

  @Override
  public void beforeStep(long step) {
    if (!begun && step > 0) {
      read();
    }
    begun = true;
  }

  @Override
  public void onEvaluate(long step, Evaluation evaluation) {
    if (step == 0) {
      return; // what was not trained is no choice
    }
    Best before = best;
    boolean better =
        before == null
            ? Double.isFinite(evaluation.loss())
            : score.isBetter(evaluation, before.evaluation());
    if (better) {
      Best found = new Best(step, evaluation);
      try (StateDict state = model.stateDict()) {
        keep(found, state.copy());
      }
      if (writes) {
        write(found);
      }
    }
  }

  private void keep(Best found, StateDict state) {
    if (weights != null) {
      weights.close();
    }
    weights = state;
    best = found;
  }

  private void write(Best found) {
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

  private void read() {
    try {
      List<String> names = store.list("").stream().filter(name -> name.endsWith(SUFFIX)).toList();
      if (names.isEmpty()) {
        return;
      }
      String name = names.get(names.size() - 1);
      try (SafetensorsFile file =
          SafetensorsFile.open(store.location() + "/" + name, store.read(name))) {
        StateDict state = new StateDict();
        file.entries().forEach(entry -> state.put(entry.name(), file.read(entry.name())));
        keep(best(file.metadata()), state);
      }
    } catch (IOException e) {
      throw CheckpointException.failed("read", store.location(), e);
    }
  }

  /** Gives the model the weights that an earlier run kept; whether there are any. */
  boolean load() {
    read();
    return restore() != null;
  }

  private static Best best(SortedMap<String, String> metadata) {
    return new Best(
        Long.parseLong(metadata.getOrDefault("step", "0")),
        new Evaluation(
            number(metadata, "loss"), number(metadata, "weight"), number(metadata, "score")));
  }

  private static double number(SortedMap<String, String> metadata, String key) {
    return Double.parseDouble(metadata.getOrDefault(key, "NaN"));
  }

  /** Gives the model the best weights; null if there was no evaluation. */
  @Nullable Best restore() {
    if (weights != null) {
      model.loadStateDict(weights);
    }
    return best;
  }

  @Override
  public void close() {
    if (weights != null) {
      weights.close();
    }
  }
}
