package ai.cresset.golden;

import ai.cresset.tensor.Functional;
import ai.cresset.tensor.GeluApproximation;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Embedding;
import ai.cresset.type.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/** PyTorch's names of operations, as calls of ours. */
final class GoldenOperations {
  /** How a case is computed. */
  @FunctionalInterface
  interface Operation {
    List<Tensor> apply(GoldenArguments arguments);
  }

  static final Map<String, Operation> ALL = new HashMap<>();

  private GoldenOperations() {}

  static void one(String name, Function<GoldenArguments, Tensor> operation) {
    ALL.put(name, arguments -> List.of(operation.apply(arguments)));
  }

  static void unary(String name, Function<Tensor, Tensor> operation) {
    one(name, a -> operation.apply(a.tensor(0)));
  }

  static void binary(String name, BiFunction<Tensor, Tensor, Tensor> operation) {
    one(name, a -> operation.apply(a.tensor(0), a.tensor(1)));
  }

  static {
    elementWise();
    arithmetic();
    ShapeOperations.register();
    layers();
  }

  private static void elementWise() {
    unary("torch.abs", Tensor::abs);
    unary("torch.neg", Tensor::neg);
    unary("torch.exp", Tensor::exp);
    unary("torch.expm1", Tensor::expm1);
    unary("torch.log", Tensor::log);
    unary("torch.log1p", Tensor::log1p);
    unary("torch.sqrt", Tensor::sqrt);
    unary("torch.rsqrt", Tensor::rsqrt);
    unary("torch.sin", Tensor::sin);
    unary("torch.cos", Tensor::cos);
    unary("torch.tanh", Tensor::tanh);
    unary("torch.sigmoid", Tensor::sigmoid);
    unary("torch.erf", Tensor::erf);
    unary("torch.relu", Tensor::relu);
    unary("F.relu", Tensor::relu);
    unary("torch.reciprocal", Tensor::reciprocal);
    unary("torch.square", Tensor::square);
    unary("torch.sign", Tensor::sign);
    unary("torch.floor", Tensor::floor);
    unary("torch.ceil", Tensor::ceil);
    unary("torch.round", Tensor::round);
    unary("torch.trunc", Tensor::trunc);
    unary("torch.isnan", Tensor::isNan);
    unary("torch.isinf", Tensor::isInf);
    unary("torch.isfinite", Tensor::isFinite);
    unary("torch.logical_not", Tensor::logicalNot);
    unary("F.silu", Tensor::silu);
    one(
        "F.gelu",
        a ->
            a.tensor(0)
                .gelu(
                    GeluApproximation.valueOf(
                        a.text("approximate", "none").toUpperCase(Locale.ROOT))));
    one("F.leaky_relu", a -> a.tensor(0).leakyRelu(a.number("negative_slope", 0.01)));
    one("F.elu", a -> a.tensor(0).elu(a.number("alpha", 1)));
    one("F.softplus", a -> a.tensor(0).softplus(a.number("beta", 1)));
    one("F.softmax", a -> a.tensor(0).softmax(a.dim(-1)));
    one("F.log_softmax", a -> a.tensor(0).logSoftmax(a.dim(-1)));
    one(
        "torch.clamp",
        a ->
            a.tensor(0)
                .clamp(
                    a.number("min", Double.NEGATIVE_INFINITY),
                    a.number("max", Double.POSITIVE_INFINITY)));
  }

  private static void arithmetic() {
    one(
        "torch.add",
        a ->
            a.isTensor(1)
                ? a.tensor(0).add(a.tensor(1), a.number("alpha", 1))
                : a.tensor(0).add(a.number(1)));
    one("torch.sub", a -> a.tensor(0).add(a.tensor(1), -a.number("alpha", 1)));
    one("torch.rsub", a -> a.tensor(0).rsub(a.number(1)));
    one(
        "torch.mul",
        a -> a.isTensor(1) ? a.tensor(0).mul(a.tensor(1)) : a.tensor(0).mul(a.number(1)));
    one(
        "torch.pow",
        a -> a.isTensor(1) ? a.tensor(0).pow(a.tensor(1)) : a.tensor(0).pow(a.number(1)));
    one(
        "torch.div",
        a ->
            switch (a.text("rounding_mode", "none")) {
              case "floor" -> a.tensor(0).floorDivide(a.tensor(1));
              case "trunc" -> a.tensor(0).div(a.tensor(1)).trunc();
              default -> a.tensor(0).div(a.tensor(1));
            });
    binary("torch.floor_divide", Tensor::floorDivide);
    binary("torch.remainder", Tensor::remainder);
    binary("torch.fmod", Tensor::fmod);
    binary("torch.maximum", Tensor::maximum);
    binary("torch.minimum", Tensor::minimum);
    binary("torch.eq", Tensor::eq);
    binary("torch.ne", Tensor::ne);
    binary("torch.lt", Tensor::lt);
    binary("torch.le", Tensor::le);
    binary("torch.gt", Tensor::gt);
    binary("torch.ge", Tensor::ge);
    binary("torch.logical_and", Tensor::logicalAnd);
    binary("torch.logical_or", Tensor::logicalOr);
    binary("torch.logical_xor", Tensor::logicalXor);
  }

  private static void layers() {
    one(
        "F.layer_norm",
        a ->
            Functional.layerNorm(
                a.tensor(0),
                Shape.of(a.integers(1)),
                a.tensor(2),
                a.tensor(3),
                a.number("eps", 1e-5)));
    one(
        "F.embedding",
        a ->
            Functional.embedding(
                a.tensor(0), a.tensor(1), (long) a.number("padding_idx", Embedding.NO_PADDING)));
    one(
        "F.scaled_dot_product_attention",
        a ->
            Functional.scaledDotProductAttention(
                a.tensor(0), a.tensor(1), a.tensor(2), a.flag("is_causal"), 0));
    one(
        "F.cross_entropy",
        a ->
            Functional.crossEntropy(
                a.tensor(0), a.tensor(1), Functional.IGNORE_INDEX, reduction(a)));
    one("F.mse_loss", a -> Functional.mseLoss(a.tensor(0), a.tensor(1), reduction(a)));
  }

  private static LossReduction reduction(GoldenArguments a) {
    return LossReduction.valueOf(a.text("reduction", "mean").toUpperCase(Locale.ROOT));
  }
}
