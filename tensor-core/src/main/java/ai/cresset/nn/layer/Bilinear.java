package ai.cresset.nn.layer;

import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Layers;
import ai.cresset.nn.init.Init;
import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = x1^T W x2 + b} ({@code torch.nn.Bilinear}).
 *
 * <p>Inputs {@code [..., in1Features]} and {@code [..., in2Features]}, output {@code [...,
 * outFeatures]}. Parameters: {@code weight} {@code [outFeatures, in1Features, in2Features]} and,
 * where wanted, {@code bias} {@code [outFeatures]}, both uniform within {@code 1 /
 * sqrt(in1Features)}.
 */
public final class Bilinear extends Module {
  private final Parameter weight;
  private final @Nullable Parameter bias;

  /** With a bias. */
  public Bilinear(long in1Features, long in2Features, long outFeatures) {
    this(in1Features, in2Features, outFeatures, true, Placement.DEFAULT);
  }

  public Bilinear(
      long in1Features, long in2Features, long outFeatures, boolean bias, Placement placement) {
    double bound = 1 / Math.sqrt((double) in1Features);
    weight =
        parameter("weight", Tensor.empty(placement.spec(outFeatures, in1Features, in2Features)));
    Init.uniform(weight, -bound, bound);
    this.bias = bias ? parameter("bias", Tensor.empty(placement.spec(outFeatures))) : null;
    if (this.bias != null) {
      Init.uniform(this.bias, -bound, bound);
    }
  }

  /** Runs the layer; the inputs differ in their last dimension only. */
  public Tensor call(Tensor first, Tensor second) {
    return scoped(() -> forward(first, second));
  }

  private Tensor forward(Tensor first, Tensor second) {
    return Layers.bilinear(first, second, value(weight), bias == null ? null : value(bias));
  }

  @Override
  protected String settings() {
    return weight.size(1) + ", " + weight.size(2) + " -> " + weight.size(0);
  }

  @Override
  public void describe(ModuleDescription description) {
    description
        .integer("in1Features", weight.size(1))
        .integer("in2Features", weight.size(2))
        .integer("outFeatures", weight.size(0))
        .flag("bias", bias != null);
  }
}
