package ai.cresset.quant;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.layer.Linear;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer with weights in int8, a scale for each output, and activations in seven bits of
 * uint8. Inputs of any floating type {@code [..., inFeatures]}, outputs {@code [..., outFeatures]}
 * of the same type; sums, scales and bias are float32.
 *
 * <p>State: {@code weight} int8 {@code [outFeatures, inFeatures]}, {@code scale} float32 {@code
 * [outFeatures]} and, where there is one, {@code bias} float32 {@code [outFeatures]}. No parameters,
 * and no gradients flow: in training mode an input that asks for one is refused.
 */
abstract class Int8Linear extends Layer {
  static final QuantizedRange ACTIVATIONS = QuantizedRange.UINT8_REDUCED;

  private final long inFeatures;
  private final long outFeatures;
  private final Tensor weight;
  private final Tensor scale;
  private final @Nullable Tensor bias;

  /** Weights of 0, to load a state into. */
  Int8Linear(long inFeatures, long outFeatures, boolean biased) {
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    weight = buffer("weight", Tensor.zeros(Tensor.spec(DType.INT8, outFeatures, inFeatures)), true);
    scale = buffer("scale", Tensor.ones(outFeatures), true);
    bias = biased ? buffer("bias", Tensor.zeros(outFeatures), true) : null;
  }

  /** The weights of a layer, rounded; it is left as it was. */
  Int8Linear(Linear linear) {
    inFeatures = linear.weight().size(1);
    outFeatures = linear.weight().size(0);
    Parameter shift = linear.bias();
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("quantize")) {
      Tensor real = linear.weight().detach().to(DType.FLOAT32).contiguous();
      ChannelMinMaxObserver observer =
          new ChannelMinMaxObserver(QuantizedRange.INT8, QuantizationScheme.SYMMETRIC, 0);
      observer.observe(real);
      QuantizationParameters parameters = observer.parameters();
      float[] scales = new float[parameters.channels()];
      for (int i = 0; i < scales.length; i++) {
        scales[i] = parameters.scale(i);
      }
      weight = buffer("weight", parameters.quantize(real).integers(), true);
      scale = buffer("scale", Tensor.of(scales, scales.length).to(real.device()), true);
      bias =
          shift == null
              ? null
              : buffer("bias", shift.detach().to(DType.FLOAT32).detachedClone(), true);
    }
  }

  public final long inFeatures() {
    return inFeatures;
  }

  public final long outFeatures() {
    return outFeatures;
  }

  /** int8 {@code [outFeatures, inFeatures]}. */
  public final Tensor weight() {
    return weight;
  }

  /** float32 {@code [outFeatures]}: what the weights of each output are multiplied by. */
  public final Tensor scale() {
    return scale;
  }

  /** float32 {@code [outFeatures]}. */
  public final @Nullable Tensor bias() {
    return bias;
  }

  /** How the activations of a call are quantized: one scale, {@link #ACTIVATIONS}. */
  abstract QuantizationParameters activations(Tensor input);

  @Override
  protected final Tensor forward(Tensor input) {
    String name = getClass().getSimpleName();
    if (!input.dtype().isFloating()) {
      throw DTypeException.unsupported(name, input.dtype(), "the floating types");
    }
    if (input.rank() == 0 || input.size(-1) != inFeatures) {
      throw ShapeException.mismatch(name, "[..., " + inFeatures + "]", input.shape());
    }
    if (isTraining() && GradMode.isEnabled() && input.requiresGrad()) {
      throw ConfigException.because(
          name
              + ": gradients do not flow through quantized layers; call eval() on the model, or train"
              + " with FakeQuantization and quantize afterwards");
    }
    Shape output = input.shape().without(input.rank() - 1).insert(input.rank() - 1, outFeatures);
    try (GradMode.Restore off = GradMode.disable()) {
      Tensor rows = input.detach().to(DType.FLOAT32).reshape(-1, inFeatures).contiguous();
      if (rows.numel() == 0) {
        Tensor shift = bias;
        Tensor zeros = Tensor.zeros(input.spec().withShape(output).withDType(DType.FLOAT32));
        return (shift == null ? zeros : zeros.add(shift)).to(input.dtype());
      }
      Tensor shift = bias == null ? null : bias.to(DType.FLOAT32);
      Tensor product =
          Int8Products.multiply(rows, activations(rows), weight, scale.to(DType.FLOAT32), shift);
      return product.reshape(output).to(input.dtype());
    }
  }

  @Override
  protected final String settings() {
    return inFeatures + " -> " + outFeatures + ", int8" + (bias == null ? ", no bias" : "");
  }

  @Override
  public final void describe(ModuleDescription description) {
    description
        .integer("inFeatures", inFeatures)
        .integer("outFeatures", outFeatures)
        .flag("bias", bias != null);
  }
}
