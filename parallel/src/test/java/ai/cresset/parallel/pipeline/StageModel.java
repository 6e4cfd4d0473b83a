package ai.cresset.parallel.pipeline;

import ai.cresset.nn.Layer;
import ai.cresset.nn.Layered;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.pipeline.schedule.Action;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.CustomFunction;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Needs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A model of pieces that compute nothing: what happens in their passes is a test's choice. */
final class StageModel extends Module implements Layered {
  private final List<Piece> pieces = new ArrayList<>();

  /** What happens in a pass. */
  interface Work {
    /**
     * Is called in a pass.
     *
     * @param kind {@code FORWARD}, {@code BACKWARD_INPUT} or {@code BACKWARD_WEIGHT}
     */
    void pass(Action.Kind kind, int stage);
  }

  /**
   * A model.
   *
   * @param stages how many pieces
   * @param activations bytes that each keeps for backward
   */
  StageModel(int stages, long activations, Work work) {
    for (int i = 0; i < stages; i++) {
      Stage stage = child("stage" + i, new Stage(new Pass(i, activations, work)));
      pieces.add(Piece.of("stage " + i, stage));
    }
  }

  @Override
  public List<Piece> pieces() {
    return pieces;
  }

  /** One piece on each stage. */
  PipelineModel cut(ProcessGroup group) {
    PipelineSplit split = new PipelineSplit(Collections.nCopies(pieces.size(), 1));
    return new PipelineModel(this, split, group.size(), group.rank());
  }

  /** So many micro-batches, in the current scope. */
  static List<MicroBatch> batches(int count) {
    List<MicroBatch> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batches.add(new MicroBatch(Tensor.zeros(1), made -> new Loss(made.sum(), 1)));
    }
    return batches;
  }

  private static final class Stage extends Layer {
    private final Parameter weight = parameter("weight", Tensor.zeros(1));
    private final Pass pass;

    Stage(Pass pass) {
      this.pass = pass;
    }

    @Override
    protected Tensor forward(Tensor input) {
      return pass.apply(input, value(weight));
    }
  }

  private record Pass(int stage, long activations, Work work) implements CustomFunction {
    @Override
    public List<Tensor> forward(Context context, List<Tensor> inputs) {
      work.pass(Action.Kind.FORWARD, stage);
      context.save(Tensor.zeros(Math.max(1, activations / Float.BYTES)));
      return List.of(inputs.get(0).detachedClone());
    }

    @Override
    public List<@Nullable Tensor> backward(
        Context context, List<@Nullable Tensor> gradients, Needs needs) {
      Tensor given = gradients.get(0);
      if (given == null) {
        throw new AssertionError("a loss has a gradient");
      }
      Tensor toInput = null;
      Tensor toWeight = null;
      if (needs.input(0)) {
        work.pass(Action.Kind.BACKWARD_INPUT, stage);
        toInput = given.detachedClone();
      }
      if (needs.input(1)) {
        work.pass(Action.Kind.BACKWARD_WEIGHT, stage);
        toWeight = given.detachedClone();
      }
      return Arrays.asList(toInput, toWeight);
    }
  }
}
