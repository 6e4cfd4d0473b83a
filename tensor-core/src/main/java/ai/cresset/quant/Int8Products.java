package ai.cresset.quant;

import ai.cresset.backend.Int8Matmul;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.CustomFunction;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Needs;
import ai.cresset.type.Device;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Products of quantized activations and weights, by the device's capability or composed. */
final class Int8Products {
  private static final Logger LOG = LoggerFactory.getLogger(Int8Products.class);
  private static final Set<Device> TOLD = ConcurrentHashMap.newKeySet();
  private static final LongAdder COMPOSED = new LongAdder();

  private Int8Products() {}

  /** How many products this process composed of float32 ones so far. */
  static long composed() {
    return COMPOSED.sum();
  }

  /**
   * {@code x W^T + b} of quantized operands.
   *
   * @param rows float32 {@code [rows, inner]}, contiguous
   * @param activations one scale, uint8
   * @param weight int8 {@code [columns, inner]}
   * @param scale float32 {@code [columns]}
   * @param bias float32 {@code [columns]}
   * @return float32 {@code [rows, columns]}
   */
  static Tensor multiply(
      Tensor rows,
      QuantizationParameters activations,
      Tensor weight,
      Tensor scale,
      @Nullable Tensor bias) {
    Optional<Int8Matmul> kernel = rows.backend().capability(Int8Matmul.class);
    List<Tensor> operands = new ArrayList<>(Arrays.asList(rows, weight, scale));
    if (bias != null) {
      operands.add(bias);
    }
    return kernel.isPresent()
        ? new Integers(kernel.get(), activations).applyAll(operands).get(0)
        : composed(activations, operands);
  }

  /** The same by float32 products. */
  static Tensor composed(QuantizationParameters activations, List<Tensor> operands) {
    COMPOSED.increment();
    Device device = operands.get(0).device();
    if (TOLD.add(device)) {
      LOG.info(
          "device {} has no fast product of 8-bit integers; quantized layers give the same results"
              + " by float32 products, and save memory but no time",
          device);
    }
    return new Composed(activations).applyAll(operands).get(0);
  }

  /** Of functions that are never recorded. */
  private interface Product extends CustomFunction {
    @Override
    default List<@Nullable Tensor> backward(
        Context context, List<@Nullable Tensor> gradients, Needs needs) {
      return Arrays.asList(new @Nullable Tensor[context.numInputs()]);
    }
  }

  /** By the kernel. */
  private record Integers(Int8Matmul kernel, QuantizationParameters activations)
      implements Product {
    @Override
    public String name() {
      return "int8Matmul";
    }

    @Override
    public List<Tensor> forward(Context context, List<Tensor> inputs) {
      Tensor rows = inputs.get(0);
      Tensor weight = inputs.get(1).contiguous();
      Tensor scale = inputs.get(2).contiguous();
      Tensor bias = inputs.size() > 3 ? inputs.get(3).contiguous() : null;
      Tensor output =
          Tensor.empty(
              rows.spec().withShape(rows.shape().without(1).insert(1, weight.size(0))));
      try (QuantizedTensor left = activations.quantize(rows)) {
        kernel.int8Matmul(
            left.integers().materialize(),
            activations.scale(0),
            activations.zeroPoint(0),
            weight.materialize(),
            scale.materialize(),
            bias == null ? null : bias.materialize(),
            output.materialize());
      }
      return List.of(output);
    }
  }

  /**
   * Composed. The operands are whole numbers, so the sums have no rounding errors up to 2^24; scales
   * come afterwards.
   */
  private record Composed(QuantizationParameters activations) implements Product {
    @Override
    public String name() {
      return "int8MatmulComposed";
    }

    @Override
    public List<Tensor> forward(Context context, List<Tensor> inputs) {
      int zero = activations.zeroPoint(0);
      QuantizedRange range = activations.range();
      Tensor left =
          inputs
              .get(0)
              .mul(1 / activations.scale(0))
              .round()
              .clamp(range.low() - zero, range.high() - zero);
      Tensor right = inputs.get(1).to(DType.FLOAT32);
      Tensor sums = left.matmul(right.t());
      Tensor product = sums.mul(inputs.get(2).mul(activations.scale(0)));
      return List.of(inputs.size() > 3 ? product.add(inputs.get(3)) : product);
    }
  }
}
