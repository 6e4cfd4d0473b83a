package ai.cresset.nn.functional;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.GeluApproximation;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Elu;
import ai.cresset.tensor.op.Hardshrink;
import ai.cresset.tensor.op.Hardsigmoid;
import ai.cresset.tensor.op.Hardswish;
import ai.cresset.tensor.op.Hardtanh;
import ai.cresset.tensor.op.LogSigmoid;
import ai.cresset.tensor.op.Mish;
import ai.cresset.tensor.op.OperandTypes;
import ai.cresset.tensor.op.Prelu;
import ai.cresset.tensor.op.Promotion;
import ai.cresset.tensor.op.Rrelu;
import ai.cresset.tensor.op.Softshrink;
import ai.cresset.tensor.op.Softsign;
import ai.cresset.tensor.op.Tanhshrink;
import ai.cresset.tensor.op.Threshold;
import ai.cresset.type.DType;
import java.util.Arrays;
import java.util.List;

/** Activations, of floating types and any shape, with PyTorch's names and defaults. */
public final class Activations {
  private static final double SELU_ALPHA = 1.6732632423543772848170429916717;
  private static final double SELU_SCALE = 1.0507009873554804934193349852946;

  private Activations() {}

  /** {@code max(x, 0)}; integers too. */
  public static Tensor relu(Tensor x) {
    return x.relu();
  }

  /** {@code min(max(x, 0), 6)}; integers too. */
  public static Tensor relu6(Tensor x) {
    return hardtanh(x, 0, 6);
  }

  /** x above 0, {@code negativeSlope * x} below. */
  public static Tensor leakyRelu(Tensor x, double negativeSlope) {
    return x.leakyRelu(negativeSlope);
  }

  /**
   * x above 0, {@code weight * x} below.
   *
   * @param x {@code [batch, channels, ...]}
   * @param weight {@code [1]} or {@code [channels]}
   */
  public static Tensor prelu(Tensor x, Tensor weight) {
    long channels = x.rank() >= 2 ? x.size(1) : 1;
    if (weight.rank() > 1 || (weight.numel() != 1 && weight.numel() != channels)) {
      throw ShapeException.mismatch(
          "prelu", "weight [1] or [" + channels + "] for x " + x.shape(), weight.shape());
    }
    long[] sizes = new long[Math.max(1, x.rank())];
    Arrays.fill(sizes, 1);
    if (weight.numel() != 1) {
      sizes[1] = channels;
    }
    Tensor broadcast = x.rank() == 0 ? weight.reshape() : weight.reshape(sizes);
    return Dispatch.apply(new Prelu(), x, broadcast);
  }

  /**
   * x above 0; below, x times a slope drawn from {@code [lower, upper)} in training, their mean
   * otherwise.
   */
  public static Tensor rrelu(Tensor x, double lower, double upper, boolean training) {
    return rrelu(x, lower, upper, training, Generator.current());
  }

  /** The same from a given generator. */
  public static Tensor rrelu(
      Tensor x, double lower, double upper, boolean training, Generator generator) {
    if (!(lower <= upper)) {
      throw ConfigException.value("rrelu.lower", lower, "a number of at most upper = " + upper);
    }
    if (!training) {
      return x.leakyRelu((lower + upper) / 2);
    }
    Rrelu op = new Rrelu(lower, upper, generator.reserve(x.numel()));
    return Dispatch.apply(op, x.detach(), x);
  }

  /** x above 0, {@code alpha * (e^x - 1)} below. */
  public static Tensor elu(Tensor x, double alpha) {
    return x.elu(alpha);
  }

  /** x above 0, {@code alpha * (e^(x / alpha) - 1)} below. */
  public static Tensor celu(Tensor x, double alpha) {
    if (alpha == 0) {
      throw ConfigException.value("celu.alpha", alpha, "a number other than 0");
    }
    return Dispatch.apply(new Elu(alpha, 1, 1 / alpha), x);
  }

  /** The self-normalising {@link #elu}, scaled. */
  public static Tensor selu(Tensor x) {
    return Dispatch.apply(new Elu(SELU_ALPHA, SELU_SCALE, 1), x);
  }

  /** {@code x Phi(x)}, or its approximation by tanh. */
  public static Tensor gelu(Tensor x, GeluApproximation approximation) {
    return x.gelu(approximation);
  }

  /** {@code x * sigmoid(x)}. */
  public static Tensor silu(Tensor x) {
    return x.silu();
  }

  /** {@code x * tanh(softplus(x))}. */
  public static Tensor mish(Tensor x) {
    return Dispatch.apply(new Mish(), x);
  }

  /** {@code log(1 + e^(beta x)) / beta}; x itself where {@code beta x} exceeds the threshold. */
  public static Tensor softplus(Tensor x, double beta, double threshold) {
    return x.softplus(beta, threshold);
  }

  /** {@code log(sigmoid(x))} without overflow. */
  public static Tensor logSigmoid(Tensor x) {
    return Dispatch.apply(new LogSigmoid(), x);
  }

  /** {@code relu6(x + 3) / 6}. */
  public static Tensor hardsigmoid(Tensor x) {
    return Dispatch.apply(new Hardsigmoid(), x);
  }

  /** {@code x * relu6(x + 3) / 6}. */
  public static Tensor hardswish(Tensor x) {
    return Dispatch.apply(new Hardswish(), x);
  }

  /** Bounded to {@code [low, high]}; integers too. */
  public static Tensor hardtanh(Tensor x, double low, double high) {
    return Dispatch.apply(new Hardtanh(low, high), x);
  }

  /** 0 from {@code -lambda} to {@code lambda}, x beyond. */
  public static Tensor hardshrink(Tensor x, double lambda) {
    return Dispatch.apply(new Hardshrink(lambda), x);
  }

  /** x brought {@code lambda} closer to 0, and 0 where it was closer. */
  public static Tensor softshrink(Tensor x, double lambda) {
    if (!(lambda >= 0)) {
      throw ConfigException.value("softshrink.lambda", lambda, "a number of at least 0");
    }
    return Dispatch.apply(new Softshrink(lambda), x);
  }

  /** {@code x - tanh(x)}; integers become float32. */
  public static Tensor tanhshrink(Tensor x) {
    OperandTypes.NUMBERS.check("tanhshrink", x.dtype());
    return Promotion.floating(new Tanhshrink(), x);
  }

  /** {@code x / (1 + |x|)}; integers become float32. */
  public static Tensor softsign(Tensor x) {
    OperandTypes.NUMBERS.check("softsign", x.dtype());
    return Promotion.floating(new Softsign(), x);
  }

  /** x above the threshold, {@code value} elsewhere; integers too. */
  public static Tensor threshold(Tensor x, double threshold, double value) {
    return Dispatch.apply(new Threshold(threshold, value), x);
  }

  /**
   * {@code a * sigmoid(b)} for the halves a and b of x along a dimension.
   *
   * @throws ShapeException when its size is odd
   */
  public static Tensor glu(Tensor x, int dim) {
    if (x.size(dim) % 2 != 0) {
      throw ShapeException.mismatch("glu", "an even size at dim " + dim, x.shape());
    }
    List<Tensor> halves = x.split(Math.max(1, x.size(dim) / 2), dim);
    return halves.get(0).mul(halves.get(1).sigmoid());
  }

  /** {@code e^x / sum(e^x)} along a dimension. */
  public static Tensor softmax(Tensor x, int dim) {
    return x.softmax(dim);
  }

  /** The same after a cast. */
  public static Tensor softmax(Tensor x, int dim, DType dtype) {
    return x.to(dtype).softmax(dim);
  }

  /** {@link #softmax(Tensor, int)} of {@code -x}. */
  public static Tensor softmin(Tensor x, int dim) {
    return x.neg().softmax(dim);
  }

  /** The logarithm of softmax along a dimension. */
  public static Tensor logSoftmax(Tensor x, int dim) {
    return x.logSoftmax(dim);
  }

  /** The same after a cast. */
  public static Tensor logSoftmax(Tensor x, int dim, DType dtype) {
    return x.to(dtype).logSoftmax(dim);
  }

  /**
   * A sample of the categories of {@code logits} that can be differentiated (Jang et al., 2016).
   *
   * @param tau temperature, above 0
   * @param hard whether the result is one-hot, with the gradient of the soft one
   */
  public static Tensor gumbelSoftmax(
      Tensor logits, double tau, boolean hard, int dim, Generator generator) {
    if (!(tau > 0)) {
      throw ConfigException.value("gumbelSoftmax.tau", tau, "a number above 0");
    }
    // 1 - u is in (0, 1]; its logarithm is finite.
    Tensor uniform = Creation.uniform(logits.spec(), 0, 1, generator);
    Tensor exponential = uniform.neg().log1p().neg().clampMin(1e-20);
    Tensor soft = logits.sub(exponential.log()).div(tau).softmax(dim);
    if (!hard) {
      return soft;
    }
    Tensor index = soft.detach().argmax(dim, true);
    Tensor ones = Tensor.ones(index.spec().withDType(soft.dtype()));
    Tensor oneHot = Tensor.zeros(soft.spec()).scatterAdd(dim, index, ones);
    return oneHot.sub(soft.detach()).add(soft);
  }
}
