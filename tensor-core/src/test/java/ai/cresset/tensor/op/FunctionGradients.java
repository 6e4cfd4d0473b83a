package ai.cresset.tensor.op;

import static ai.cresset.tensor.op.GradientTest.index;
import static ai.cresset.tensor.op.GradientTest.s;

import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.nn.functional.Activations;
import ai.cresset.nn.functional.Attentions;
import ai.cresset.nn.functional.Layers;
import ai.cresset.nn.functional.Losses;
import ai.cresset.random.Generator;
import ai.cresset.tensor.DivisionRounding;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.GeluApproximation;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.List;

/** Rows of element-wise operations, layers and losses. */
final class FunctionGradients {
  private FunctionGradients() {}

  static void add(List<GradientRow> rows) {
    elementWise(rows);
    special(rows);
    activations(rows);
    binary(rows);
    several(rows);
    layers(rows);
    LossGradients.add(rows);
  }

  private static void elementWise(List<GradientRow> rows) {
    rows.add(GradientRow.of("exp", Exp.class, x -> x.get(0).exp(), s(2, 3)));
    rows.add(GradientRow.of("expm1", Expm1.class, x -> x.get(0).expm1(), s(2, 3)));
    rows.add(GradientRow.of("log", Log.class, x -> x.get(0).log(), s(2, 3)).within(0.2, 3));
    rows.add(GradientRow.of("log1p", Log1p.class, x -> x.get(0).log1p(), s(2, 3)).within(-0.5, 3));
    rows.add(GradientRow.of("sqrt", Sqrt.class, x -> x.get(0).sqrt(), s(2, 3)).within(0.2, 3));
    rows.add(GradientRow.of("rsqrt", Rsqrt.class, x -> x.get(0).rsqrt(), s(2, 3)).within(0.3, 3));
    rows.add(
        GradientRow.of("reciprocal", Reciprocal.class, x -> x.get(0).reciprocal(), s(2, 3))
            .within(0.4, 3));
    rows.add(GradientRow.of("sin", Sin.class, x -> x.get(0).sin(), s(2, 3)));
    rows.add(GradientRow.of("cos", Cos.class, x -> x.get(0).cos(), s(2, 3)));
    rows.add(GradientRow.of("tanh", Tanh.class, x -> x.get(0).tanh(), s(2, 3)));
    rows.add(GradientRow.of("sigmoid", Sigmoid.class, x -> x.get(0).sigmoid(), s(2, 3)));
    rows.add(GradientRow.of("erf", Erf.class, x -> x.get(0).erf(), s(2, 3)));
    rows.add(GradientRow.of("abs", Abs.class, x -> x.get(0).abs(), s(2, 3)));
    rows.add(GradientRow.of("relu", Relu.class, x -> x.get(0).relu(), s(2, 3)));
    rows.add(GradientRow.of("leakyRelu", LeakyRelu.class, x -> x.get(0).leakyRelu(0.1), s(2, 3)));
    rows.add(GradientRow.of("elu", Elu.class, x -> x.get(0).elu(0.7), s(2, 3)));
    rows.add(GradientRow.of("softplus", Softplus.class, x -> x.get(0).softplus(2), s(2, 3)));
    rows.add(GradientRow.of("silu", Silu.class, x -> x.get(0).silu(), s(2, 3)));
    rows.add(GradientRow.of("gelu", Gelu.class, x -> x.get(0).gelu(), s(2, 3)));
    rows.add(
        GradientRow.of(
            "gelu tanh", Gelu.class, x -> x.get(0).gelu(GeluApproximation.TANH), s(2, 3)));
    rows.add(GradientRow.of("clamp", Clamp.class, x -> x.get(0).clamp(-1, 0.5), s(2, 5)));
    rows.add(GradientRow.of("square", Square.class, x -> x.get(0).square(), s(2, 3)));
    rows.add(
        GradientRow.of("pow number", PowScalar.class, x -> x.get(0).pow(2.5), s(2, 3))
            .within(0.3, 2));
    rows.add(GradientRow.of("cube", PowScalar.class, x -> x.get(0).pow(3), s(2, 3)));
    rows.add(GradientRow.of("pow zero", PowScalar.class, x -> x.get(0).pow(0), s(2, 3)));
    rows.add(GradientRow.of("affine", Affine.class, x -> x.get(0).mul(3).add(2).rsub(1), s(2, 3)));
    rows.add(GradientRow.of("div number", DivScalar.class, x -> x.get(0).div(3), s(2, 3)));
    for (UnaryFunction each :
        List.of(UnaryFunction.SIGN, UnaryFunction.FLOOR, UnaryFunction.TRUNC)) {
      rows.add(
          GradientRow.of(
              each.name(),
              Rounding.class,
              x -> Dispatch.apply(new Rounding(each), x.get(0)).add(x.get(0)),
              s(2, 3)));
    }
    rows.add(
        GradientRow.of(
            "dropout",
            Dropout.class,
            x -> Layers.dropout(x.get(0), 0.4, true, new Generator(3)),
            s(4, 5)));
    rows.add(
        GradientRow.of(
            "evaluate",
            Evaluate.class,
            x ->
                Evaluate.of(
                    "custom", EvaluatePrograms.CUSTOM, new double[] {1.5}, x.get(0), x.get(1)),
            s(2, 3),
            s(3)));
  }

  private static void binary(List<GradientRow> rows) {
    rows.add(GradientRow.of("add", Add.class, x -> x.get(0).add(x.get(1), 2.5), s(2, 3), s(3)));
    rows.add(GradientRow.of("sub", Add.class, x -> x.get(0).sub(x.get(1)), s(3), s(2, 1)));
    rows.add(GradientRow.of("mul", Mul.class, x -> x.get(0).mul(x.get(1)), s(2, 1, 3), s(4, 1)));
    rows.add(
        GradientRow.of("div", Div.class, x -> x.get(0).div(x.get(1)), s(2, 3), s(3))
            .within(0.5, 2));
    rows.add(
        GradientRow.of("pow", Pow.class, x -> x.get(0).pow(x.get(1)), s(2, 3), s(3))
            .within(0.3, 2));
    rows.add(
        GradientRow.of(
            "maximum", Maximum.class, x -> x.get(0).maximum(x.get(1)), s(2, 3), s(2, 1)));
    rows.add(
        GradientRow.of("minimum", Minimum.class, x -> x.get(0).minimum(x.get(1)), s(2, 3), s(3)));
    rows.add(
        GradientRow.of(
                "remainder", Remainder.class, x -> x.get(0).remainder(x.get(1)), s(2, 3), s(3))
            .within(0.6, 2));
    rows.add(
        GradientRow.of("fmod", Fmod.class, x -> x.get(0).fmod(x.get(1)), s(2, 3), s(3))
            .within(0.6, 2));
    rows.add(
        GradientRow.of(
                "floorDivide",
                FloorDivide.class,
                x -> x.get(0).floorDivide(x.get(1)).add(x.get(0)),
                s(2, 3),
                s(3))
            .within(0.6, 2));
    rows.add(
        GradientRow.of(
            "where",
            Where.class,
            x -> Functional.where(x.get(0).gt(0), x.get(1), x.get(2)),
            s(2, 3),
            s(3),
            s(2, 1)));
    rows.add(
        GradientRow.of(
            "maskedFill",
            MaskedFill.class,
            x -> x.get(0).maskedFill(x.get(1).gt(0), 7),
            s(2, 3),
            s(4, 1, 3)));
  }

  private static void layers(List<GradientRow> rows) {
    rows.add(
        GradientRow.of(
            "layerNorm",
            LayerNorm.class,
            x -> Layers.layerNorm(x.get(0), Shape.of(4), x.get(1), x.get(2), 1e-5),
            s(2, 3, 4),
            s(4),
            s(4)));
    rows.add(
        GradientRow.of(
            "layerNorm plain",
            LayerNorm.class,
            x -> Layers.layerNorm(x.get(0), Shape.of(2, 3), null, null, 1e-5),
            s(2, 2, 3)));
    rows.add(
        GradientRow.of(
            "layerNorm weight",
            LayerNorm.class,
            x -> Layers.layerNorm(x.get(0), Shape.of(4), x.get(1), null, 1e-5),
            s(3, 4),
            s(4)));
    for (boolean causal : new boolean[] {false, true}) {
      rows.add(
          GradientRow.of(
              "attention" + (causal ? " causal" : ""),
              Attention.class,
              x -> Attentions.scaledDotProductAttention(x.get(0), x.get(1), x.get(2), causal, 0),
              s(1, 2, 3, 2),
              s(1, 2, 3, 2),
              s(1, 2, 3, 2)));
    }
    rows.add(
        GradientRow.of(
            "attention of rank 3",
            Attention.class,
            x -> Attentions.scaledDotProductAttention(x.get(0), x.get(1), x.get(2), false, 0, 0.7),
            s(2, 2, 3),
            s(2, 4, 3),
            s(2, 4, 2)));
    for (LossReduction reduction : LossReduction.values()) {
      rows.add(
          GradientRow.of(
              "crossEntropy " + reduction,
              CrossEntropy.class,
              x -> Losses.crossEntropy(x.get(0), index(x.get(0), 1, 9, 0, 2), 9, reduction),
              s(4, 3)));
      rows.add(
          GradientRow.of(
              "mse " + reduction,
              Square.class,
              x -> Losses.mseLoss(x.get(0), x.get(1), reduction),
              s(2, 3),
              s(2, 3)));
    }
  }

  private static void special(List<GradientRow> rows) {
    rows.add(GradientRow.of("acos", Acos.class, x -> x.get(0).acos(), s(2, 3)).within(-0.8, 0.8));
    rows.add(GradientRow.of("asin", Asin.class, x -> x.get(0).asin(), s(2, 3)).within(-0.8, 0.8));
    rows.add(GradientRow.of("atan", Atan.class, x -> x.get(0).atan(), s(2, 3)));
    rows.add(GradientRow.of("acosh", Acosh.class, x -> x.get(0).acosh(), s(2, 3)).within(1.4, 4));
    rows.add(GradientRow.of("asinh", Asinh.class, x -> x.get(0).asinh(), s(2, 3)));
    rows.add(
        GradientRow.of("atanh", Atanh.class, x -> x.get(0).atanh(), s(2, 3)).within(-0.8, 0.8));
    rows.add(GradientRow.of("cosh", Cosh.class, x -> x.get(0).cosh(), s(2, 3)));
    rows.add(GradientRow.of("sinh", Sinh.class, x -> x.get(0).sinh(), s(2, 3)));
    rows.add(GradientRow.of("tan", Tan.class, x -> x.get(0).tan(), s(2, 3)).within(-1, 1));
    rows.add(GradientRow.of("erfc", Erfc.class, x -> x.get(0).erfc(), s(2, 3)));
    rows.add(
        GradientRow.of("erfinv", Erfinv.class, x -> x.get(0).erfinv(), s(2, 3)).within(-0.8, 0.8));
    rows.add(
        GradientRow.of("lgamma", Lgamma.class, x -> x.get(0).lgamma(), s(2, 3)).within(0.6, 4));
    rows.add(
        GradientRow.of("digamma", Digamma.class, x -> x.get(0).digamma(), s(2, 3)).within(0.8, 4));
    rows.add(GradientRow.of("log2", Log2.class, x -> x.get(0).log2(), s(2, 3)).within(0.3, 3));
    rows.add(GradientRow.of("log10", Log10.class, x -> x.get(0).log10(), s(2, 3)).within(0.3, 3));
    rows.add(GradientRow.of("exp2", Exp2.class, x -> x.get(0).exp2(), s(2, 3)));
    rows.add(GradientRow.of("logit", Logit.class, x -> x.get(0).logit(), s(2, 3)).within(0.2, 0.8));
    rows.add(
        GradientRow.of("polygamma", Polygamma.class, x -> x.get(0).polygamma(2), s(2, 3))
            .within(0.8, 4));
    rows.add(
        GradientRow.of("logit eps", Logit.class, x -> x.get(0).logit(0.3), s(2, 5))
            .within(0.05, 0.95));
    rows.add(GradientRow.of("frac", Frac.class, x -> x.get(0).frac(), s(2, 3)));
    rows.add(
        GradientRow.of(
            "round decimals", RoundDecimals.class, x -> x.get(0).round(-3).add(x.get(0)), s(2, 3)));
    rows.add(GradientRow.of("nanToNum", NanToNum.class, x -> x.get(0).nanToNum(), s(2, 3)));
    rows.add(GradientRow.of("base to a power", PowBase.class, x -> x.get(0).rpow(1.7), s(2, 3)));
  }

  private static void activations(List<GradientRow> rows) {
    rows.add(GradientRow.of("celu", Elu.class, x -> Activations.celu(x.get(0), 1.3), s(3, 4)));
    rows.add(GradientRow.of("selu", Elu.class, x -> Activations.selu(x.get(0)), s(3, 4)));
    rows.add(
        GradientRow.of(
            "hardshrink", Hardshrink.class, x -> Activations.hardshrink(x.get(0), 0.5), s(3, 4)));
    rows.add(
        GradientRow.of(
            "softshrink", Softshrink.class, x -> Activations.softshrink(x.get(0), 0.5), s(3, 4)));
    rows.add(
        GradientRow.of(
            "hardsigmoid",
            Hardsigmoid.class,
            x -> Activations.hardsigmoid(x.get(0).mul(2)),
            s(3, 4)));
    rows.add(
        GradientRow.of(
            "hardswish", Hardswish.class, x -> Activations.hardswish(x.get(0).mul(2)), s(3, 4)));
    rows.add(
        GradientRow.of(
            "hardtanh", Hardtanh.class, x -> Activations.hardtanh(x.get(0), -1, 0.5), s(3, 4)));
    rows.add(
        GradientRow.of(
            "logSigmoid", LogSigmoid.class, x -> Activations.logSigmoid(x.get(0)), s(3, 4)));
    rows.add(GradientRow.of("mish", Mish.class, x -> Activations.mish(x.get(0)), s(3, 4)));
    rows.add(
        GradientRow.of("softsign", Softsign.class, x -> Activations.softsign(x.get(0)), s(3, 4)));
    rows.add(
        GradientRow.of(
            "tanhshrink", Tanhshrink.class, x -> Activations.tanhshrink(x.get(0)), s(3, 4)));
    rows.add(
        GradientRow.of(
            "threshold", Threshold.class, x -> Activations.threshold(x.get(0), 0.3, 2), s(3, 4)));
    rows.add(GradientRow.of("glu", Split.class, x -> Activations.glu(x.get(0), -1), s(3, 4)));
    rows.add(
        GradientRow.of("softmin", Softmax.class, x -> Activations.softmin(x.get(0), 0), s(3, 4)));
    rows.add(
        GradientRow.of(
            "rrelu",
            Rrelu.class,
            x -> Activations.rrelu(x.get(0), 0.1, 0.4, true, new Generator(3)),
            s(3, 4)));
    rows.add(
        GradientRow.of(
            "gumbelSoftmax",
            Softmax.class,
            x -> Activations.gumbelSoftmax(x.get(0), 0.7, false, -1, new Generator(3)),
            s(3, 4)));
    rows.add(
        GradientRow.of(
            "prelu", Prelu.class, x -> Activations.prelu(x.get(0), x.get(1)), s(2, 3, 2), s(3)));
  }

  private static void several(List<GradientRow> rows) {
    rows.add(
        GradientRow.of("atan2", Atan2.class, x -> x.get(0).atan2(x.get(1)), s(2, 3), s(3))
            .within(0.3, 2));
    rows.add(
        GradientRow.of("hypot", Hypot.class, x -> x.get(0).hypot(x.get(1)), s(2, 3), s(3))
            .within(0.3, 2));
    rows.add(
        GradientRow.of(
            "logaddexp", Logaddexp.class, x -> x.get(0).logaddexp(x.get(1)), s(2, 3), s(3)));
    rows.add(
        GradientRow.of(
            "logaddexp2", Logaddexp2.class, x -> x.get(0).logaddexp2(x.get(1)), s(2, 3), s(3)));
    rows.add(
        GradientRow.of("xlogy", Xlogy.class, x -> x.get(0).xlogy(x.get(1)), s(2, 3), s(3))
            .within(0.3, 2));
    rows.add(
        GradientRow.of(
            "copysign", Copysign.class, x -> x.get(0).copysign(x.get(0).detach().cos()), s(2, 3)));
    rows.add(
        GradientRow.of(
                "truncDivide",
                TruncDivide.class,
                x -> x.get(0).div(x.get(1), DivisionRounding.TRUNC).add(x.get(0)),
                s(2, 3),
                s(3))
            .within(0.6, 2));
    rows.add(
        GradientRow.of(
            "addcmul",
            Addcmul.class,
            x -> x.get(0).addcmul(x.get(1), x.get(2), 1.5),
            s(2, 3),
            s(3),
            s(2, 1)));
    rows.add(
        GradientRow.of(
                "addcdiv",
                Addcdiv.class,
                x -> x.get(0).addcdiv(x.get(1), x.get(2), 1.5),
                s(2, 3),
                s(3),
                s(2, 1))
            .within(0.5, 2));
    rows.add(
        GradientRow.of(
            "lerp", Lerp.class, x -> x.get(0).lerp(x.get(1), x.get(2)), s(2, 3), s(3), s(2, 1)));
    rows.add(
        GradientRow.of(
            "lerp near", LerpScalar.class, x -> x.get(0).lerp(x.get(1), 0.3), s(2, 3), s(3)));
    rows.add(
        GradientRow.of(
            "lerp far", LerpScalar.class, x -> x.get(0).lerp(x.get(1), 1.3), s(2, 3), s(3)));
    rows.add(
        GradientRow.of(
            "clamp tensors",
            ClampTensor.class,
            x -> x.get(0).clamp(x.get(1), x.get(2)),
            s(4, 3),
            s(3),
            s(4, 1)));
    rows.add(
        GradientRow.of(
            "clamp low",
            ClampTensor.class,
            x -> x.get(0).clamp(x.get(1), (Tensor) null),
            s(4, 3),
            s(3)));
    rows.add(
        GradientRow.of(
            "clamp high",
            ClampTensor.class,
            x -> x.get(0).clamp((Tensor) null, x.get(1)),
            s(4, 3),
            s(3)));
  }
}
