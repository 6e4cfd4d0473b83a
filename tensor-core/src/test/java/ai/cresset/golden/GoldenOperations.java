package ai.cresset.golden;

import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.GeluApproximation;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Reductions.Extremes;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Embedding;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
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

  private static void one(String name, Function<GoldenArguments, Tensor> operation) {
    ALL.put(name, arguments -> List.of(operation.apply(arguments)));
  }

  private static void unary(String name, Function<Tensor, Tensor> operation) {
    one(name, a -> operation.apply(a.tensor(0)));
  }

  private static void binary(String name, BiFunction<Tensor, Tensor, Tensor> operation) {
    one(name, a -> operation.apply(a.tensor(0), a.tensor(1)));
  }

  static {
    elementWise();
    arithmetic();
    reductions();
    shapes();
    indexing();
    layers();
    ImageOperations.addTo(ALL);
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
    binary("torch.matmul", Tensor::matmul);
    one("Tensor.t.matmul", a -> a.tensor(0).t().matmul(a.tensor(1)));
    one("torch.where", a -> Functional.where(a.tensor(0), a.tensor(1), a.tensor(2)));
  }

  private static void reductions() {
    one("torch.sum", a -> a.tensor(0).sum(a.dims(), a.keepDim()));
    one("torch.mean", a -> a.tensor(0).mean(a.dims(), a.keepDim()));
    one("torch.amax", a -> a.tensor(0).amax(a.dims(), a.keepDim()));
    one("torch.amin", a -> a.tensor(0).amin(a.dims(), a.keepDim()));
    one("torch.any", a -> a.tensor(0).any(a.dims(), a.keepDim()));
    one("torch.all", a -> a.tensor(0).all(a.dims(), a.keepDim()));
    one("torch.logsumexp", a -> a.tensor(0).logSumExp(a.dims(), a.keepDim()));
    one("torch.cumsum", a -> a.tensor(0).cumsum(a.dim(0)));
    one("torch.std", a -> a.tensor(0).std(a.dims(), a.number("correction", 1), a.keepDim()));
    one("torch.var", a -> a.tensor(0).var(a.dims(), a.number("correction", 1), a.keepDim()));
    one("torch.norm", GoldenOperations::norm);
    one(
        "torch.argmax",
        a ->
            a.given("dim")
                ? a.tensor(0).argmax(a.dim(0), a.keepDim())
                : a.tensor(0).flatten().argmax(0, false));
    one(
        "torch.argmin",
        a ->
            a.given("dim")
                ? a.tensor(0).argmin(a.dim(0), a.keepDim())
                : a.tensor(0).flatten().argmin(0, false));
    ALL.put(
        "torch.max",
        a ->
            a.given("dim")
                ? both(a.tensor(0).max(a.dim(0), a.keepDim()))
                : List.of(a.tensor(0).max()));
    ALL.put(
        "torch.min",
        a ->
            a.given("dim")
                ? both(a.tensor(0).min(a.dim(0), a.keepDim()))
                : List.of(a.tensor(0).min()));
  }

  private static Tensor norm(GoldenArguments a) {
    String p = a.text("p", "2").replace("inf", "Infinity").replace("fro", "2");
    return a.tensor(0).norm(Double.parseDouble(p), a.dims(), a.keepDim());
  }

  private static List<Tensor> both(Extremes extremes) {
    return List.of(extremes.values(), extremes.indices());
  }

  private static void shapes() {
    one("torch.reshape", a -> a.tensor(0).reshape(a.integers(1)));
    one("Tensor.t.reshape", a -> a.tensor(0).t().reshape(a.integers(1)));
    one("Tensor.expand", a -> a.tensor(0).expand(a.integers(1)));
    one("torch.permute", a -> a.tensor(0).permute(ints(a.integers(1))));
    one("torch.transpose", a -> a.tensor(0).transpose(a.integer(1), a.integer(2)));
    one("torch.squeeze", a -> a.has(1) ? a.tensor(0).squeeze(a.integer(1)) : a.tensor(0).squeeze());
    one("torch.unsqueeze", a -> a.tensor(0).unsqueeze(a.integer(1)));
    one("torch.flatten", a -> a.tensor(0).flatten(a.integer(1), -1));
    one("torch.stack", a -> Functional.stack(a.tensors(0), a.dim(0)));
    one("torch.cat", a -> Functional.cat(a.tensors(0), a.dim(0)));
    ALL.put(
        "torch.split",
        a -> {
          long[] sizes = a.integers(1);
          Tensor x = a.tensor(0);
          return sizes.length == 1 ? x.split(sizes[0], 0) : x.split(sizes, 0);
        });
    ALL.put("torch.chunk", a -> a.tensor(0).chunk(a.integer(1), 0));
    one("torch.tril", a -> a.tensor(0).tril(a.integer(1)));
    one("torch.triu", a -> a.tensor(0).triu(a.integer(1)));
    one(
        "torch.arange",
        a ->
            a.number(0) instanceof Integer
                ? Creation.arange(a.integer(0), a.integer(1), a.integer(2), Device.CPU)
                : Creation.arange(
                    a.number(0).doubleValue(),
                    a.number(1).doubleValue(),
                    a.number(2).doubleValue(),
                    Device.CPU));
    one(
        "torch.linspace",
        a ->
            Creation.linspace(
                a.number(0).doubleValue(), a.number(1).doubleValue(), a.integer(2), Device.CPU));
    one("torch.eye", a -> Creation.eye(a.integer(0), a.integer(1)));
    one(
        "torch.full",
        a ->
            Tensor.full(
                new Spec(Shape.of(a.integers(0)), DType.FLOAT32, Device.CPU),
                a.number(1).doubleValue()));
  }

  private static int[] ints(long[] values) {
    int[] result = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (int) values[i];
    }
    return result;
  }

  private static void indexing() {
    one("torch.select", a -> a.tensor(0).select(a.integer(1), a.integer(2)));
    one("torch.narrow", a -> a.tensor(0).narrow(a.integer(1), a.integer(2), a.integer(3)));
    one("torch.gather", a -> a.tensor(0).gather(a.integer(1), a.tensor(2)));
    one("torch.scatter_add", a -> a.tensor(0).scatterAdd(a.integer(1), a.tensor(2), a.tensor(3)));
    one("torch.index_add", a -> a.tensor(0).indexAdd(a.integer(1), a.tensor(2), a.tensor(3)));
    one("torch.index_select", a -> a.tensor(0).indexSelect(a.integer(1), a.tensor(2)));
    one("torch.masked_fill", a -> a.tensor(0).maskedFill(a.tensor(1), a.number(2).doubleValue()));
    one("F.one_hot", a -> Functional.oneHot(a.tensor(0), (long) a.number("num_classes", -1)));
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
