package ai.cresset.nn.norm;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * What batch norms and instance norms share.
 *
 * <p>Parameters, where wanted: {@code weight} {@code [features]}, ones, and {@code bias} {@code
 * [features]}, zeros. Buffers, where wanted: {@code running_mean} {@code [features]}, zeros, {@code
 * running_var} {@code [features]}, ones, and {@code num_batches_tracked}, an int64.
 */
public abstract sealed class RunningNorm extends Layer permits BatchNorm, InstanceNorm {
  final RunningNormOptions options;
  final @Nullable Tensor runningMean;
  final @Nullable Tensor runningVar;
  final @Nullable Tensor batches;
  private final long features;
  private final @Nullable Parameter weight;
  private final @Nullable Parameter bias;

  RunningNorm(long features, RunningNormOptions options, Placement placement) {
    this.features = features;
    this.options = options;
    Spec spec = placement.spec(features);
    weight = options.affine() ? parameter("weight", Tensor.ones(spec)) : null;
    bias = options.affine() ? parameter("bias", Tensor.zeros(spec)) : null;
    boolean running = options.trackRunningStats();
    runningMean = running ? buffer("running_mean", Tensor.zeros(spec), true) : null;
    runningVar = running ? buffer("running_var", Tensor.ones(spec), true) : null;
    Spec counter = placement.spec().withDType(DType.INT64);
    batches = running ? buffer("num_batches_tracked", Tensor.zeros(counter), true) : null;
  }

  /** Null without {@link RunningNormOptions#affine()}. */
  public final @Nullable Parameter weight() {
    return weight;
  }

  /** Null without {@link RunningNormOptions#affine()}. */
  public final @Nullable Parameter bias() {
    return bias;
  }

  final @Nullable Tensor scale() {
    return weight == null ? null : value(weight);
  }

  final @Nullable Tensor shift() {
    return bias == null ? null : value(bias);
  }

  @Override
  protected final String settings() {
    return Long.toString(features);
  }

  @Override
  public final void describe(ModuleDescription description) {
    description.integer("numFeatures", features).options("options", options);
  }
}
