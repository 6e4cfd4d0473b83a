package ai.cresset.golden;

import static ai.cresset.golden.GoldenOperations.binary;
import static ai.cresset.golden.GoldenOperations.one;
import static ai.cresset.golden.GoldenOperations.unary;

import ai.cresset.nn.functional.Activations;
import ai.cresset.nn.functional.AlignmentLosses;
import ai.cresset.nn.functional.Attentions;
import ai.cresset.nn.functional.Distances;
import ai.cresset.nn.functional.Losses;
import ai.cresset.nn.functional.MarginLosses;
import ai.cresset.tensor.DivisionRounding;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.GeluApproximation;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;
import java.util.Locale;
import java.util.function.BiFunction;

/** Element-wise operations, activations, losses and distances by PyTorch's names. */
final class FunctionOperations {
  private FunctionOperations() {}

  static void register() {
    elementWise();
    special();
    arithmetic();
    comparisons();
    activations();
    losses();
    marginLosses();
    distances();
  }

  private static void elementWise() {
    unary("torch.abs", Tensor::abs);
    unary("torch.neg", Tensor::neg);
    unary("torch.sign", Tensor::sign);
    unary("torch.floor", Tensor::floor);
    unary("torch.ceil", Tensor::ceil);
    unary("torch.trunc", Tensor::trunc);
    unary("torch.frac", Tensor::frac);
    one("torch.round", a -> a.tensor(0).round((int) a.number("decimals", 0)));
    unary("torch.relu", Tensor::relu);
    unary("torch.reciprocal", Tensor::reciprocal);
    unary("torch.square", Tensor::square);
    unary("torch.sqrt", Tensor::sqrt);
    unary("torch.rsqrt", Tensor::rsqrt);
    unary("torch.exp", Tensor::exp);
    unary("torch.exp2", Tensor::exp2);
    unary("torch.expm1", Tensor::expm1);
    unary("torch.log", Tensor::log);
    unary("torch.log2", Tensor::log2);
    unary("torch.log10", Tensor::log10);
    unary("torch.log1p", Tensor::log1p);
    one("torch.clamp", FunctionOperations::clamp);
    one(
        "torch.nan_to_num",
        a -> a.tensor(0).nanToNum(a.number("nan", 0), a.optional("posinf"), a.optional("neginf")));
  }

  private static Tensor clamp(GoldenArguments a) {
    Tensor x = a.tensor(0);
    boolean tensors = a.isTensor("min") || a.isTensor("max");
    return tensors
        ? x.clamp(a.tensor("min"), a.tensor("max"))
        : x.clamp(a.number("min"), a.number("max"));
  }

  private static void special() {
    unary("torch.sin", Tensor::sin);
    unary("torch.cos", Tensor::cos);
    unary("torch.tan", Tensor::tan);
    unary("torch.asin", Tensor::asin);
    unary("torch.acos", Tensor::acos);
    unary("torch.atan", Tensor::atan);
    unary("torch.sinh", Tensor::sinh);
    unary("torch.cosh", Tensor::cosh);
    unary("torch.tanh", Tensor::tanh);
    unary("torch.asinh", Tensor::asinh);
    unary("torch.acosh", Tensor::acosh);
    unary("torch.atanh", Tensor::atanh);
    unary("torch.deg2rad", Tensor::deg2rad);
    unary("torch.rad2deg", Tensor::rad2deg);
    unary("torch.sigmoid", Tensor::sigmoid);
    one("torch.logit", a -> a.tensor(0).logit(a.number("eps", -1)));
    unary("torch.erf", Tensor::erf);
    unary("torch.erfc", Tensor::erfc);
    unary("torch.erfinv", Tensor::erfinv);
    unary("torch.lgamma", Tensor::lgamma);
    unary("torch.digamma", Tensor::digamma);
    one("torch.polygamma", a -> polygamma(a.integer(0), a.tensor(1)));
    binary("torch.atan2", Tensor::atan2);
    binary("torch.hypot", Tensor::hypot);
    binary("torch.logaddexp", Tensor::logaddexp);
    binary("torch.logaddexp2", Tensor::logaddexp2);
    binary("torch.xlogy", Tensor::xlogy);
    binary("torch.copysign", Tensor::copysign);
  }

  private static Tensor polygamma(int order, Tensor x) {
    return order == 0 ? x.digamma() : x.polygamma(order);
  }

  private static void arithmetic() {
    one(
        "torch.add",
        a ->
            a.isTensor(1)
                ? a.tensor(0).add(a.tensor(1), a.number("alpha", 1))
                : a.tensor(0).add(a.number(1)));
    one(
        "torch.sub",
        a ->
            a.isTensor(1)
                ? a.tensor(0).sub(a.tensor(1), a.number("alpha", 1))
                : a.tensor(0).sub(a.number(1)));
    one("torch.rsub", a -> a.tensor(0).rsub(a.number(1)));
    either("torch.mul", Tensor::mul, Tensor::mul);
    one("torch.pow", FunctionOperations::pow);
    one("torch.div", FunctionOperations::div);
    either("torch.floor_divide", Tensor::floorDivide, Tensor::floorDivide);
    either("torch.remainder", Tensor::remainder, Tensor::remainder);
    either("torch.fmod", Tensor::fmod, Tensor::fmod);
    one("torch.addcmul", a -> a.tensor(0).addcmul(a.tensor(1), a.tensor(2), a.number("value", 1)));
    one("torch.addcdiv", a -> a.tensor(0).addcdiv(a.tensor(1), a.tensor(2), a.number("value", 1)));
    one(
        "torch.lerp",
        a ->
            a.isTensor(2)
                ? a.tensor(0).lerp(a.tensor(1), a.tensor(2))
                : a.tensor(0).lerp(a.tensor(1), a.number(2).doubleValue()));
    binary("torch.maximum", Tensor::maximum);
    binary("torch.minimum", Tensor::minimum);
    unary("torch.bitwise_not", Tensor::bitwiseNot);
    either("torch.bitwise_and", Tensor::bitwiseAnd, Tensor::bitwiseAnd);
    either("torch.bitwise_or", Tensor::bitwiseOr, Tensor::bitwiseOr);
    either("torch.bitwise_xor", Tensor::bitwiseXor, Tensor::bitwiseXor);
    either("torch.bitwise_left_shift", Tensor::bitwiseLeftShift, Tensor::bitwiseLeftShift);
    either("torch.bitwise_right_shift", Tensor::bitwiseRightShift, Tensor::bitwiseRightShift);
  }

  /** An operation whose second operand is a tensor or a number. */
  private static void either(
      String name,
      BiFunction<Tensor, Tensor, Tensor> tensors,
      BiFunction<Tensor, Number, Tensor> number) {
    one(
        name,
        a ->
            a.isTensor(1)
                ? tensors.apply(a.tensor(0), a.tensor(1))
                : number.apply(a.tensor(0), a.number(1)));
  }

  private static Tensor pow(GoldenArguments a) {
    if (!a.isTensor(0)) {
      return a.tensor(1).rpow(a.number(0));
    }
    return a.isTensor(1) ? a.tensor(0).pow(a.tensor(1)) : a.tensor(0).pow(a.number(1));
  }

  private static Tensor div(GoldenArguments a) {
    String mode = a.text("rounding_mode", "none");
    if (mode.equals("none")) {
      return a.isTensor(1) ? a.tensor(0).div(a.tensor(1)) : a.tensor(0).div(a.number(1));
    }
    DivisionRounding rounding = DivisionRounding.valueOf(mode.toUpperCase(Locale.ROOT));
    return a.isTensor(1)
        ? a.tensor(0).div(a.tensor(1), rounding)
        : a.tensor(0).div(a.number(1), rounding);
  }

  static Tensor where(GoldenArguments a) {
    if (!a.isTensor(1)) {
      return Functional.where(a.tensor(0), a.number(1), a.tensor(2));
    }
    return a.isTensor(2)
        ? Functional.where(a.tensor(0), a.tensor(1), a.tensor(2))
        : Functional.where(a.tensor(0), a.tensor(1), a.number(2));
  }

  private static void comparisons() {
    either("torch.eq", Tensor::eq, Tensor::eq);
    either("torch.ne", Tensor::ne, Tensor::ne);
    either("torch.lt", Tensor::lt, Tensor::lt);
    either("torch.le", Tensor::le, Tensor::le);
    either("torch.gt", Tensor::gt, Tensor::gt);
    either("torch.ge", Tensor::ge, Tensor::ge);
    binary("torch.logical_and", Tensor::logicalAnd);
    binary("torch.logical_or", Tensor::logicalOr);
    binary("torch.logical_xor", Tensor::logicalXor);
    unary("torch.logical_not", Tensor::logicalNot);
    unary("torch.isnan", Tensor::isNan);
    unary("torch.isinf", Tensor::isInf);
    unary("torch.isfinite", Tensor::isFinite);
    unary("torch.isposinf", Tensor::isPosInf);
    unary("torch.isneginf", Tensor::isNegInf);
    one(
        "torch.isclose",
        a ->
            a.tensor(0)
                .isClose(
                    a.tensor(1),
                    a.number("rtol", 1e-5),
                    a.number("atol", 1e-8),
                    a.flag("equal_nan")));
  }

  private static void activations() {
    unary("F.relu", Activations::relu);
    unary("F.relu6", Activations::relu6);
    unary("F.selu", Activations::selu);
    unary("F.silu", Activations::silu);
    unary("F.mish", Activations::mish);
    unary("F.logsigmoid", Activations::logSigmoid);
    unary("F.hardsigmoid", Activations::hardsigmoid);
    unary("F.hardswish", Activations::hardswish);
    unary("F.softsign", Activations::softsign);
    unary("F.tanhshrink", Activations::tanhshrink);
    binary("F.prelu", Activations::prelu);
    one("F.celu", a -> Activations.celu(a.tensor(0), a.number("alpha", 1)));
    one("F.elu", a -> Activations.elu(a.tensor(0), a.number("alpha", 1)));
    one(
        "F.gelu",
        a ->
            Activations.gelu(
                a.tensor(0),
                GeluApproximation.valueOf(a.text("approximate", "none").toUpperCase(Locale.ROOT))));
    one("F.glu", a -> Activations.glu(a.tensor(0), a.dim(-1)));
    one("F.hardshrink", a -> Activations.hardshrink(a.tensor(0), a.number("lambd", 0.5)));
    one("F.softshrink", a -> Activations.softshrink(a.tensor(0), a.number("lambd", 0.5)));
    one(
        "F.hardtanh",
        a -> Activations.hardtanh(a.tensor(0), a.number("min_val", -1), a.number("max_val", 1)));
    one("F.leaky_relu", a -> Activations.leakyRelu(a.tensor(0), a.number("negative_slope", 0.01)));
    one(
        "F.rrelu",
        a ->
            Activations.rrelu(
                a.tensor(0), a.number("lower", 0.125), a.number("upper", 1 / 3.0), false));
    one(
        "F.softplus",
        a -> Activations.softplus(a.tensor(0), a.number("beta", 1), a.number("threshold", 20)));
    one(
        "F.threshold",
        a -> Activations.threshold(a.tensor(0), a.number("threshold", 0), a.number("value", 0)));
    one("F.softmin", a -> Activations.softmin(a.tensor(0), a.dim(-1)));
    one("F.softmax", a -> Activations.softmax(a.tensor(0), a.dim(-1)));
    one("F.log_softmax", a -> Activations.logSoftmax(a.tensor(0), a.dim(-1)));
  }

  private static void losses() {
    one(
        "F.cross_entropy",
        a ->
            Losses.crossEntropy(
                a.tensor(0),
                a.tensor(1),
                a.tensor("weight"),
                ignored(a),
                a.number("label_smoothing", 0),
                reduction(a)));
    one(
        "F.nll_loss",
        a ->
            Losses.nllLoss(a.tensor(0), a.tensor(1), a.tensor("weight"), ignored(a), reduction(a)));
    one("F.mse_loss", a -> Losses.mseLoss(a.tensor(0), a.tensor(1), reduction(a)));
    one("F.l1_loss", a -> Losses.l1Loss(a.tensor(0), a.tensor(1), reduction(a)));
    one(
        "F.smooth_l1_loss",
        a -> Losses.smoothL1Loss(a.tensor(0), a.tensor(1), a.number("beta", 1), reduction(a)));
    one(
        "F.huber_loss",
        a -> Losses.huberLoss(a.tensor(0), a.tensor(1), a.number("delta", 1), reduction(a)));
    one(
        "F.binary_cross_entropy",
        a -> Losses.binaryCrossEntropy(a.tensor(0), a.tensor(1), a.tensor("weight"), reduction(a)));
    one(
        "F.binary_cross_entropy_with_logits",
        a ->
            Losses.binaryCrossEntropyWithLogits(
                a.tensor(0),
                a.tensor(1),
                a.tensor("weight"),
                a.tensor("pos_weight"),
                reduction(a)));
    one(
        "F.kl_div",
        a ->
            a.text("reduction", "mean").equals("batchmean")
                ? Losses.klDiv(a.tensor(0), a.tensor(1), a.flag("log_target")).mean()
                : Losses.klDiv(a.tensor(0), a.tensor(1), a.flag("log_target"), reduction(a)));
    one(
        "F.poisson_nll_loss",
        a ->
            Losses.poissonNllLoss(
                a.tensor(0),
                a.tensor(1),
                a.flag("log_input", true),
                a.flag("full"),
                a.number("eps", 1e-8),
                reduction(a)));
    one(
        "F.gaussian_nll_loss",
        a ->
            Losses.gaussianNllLoss(
                a.tensor(0),
                a.tensor(1),
                a.tensor(2),
                a.flag("full"),
                a.number("eps", 1e-6),
                reduction(a)));
  }

  private static void marginLosses() {
    one("F.ctc_loss", FunctionOperations::ctc);
    one(
        "F.soft_margin_loss",
        a -> MarginLosses.softMarginLoss(a.tensor(0), a.tensor(1), reduction(a)));
    one(
        "F.hinge_embedding_loss",
        a ->
            MarginLosses.hingeEmbeddingLoss(
                a.tensor(0), a.tensor(1), a.number("margin", 1), reduction(a)));
    one(
        "F.margin_ranking_loss",
        a ->
            MarginLosses.marginRankingLoss(
                a.tensor(0), a.tensor(1), a.tensor(2), a.number("margin", 0), reduction(a)));
    one(
        "F.cosine_embedding_loss",
        a ->
            MarginLosses.cosineEmbeddingLoss(
                a.tensor(0), a.tensor(1), a.tensor(2), a.number("margin", 0), reduction(a)));
    one(
        "F.triplet_margin_loss",
        a ->
            MarginLosses.tripletMarginLoss(
                a.tensor(0),
                a.tensor(1),
                a.tensor(2),
                a.number("margin", 1),
                a.number("p", 2),
                a.number("eps", 1e-6),
                a.flag("swap"),
                reduction(a)));
    one(
        "F.multi_margin_loss",
        a ->
            MarginLosses.multiMarginLoss(
                a.tensor(0),
                a.tensor(1),
                (int) a.number("p", 1),
                a.number("margin", 1),
                a.tensor("weight"),
                reduction(a)));
    one(
        "F.multilabel_margin_loss",
        a -> MarginLosses.multilabelMarginLoss(a.tensor(0), a.tensor(1), reduction(a)));
    one(
        "F.multilabel_soft_margin_loss",
        a ->
            MarginLosses.multilabelSoftMarginLoss(
                a.tensor(0), a.tensor(1), a.tensor("weight"), reduction(a)));
  }

  private static void distances() {
    one(
        "F.cosine_similarity",
        a -> Distances.cosineSimilarity(a.tensor(0), a.tensor(1), a.dim(1), a.number("eps", 1e-8)));
    one(
        "F.pairwise_distance",
        a ->
            Distances.pairwiseDistance(
                a.tensor(0), a.tensor(1), a.number("p", 2), a.number("eps", 1e-6), a.keepDim()));
    one("torch.cdist", a -> Distances.cdist(a.tensor(0), a.tensor(1), a.number("p", 2)));
    one(
        "F.normalize",
        a -> Distances.normalize(a.tensor(0), a.number("p", 2), a.dim(1), a.number("eps", 1e-12)));
    one("F.scaled_dot_product_attention", FunctionOperations::attention);
  }

  private static Tensor attention(GoldenArguments a) {
    Tensor query = a.tensor(0);
    return Attentions.scaledDotProductAttention(
        query,
        a.tensor(1),
        a.tensor(2),
        a.tensor("attn_mask"),
        a.flag("is_causal"),
        a.number("dropout_p", 0),
        a.number("scale", Attentions.scale(query)),
        a.flag("enable_gqa"));
  }

  private static Tensor ctc(GoldenArguments a) {
    return AlignmentLosses.ctcLoss(
        a.tensor(0),
        a.tensor(1),
        a.tensor(2),
        a.tensor(3),
        (long) a.number("blank", 0),
        a.flag("zero_infinity"),
        reduction(a));
  }

  private static long ignored(GoldenArguments a) {
    return (long) a.number("ignore_index", Losses.IGNORE_INDEX);
  }

  private static LossReduction reduction(GoldenArguments a) {
    return LossReduction.valueOf(a.text("reduction", "mean").toUpperCase(Locale.ROOT));
  }
}
