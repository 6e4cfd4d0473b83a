package ai.cresset.parallel.strategy;

import ai.cresset.parallel.data.DataParallel;
import ai.cresset.parallel.pipeline.StageModule;
import ai.cresset.parallel.zero.ShardedModel;
import ai.cresset.tensor.Tensor;
import java.util.Map;

/**
 * What the ranks that hold the same stage do with its gradients: add them whole, or in parts that
 * each of them keeps. Backward passes are run by somebody else.
 */
sealed interface Replicas extends AutoCloseable {
  /** Forgets the gradients of the step before. */
  void begin();

  /** Gradients of the passes that follow are added up, and sent in {@link #finish}. */
  void accumulate();

  /** The sum of a parameter's gradient on this rank so far, of one that came; contiguous. */
  Tensor gradient(String name);

  /** Adds gradients, sum and weight over the ranks, and divides gradients by the weight. */
  double[] finish(double sum, double weight);

  /** The leaves of the optimizer, by name. */
  Map<String, Tensor> leaves();

  /** This rank's parts of all parameters of its stages, trained or not. */
  Map<String, ? extends Tensor> parts(StageModule stages);

  /** The parts have new elements: what the model reads follows. */
  void loaded();

  @Override
  void close();

  /** Whole copies. */
  record Whole(DataParallel parallel, Map<String, Tensor> leaves) implements Replicas {
    @Override
    public void begin() {
      parallel.beginStep();
    }

    @Override
    public void accumulate() {
      parallel.lastMicroBatch(false);
    }

    @Override
    public Tensor gradient(String name) {
      Tensor leaf = leaves.get(name);
      if (leaf == null) {
        throw new IllegalStateException("no trained parameter " + name);
      }
      Tensor gradient = leaf.grad();
      if (gradient == null) {
        throw new IllegalStateException(name + " has no gradient yet");
      }
      return gradient;
    }

    @Override
    public double[] finish(double sum, double weight) {
      return parallel.finishStep(sum, weight);
    }

    @Override
    public Map<String, ? extends Tensor> parts(StageModule stages) {
      return stages.namedParameters();
    }

    @Override
    public void loaded() {
      // The model reads the leaves themselves.
    }

    @Override
    public void close() {
      parallel.close();
    }
  }

  /** Parts of the optimizer's state (ZeRO-1). */
  record Cut(ShardedModel sharded) implements Replicas {
    @Override
    public void begin() {
      sharded.beginStep();
    }

    @Override
    public void accumulate() {
      sharded.accumulate();
    }

    @Override
    public Tensor gradient(String name) {
      return sharded.wholeGradient(name);
    }

    @Override
    public double[] finish(double sum, double weight) {
      return sharded.finishStep(sum, weight);
    }

    @Override
    public Map<String, Tensor> leaves() {
      return sharded.parameters();
    }

    @Override
    public Map<String, ? extends Tensor> parts(StageModule stages) {
      return sharded.parts();
    }

    @Override
    public void loaded() {
      sharded.partsChanged();
    }

    @Override
    public void close() {
      sharded.close();
    }
  }
}
