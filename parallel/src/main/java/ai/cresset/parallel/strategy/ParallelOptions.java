package ai.cresset.parallel.strategy;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.recompute.RecomputePlan;
import ai.cresset.parallel.data.DataParallelOptions;
import ai.cresset.parallel.mesh.MeshAxis;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.parallel.sequence.SequencePlan;
import ai.cresset.parallel.tensor.TensorPlan;
import ai.cresset.parallel.zero.MixedPrecisionPolicy;
import ai.cresset.parallel.zero.UnitRule;
import ai.cresset.parallel.zero.ZeroOptions;
import ai.cresset.parallel.zero.ZeroStage;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a model is trained by many ranks. Alike on every rank.
 *
 * @param dims how many ranks share what
 * @param zero what is cut along the axis {@code shard}: 0 nothing, 1 optimizer state, 2 gradients
 *     too, 3 parameters too
 * @param units which parts of the model are gathered as one in stage 3
 * @param reshardAfterForward whether stage 3 gives up a unit after its forward pass
 * @param prefetch whether stage 3 gathers the next unit while one runs
 * @param wholeGradients whether stages 2 and 3 keep whole gradients until the last micro-batch
 * @param precision the types that stages 1 to 3 compute in
 * @param recompute which blocks run again in backward instead of keeping what they made
 * @param buckets how gradients travel without ZeRO
 * @param stateDirectory where the state of the optimizer is kept in files; null for memory
 * @param pipeline how stages take turns, where the axis {@code pipeline} has several ranks
 * @param tensorPlan how layers are divided, where the axis {@code tensor} has several ranks
 * @param sequencePlan how positions are divided, where the axis {@code sequence} has several ranks
 */
public record ParallelOptions(
    ParallelDims dims,
    int zero,
    UnitRule units,
    boolean reshardAfterForward,
    boolean prefetch,
    boolean wholeGradients,
    MixedPrecisionPolicy precision,
    RecomputePlan recompute,
    DataParallelOptions buckets,
    @Nullable Path stateDirectory,
    PipelineOptions pipeline,
    @Nullable TensorPlan tensorPlan,
    @Nullable SequencePlan sequencePlan) {
  public ParallelOptions {
    if (zero < 0 || zero > ZeroStage.values().length) {
      throw ConfigException.value("parallel.zero", zero, "0, 1, 2 or 3");
    }
    for (MeshAxis axis : List.of(MeshAxis.TENSOR, MeshAxis.SEQUENCE, MeshAxis.PIPELINE)) {
      if (zero > 1 && dims.size(axis) > 1) {
        throw ConfigException.value(
            "parallel.zero",
            zero,
            "0 or 1 with "
                + axis.key()
                + " = "
                + dims.size(axis)
                + ": ranks that divide the model keep whole gradients and parameters of their part");
      }
    }
    if (dims.pipeline() == 1 && !pipeline.equals(PipelineOptions.DEFAULT)) {
      throw ConfigException.because(
          "pipeline options with parallel.pipeline = 1 would change nothing; set"
              + " parallel.pipeline to the number of ranks that share the layers, or leave them"
              + " out");
    }
    if (zero > 0 && dims.shard() == 1 && dims.data() > 1) {
      throw ConfigException.because(
          "parallel.zero = "
              + zero
              + " cuts along parallel.shard, which is 1: nothing would be cut; set parallel.shard to "
              + dims.data()
              + " and parallel.data to 1, or parallel.zero to 0");
    }
    if (zero == 0 && dims.shard() > 1) {
      throw ConfigException.because(
          "parallel.shard = "
              + dims.shard()
              + " cuts what parallel.zero names, which is 0: nothing; set parallel.zero to 1, 2 or"
              + " 3, or parallel.data to "
              + dims.dataRanks()
              + " and parallel.shard to 1");
    }
    if (zero == 0 && !precision.equals(MixedPrecisionPolicy.NONE)) {
      throw ConfigException.because(
          "a MixedPrecisionPolicy needs parallel.zero of 1, 2 or 3; without, use Autocast");
    }
  }

  /** These ranks and this stage, with the defaults. */
  public static ParallelOptions of(ParallelDims dims, int zero) {
    return new ParallelOptions(
        dims,
        zero,
        UnitRule.repeatedLayers(),
        true,
        true,
        false,
        MixedPrecisionPolicy.NONE,
        RecomputePlan.NONE,
        DataParallelOptions.DEFAULT,
        null,
        PipelineOptions.DEFAULT,
        null,
        null);
  }

  public ParallelOptions withUnits(UnitRule chosen) {
    return with(draft -> draft.units = chosen);
  }

  public ParallelOptions withReshardAfterForward(boolean chosen) {
    return with(draft -> draft.reshardAfterForward = chosen);
  }

  public ParallelOptions withPrefetch(boolean chosen) {
    return with(draft -> draft.prefetch = chosen);
  }

  public ParallelOptions withWholeGradients(boolean chosen) {
    return with(draft -> draft.wholeGradients = chosen);
  }

  public ParallelOptions withPrecision(MixedPrecisionPolicy chosen) {
    return with(draft -> draft.precision = chosen);
  }

  public ParallelOptions withRecompute(RecomputePlan chosen) {
    return with(draft -> draft.recompute = chosen);
  }

  public ParallelOptions withBuckets(DataParallelOptions chosen) {
    return with(draft -> draft.buckets = chosen);
  }

  public ParallelOptions withStateDirectory(@Nullable Path chosen) {
    return with(draft -> draft.stateDirectory = chosen);
  }

  public ParallelOptions withPipeline(PipelineOptions chosen) {
    return with(draft -> draft.pipeline = chosen);
  }

  public ParallelOptions withTensorPlan(@Nullable TensorPlan chosen) {
    return with(draft -> draft.tensorPlan = chosen);
  }

  public ParallelOptions withSequencePlan(@Nullable SequencePlan chosen) {
    return with(draft -> draft.sequencePlan = chosen);
  }

  /** Refuses axes along which nothing says how the model is divided. */
  void checkPlans() {
    if (dims.tensor() > 1 && tensorPlan == null) {
      throw ConfigException.because(
          "parallel.tensor = "
              + dims.tensor()
              + " needs a plan that says how the model's layers are divided; give"
              + " withTensorPlan one, such as TensorPlan.gpt()");
    }
    if (dims.sequence() > 1 && sequencePlan == null) {
      throw ConfigException.because(
          "parallel.sequence = "
              + dims.sequence()
              + " needs a plan that says how positions are divided; give withSequencePlan one, such"
              + " as SequencePlan.gpt(AttentionKind.RING)");
    }
  }

  /** Whether ranks divide the model itself, other than by ZeRO. */
  boolean dividesModel() {
    return dims.worldSize() > dims.dataRanks();
  }

  ZeroOptions zeroOptions() {
    return new ZeroOptions(
        ZeroStage.of(zero), units, reshardAfterForward, prefetch, wholeGradients, precision);
  }

  /** The same with a change. */
  private ParallelOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  /** Options that are being changed. */
  private static final class Draft {
    private ParallelDims dims;
    private int zero;
    private UnitRule units;
    private boolean reshardAfterForward;
    private boolean prefetch;
    private boolean wholeGradients;
    private MixedPrecisionPolicy precision;
    private RecomputePlan recompute;
    private DataParallelOptions buckets;
    private @Nullable Path stateDirectory;
    private PipelineOptions pipeline;
    private @Nullable TensorPlan tensorPlan;
    private @Nullable SequencePlan sequencePlan;

    Draft(ParallelOptions of) {
      dims = of.dims;
      zero = of.zero;
      units = of.units;
      reshardAfterForward = of.reshardAfterForward;
      prefetch = of.prefetch;
      wholeGradients = of.wholeGradients;
      precision = of.precision;
      recompute = of.recompute;
      buckets = of.buckets;
      stateDirectory = of.stateDirectory;
      pipeline = of.pipeline;
      tensorPlan = of.tensorPlan;
      sequencePlan = of.sequencePlan;
    }

    ParallelOptions options() {
      return new ParallelOptions(
          dims,
          zero,
          units,
          reshardAfterForward,
          prefetch,
          wholeGradients,
          precision,
          recompute,
          buckets,
          stateDirectory,
          pipeline,
          tensorPlan,
          sequencePlan);
    }
  }
}
