package ai.cresset.nn.norm;

import ai.cresset.error.ShapeException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Normalizations;
import ai.cresset.nn.init.Init;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;

/**
 * Brings each channel to mean 0 and variance 1, then scales and shifts (Ioffe and Szegedy 2015,
 * {@code torch.nn.BatchNorm2d}): with the statistics of the batch in training, else with running
 * ones.
 *
 * <p>Input and output {@code [batch, channels, height, width]}. Parameters: {@code weight} {@code
 * [channels]}, ones, and {@code bias} {@code [channels]}, zeros. Buffers: {@code running_mean},
 * {@code running_var}, {@code num_batches_tracked}.
 */
public final class BatchNorm2d extends Layer {
  private static final double EPSILON = 1e-5;
  private static final double MOMENTUM = 0.1;

  private final Parameter weight;
  private final Parameter bias;
  private final Tensor runningMean;
  private final Tensor runningVar;
  private final Tensor batches;
  private final double epsilon;
  private final double momentum;

  public BatchNorm2d(long channels) {
    this(channels, EPSILON, MOMENTUM, Placement.DEFAULT);
  }

  /**
   * A batch norm.
   *
   * @param epsilon added to the variance
   * @param momentum the share of a batch in the running statistics
   */
  public BatchNorm2d(long channels, double epsilon, double momentum, Placement placement) {
    this.epsilon = epsilon;
    this.momentum = momentum;
    Spec spec = placement.spec(channels);
    weight = parameter("weight", Tensor.empty(spec));
    Init.ones(weight);
    bias = parameter("bias", Tensor.empty(spec));
    Init.zeros(bias);
    runningMean = buffer("running_mean", Tensor.zeros(spec), true);
    runningVar = buffer("running_var", Tensor.ones(spec), true);
    Spec counter = placement.spec().withDType(DType.INT64);
    batches = buffer("num_batches_tracked", Tensor.zeros(counter), true);
  }

  public Parameter weight() {
    return weight;
  }

  public Parameter bias() {
    return bias;
  }

  @Override
  protected Tensor forward(Tensor input) {
    if (input.rank() != 4) {
      throw ShapeException.mismatch(
          "BatchNorm2d", "[batch, channels, height, width]", input.shape());
    }
    if (isTraining()) {
      batches.add_(Tensor.ones(batches.spec()));
    }
    return Normalizations.batchNorm(
        input, runningMean, runningVar, weight, bias, isTraining(), momentum, epsilon);
  }

  @Override
  protected String settings() {
    return Long.toString(weight.size(0));
  }
}
