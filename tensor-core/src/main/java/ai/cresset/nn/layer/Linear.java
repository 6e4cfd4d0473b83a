package ai.cresset.nn.layer;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Layers;
import ai.cresset.nn.init.Init;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.HookHandle;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = x W^T + b} ({@code torch.nn.Linear}).
 *
 * <p>Input {@code [..., inFeatures]}, output {@code [..., outFeatures]}. Parameters: {@code weight}
 * {@code [outFeatures, inFeatures]} and, where wanted, {@code bias} {@code [outFeatures]}, both
 * uniform within {@code 1 / sqrt(inFeatures)}.
 */
public final class Linear extends Layer {
  private final long inFeatures;
  private final long outFeatures;
  private final Parameter weight;
  private final @Nullable Parameter bias;
  private @Nullable UnaryOperator<Tensor> beforeBias;

  /** With a bias. */
  public Linear(long inFeatures, long outFeatures) {
    this(inFeatures, outFeatures, true, Placement.DEFAULT);
  }

  public Linear(long inFeatures, long outFeatures, boolean bias) {
    this(inFeatures, outFeatures, bias, Placement.DEFAULT);
  }

  public Linear(long inFeatures, long outFeatures, boolean bias, Placement placement) {
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    weight = parameter("weight", Tensor.empty(placement.spec(outFeatures, inFeatures)));
    Init.kaimingUniform(weight, Math.sqrt(5), Generator.current());
    this.bias = bias ? parameter("bias", Tensor.empty(placement.spec(outFeatures))) : null;
    if (this.bias != null) {
      Init.bias(this.bias, weight, Generator.current());
    }
  }

  /** A layer without bias whose weight is another module's: output weights tied to an embedding. */
  public Linear(Parameter tied) {
    outFeatures = tied.size(0);
    inFeatures = tied.size(1);
    weight = parameter("weight", tied);
    bias = null;
  }

  public Parameter weight() {
    return weight;
  }

  public @Nullable Parameter bias() {
    return bias;
  }

  /**
   * Passes products through {@code step} before the bias is added, until the result is closed: for
   * products that are partial sums.
   */
  public HookHandle beforeBias(UnaryOperator<Tensor> step) {
    beforeBias = step;
    return () -> beforeBias = null;
  }

  @Override
  protected Tensor forward(Tensor input) {
    UnaryOperator<Tensor> step = beforeBias;
    if (step != null) {
      Tensor product = step.apply(Layers.linear(input, value(weight), null));
      return bias == null ? product : product.add(value(bias).to(product.dtype()));
    }
    return Layers.linear(input, value(weight), bias == null ? null : value(bias));
  }

  @Override
  protected String settings() {
    return inFeatures + " -> " + outFeatures + (bias == null ? ", no bias" : "");
  }

  @Override
  public void describe(ModuleDescription description) {
    description
        .integer("inFeatures", inFeatures)
        .integer("outFeatures", outFeatures)
        .flag("bias", bias != null)
        .tie("tied", weight);
  }
}
