package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.backend.FusedBatchNorm;
import ai.cresset.backend.Reduction;
import ai.cresset.backend.View;
import ai.cresset.error.BackwardException;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.random.Generator;
import ai.cresset.tensor.MemoryFormat;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Mean 0 and variance 1 over some dimensions, then scaled and shifted: what batch, instance and
 * group normalisation have in common. Inputs: x, then weight and bias where there are any, which
 * broadcast to x. Results: the normalised x, and the means and (biased) variances for running
 * statistics, which have no gradient; float32 for 16-bit types.
 *
 * @param statistics the shape of means and variances: 1 where x is reduced
 * @param epsilon added to the variance
 * @param weighted whether there is a weight
 * @param biased whether there is a bias
 * @param rectified whether what is below 0 in the result becomes 0, as a ReLU behind it would do
 */
public record Standardize(
    Shape statistics, double epsilon, boolean weighted, boolean biased, boolean rectified)
    implements Op {
  private static final Expr UNIT = Expr.input(0).minus(Expr.input(1)).times(Expr.input(2));

  /** (x, mean, inverse deviation). */
  private static final Programs PLAIN = Programs.of(UNIT, 3, 0);

  /** (x, mean, inverse deviation, weight). */
  private static final Programs SCALED = Programs.of(UNIT.times(Expr.input(3)), 4, 0);

  /** (x, mean, inverse deviation, bias). */
  private static final Programs SHIFTED = Programs.of(UNIT.plus(Expr.input(3)), 4, 0);

  /** (x, mean, inverse deviation, weight, bias). */
  private static final Programs AFFINE =
      Programs.of(UNIT.times(Expr.input(3)).plus(Expr.input(4)), 5, 0);

  private static final Programs RECTIFY =
      Programs.of(Expr.input(0).apply(BinaryFunction.MAX, Expr.constant(0)), 1, 0);

  /** (x, mean). */
  private static final Programs CENTRE = Programs.of(Expr.input(0).minus(Expr.input(1)), 2, 0);

  /** (x). */
  private static final Programs SCALE = Programs.of(Expr.input(0).times(Expr.scalar(0)), 1, 1);

  /** (variance). */
  private static final Programs INVERSE =
      Programs.of(Expr.input(0).plus(Expr.scalar(0)).apply(UnaryFunction.RSQRT), 1, 1);

  /**
   * (x, mean, inverse deviation, scaled gradient, its mean, the mean of its product with the unit).
   */
  private static final Programs TO_INPUT =
      Programs.of(
          Expr.input(3).minus(Expr.input(4)).minus(UNIT.times(Expr.input(5))).times(Expr.input(2)),
          6,
          0);

  @Override
  public List<Spec> infer(List<Spec> inputs) {
    Spec x = inputs.get(0);
    if (!x.dtype().isFloating()) {
      throw DTypeException.unsupported(name(), x.dtype(), "the floating types");
    }
    for (Spec parameter : inputs.subList(1, inputs.size())) {
      if (!Shape.broadcast(name(), x.shape(), parameter.shape()).equals(x.shape())) {
        throw ShapeException.mismatch(
            name(), "weight and bias that broadcast to " + x.shape(), parameter.shape());
      }
    }
    Spec moments = new Spec(statistics, statisticsType(x), x.device());
    return List.of(x, moments, moments);
  }

  private static DType statisticsType(Spec x) {
    return x.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
  }

  private double count(Spec x) {
    return statistics.numel() == 0 ? 0 : (double) x.shape().numel() / statistics.numel();
  }

  @Override
  public List<Tensor> forward(Context context, List<Tensor> inputs, List<Spec> outputs) {
    Tensor x = inputs.get(0);
    Tensor mean = Tensor.empty(outputs.get(1));
    Tensor variance = Tensor.empty(outputs.get(2));
    Optional<FusedBatchNorm> fused = fused(inputs);
    if (fused.isPresent()) {
      return fused(fused.get(), context, inputs, outputs.get(0), mean, variance);
    }
    try (Scope scope = Scope.open(name())) {
      double share = 1 / count(x.spec());
      mean.backend().reduce(Reduction.SUM, x.materialize(), mean.materialize());
      run(SCALE, List.of(mean), mean, share);
      Spec wide = x.spec().withDType(mean.dtype());
      Tensor centred = Tensor.empty(wide, dense(x));
      run(CENTRE, List.of(x, mean), centred);
      mean.backend().reduce(Reduction.SUM_SQUARES, centred.materialize(), variance.materialize());
      run(SCALE, List.of(variance), variance, share);
    }
    Tensor inverse = Tensor.empty(variance.spec());
    run(INVERSE, List.of(variance), inverse, epsilon);
    List<Tensor> operands = new ArrayList<>(List.of(x, mean, inverse));
    operands.addAll(inputs.subList(1, inputs.size()));
    Tensor result = Tensor.empty(outputs.get(0), dense(x));
    run(normalising(), operands, result);
    if (rectified) {
      run(RECTIFY, List.of(result), result);
    }
    save(context, inputs, mean, inverse, result);
    return List.of(result, mean, variance);
  }

  private void save(
      Context context, List<Tensor> inputs, Tensor mean, Tensor inverse, Tensor result) {
    List<Tensor> kept = new ArrayList<>(List.of(inputs.get(0), mean, inverse));
    if (weighted) {
      kept.add(inputs.get(1));
    }
    if (rectified) {
      kept.add(result);
      if (biased) {
        kept.add(inputs.get(weighted ? 2 : 1));
      }
    }
    context.save(kept.toArray(Tensor[]::new));
  }

  /** The result that was saved, if it is rectified; the bias follows it. */
  private int resultAt() {
    return weighted ? 4 : 3;
  }

  /** The backend's kernel, if these are the batches of images that it takes. */
  private Optional<FusedBatchNorm> fused(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    boolean perChannel = x.rank() >= 2 && statistics.numel() == x.size(1) && x.numel() > 0;
    boolean fits = perChannel && statistics.size(1) == x.size(1) && isChannelsLast(x);
    for (Tensor input : inputs) {
      fits &= input.dtype() == DType.FLOAT32;
    }
    for (Tensor parameter : inputs.subList(1, inputs.size())) {
      fits &=
          parameter.rank() == x.rank()
              && parameter.numel() == x.size(1)
              && parameter.size(1) == x.size(1)
              && parameter.isContiguous();
    }
    return fits ? x.backend().capability(FusedBatchNorm.class) : Optional.empty();
  }

  private static boolean isChannelsLast(Tensor x) {
    return x.rank() == 2 ? x.isContiguous() : x.rank() <= 5 && MemoryFormat.CHANNELS_LAST.holds(x);
  }

  private List<Tensor> fused(
      FusedBatchNorm kernel,
      Context context,
      List<Tensor> inputs,
      Spec output,
      Tensor mean,
      Tensor variance) {
    Tensor x = inputs.get(0);
    Tensor result = Tensor.empty(output, x.strides());
    Tensor inverse = Tensor.empty(variance.spec());
    kernel.batchNorm(
        places(x),
        weighted ? inputs.get(1).materialize() : null,
        biased ? inputs.get(weighted ? 2 : 1).materialize() : null,
        epsilon,
        rectified,
        places(result),
        mean.materialize(),
        variance.materialize(),
        inverse.materialize());
    save(context, inputs, mean, inverse, result);
    return List.of(result, mean, variance);
  }

  /** A channels-last tensor as {@code [places, channels]}. */
  private static View places(Tensor x) {
    long channels = x.size(1);
    Shape shape = Shape.of(x.numel() / channels, channels);
    return new View(x.storage(), x.storageOffset(), shape, Strides.contiguous(shape), x.dtype());
  }

  private List<@Nullable Tensor> fusedBackward(
      FusedBatchNorm kernel, Context context, Tensor gradient, Needs needs) {
    Tensor x = context.saved(0);
    Tensor along = gradient;
    if (!isChannelsLast(gradient)) {
      along = Tensor.empty(gradient.spec(), MemoryFormat.CHANNELS_LAST.strides(gradient.shape()));
      along.backend().copy(gradient.materialize(), along.materialize());
      MemoryFormat.countReorder();
    }
    int biasAt = weighted ? 2 : 1;
    Tensor toX = needs.input(0) ? Tensor.empty(x.spec(), x.strides()) : null;
    Tensor toWeight = weighted && needs.input(1) ? Tensor.empty(context.input(1)) : null;
    Tensor toBias = biased && needs.input(biasAt) ? Tensor.empty(context.input(biasAt)) : null;
    kernel.batchNormBackward(
        places(along),
        places(x),
        weighted ? context.saved(3).materialize() : null,
        rectified && biased ? context.saved(resultAt() + 1).materialize() : null,
        rectified,
        context.saved(1).materialize(),
        context.saved(2).materialize(),
        toX == null ? null : places(toX),
        toWeight == null ? null : toWeight.materialize(),
        toBias == null ? null : toBias.materialize());
    List<@Nullable Tensor> found = new ArrayList<>(3);
    found.add(toX);
    if (weighted) {
      found.add(toWeight);
    }
    if (biased) {
      found.add(toBias);
    }
    return found;
  }

  private static Strides dense(Tensor x) {
    return MemoryFormat.resultStrides(List.of(x), x.shape());
  }

  private Programs normalising() {
    if (weighted) {
      return biased ? AFFINE : SCALED;
    }
    return biased ? SHIFTED : PLAIN;
  }

  private static void run(
      Programs programs, List<Tensor> inputs, Tensor output, double... scalars) {
    DType compute = output.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    Pointwise.run(
        programs.forOperands(compute), scalars, Generator.Key.NONE, inputs, List.of(output));
  }

  @Override
  public List<@Nullable Tensor> backward(
      Context context, List<@Nullable Tensor> gradients, Needs needs) {
    Tensor gradient = gradients.get(0);
    if (gradient == null || gradients.get(1) != null || gradients.get(2) != null) {
      throw BackwardException.because(
          name() + ": means and variances have no gradient; compute them from x instead");
    }
    Tensor x = context.saved(0);
    if (!GradMode.isEnabled() && gradient.dtype() == DType.FLOAT32) {
      List<Tensor> operands = weighted ? List.of(x, context.saved(3)) : List.of(x);
      Optional<FusedBatchNorm> kernel = fused(operands);
      if (kernel.isPresent()) {
        return fusedBackward(kernel.get(), context, gradient, needs);
      }
    }
    if (rectified) {
      gradient = gradient.maskedFill(context.saved(resultAt()).le(0), 0);
    }
    Tensor mean;
    Tensor inverse;
    if (GradMode.isEnabled()) {
      int[] dims = reduced(x.shape());
      Tensor wide = x.to(statisticsType(x.spec()));
      mean = wide.mean(dims, true);
      inverse = wide.sub(mean).square().mean(dims, true).add(epsilon).rsqrt();
    } else {
      mean = context.saved(1);
      inverse = context.saved(2);
    }
    double share = 1 / count(context.input(0));
    // The product of gradient and normalised x serves the weight and, scaled, the input.
    Tensor along =
        Evaluate.of(name() + "Backward", SCALED, Pointwise.NO_SCALARS, x, mean, inverse, gradient);
    Tensor toX = null;
    if (needs.input(0)) {
      Tensor scaled = weighted ? gradient.mul(context.saved(3)) : gradient;
      Tensor product = weighted ? along.mul(context.saved(3)) : along;
      Tensor average = sums(scaled, mean.dtype()).mul(share);
      Tensor alongAverage = sums(product, mean.dtype()).mul(share);
      toX =
          Evaluate.of(
                  name() + "Backward",
                  TO_INPUT,
                  Pointwise.NO_SCALARS,
                  x,
                  mean,
                  inverse,
                  scaled,
                  average,
                  alongAverage)
              .to(x.dtype());
    }
    return ordered(context, toX, gradient, along, needs);
  }

  private List<@Nullable Tensor> ordered(
      Context context, @Nullable Tensor toX, Tensor gradient, Tensor along, Needs needs) {
    List<@Nullable Tensor> found = new ArrayList<>(3);
    found.add(toX);
    if (weighted) {
      Spec weight = context.input(1);
      found.add(needs.input(1) ? SumTo.shape(along, weight.shape()).to(weight.dtype()) : null);
    }
    if (biased) {
      int at = weighted ? 2 : 1;
      Spec bias = context.input(at);
      found.add(
          needs.input(at)
              ? SumTo.shape(gradient.to(along.dtype()), bias.shape()).to(bias.dtype())
              : null);
    }
    return found;
  }

  private Tensor sums(Tensor x, DType dtype) {
    return SumTo.shape(x.to(dtype), statistics);
  }

  private int[] reduced(Shape shape) {
    int[] dims = new int[shape.rank()];
    int count = 0;
    for (int dim = 0; dim < dims.length; dim++) {
      if (statistics.size(dim) == 1) {
        dims[count++] = dim;
      }
    }
    return Arrays.copyOf(dims, count);
  }
}
