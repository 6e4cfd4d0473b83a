package ai.cresset.tensor.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.GeluApproximation;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradientCheck;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.io.File;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation's first and second derivatives, on every host backend, contiguous and not. */
@ExtendWith(LeakCheck.class)
class GradientTest {
  /** Operations that give booleans or indices: there is no gradient to check. */
  private static final Set<Class<? extends Op>> WITHOUT_GRADIENT =
      Set.of(Compare.class, CompareScalar.class, Classify.class, ArgExtreme.class, Quantify.class);

  private static long[] s(long... sizes) {
    return sizes;
  }

  private static Tensor index(Tensor like, long... values) {
    return Tensor.of(values, values.length).to(like.device());
  }

  private static Tensor index(Tensor like, Shape shape, long... values) {
    return Tensor.of(values, shape.toArray()).to(like.device());
  }

  private static List<GradientRow> rows() {
    List<GradientRow> rows = new ArrayList<>();
    elementWise(rows);
    binary(rows);
    reductions(rows);
    shapes(rows);
    indexing(rows);
    products(rows);
    layers(rows);
    return rows;
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
            x -> Functional.dropout(x.get(0), 0.4, true, new Generator(3)),
            s(4, 5)));
    rows.add(
        GradientRow.of(
            "copy_",
            Overwrite.class,
            x -> x.get(0).mul(1).copy_(x.get(1).square()).mul(x.get(0)),
            s(2, 3),
            s(3)));
    rows.add(
        GradientRow.of(
            "fill_", Refill.class, x -> x.get(0).mul(1).fill_(3).mul(x.get(0)), s(2, 3)));
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

  private static void reductions(List<GradientRow> rows) {
    rows.add(GradientRow.of("sum", Sum.class, x -> x.get(0).sum(), s(2, 3)));
    rows.add(
        GradientRow.of(
            "sum dims", Sum.class, x -> x.get(0).sum(new int[] {0, -1}, true), s(2, 3, 2)));
    rows.add(
        GradientRow.of("mean", Sum.class, x -> x.get(0).mean(new int[] {1}, false), s(2, 3, 2)));
    rows.add(GradientRow.of("var", Sum.class, x -> x.get(0).var(new int[] {1}, 1, false), s(2, 4)));
    rows.add(GradientRow.of("std", Sum.class, x -> x.get(0).std(), s(2, 4)));
    rows.add(
        GradientRow.of("amax", Extreme.class, x -> x.get(0).amax(new int[] {1}, false), s(2, 4)));
    rows.add(
        GradientRow.of("amin", Extreme.class, x -> x.get(0).amin(new int[] {0}, true), s(2, 4)));
    rows.add(
        GradientRow.of("max dim", Gather.class, x -> x.get(0).max(1, false).values(), s(2, 4)));
    rows.add(GradientRow.of("norm", Norm.class, x -> x.get(0).norm(), s(2, 3)));
    rows.add(
        GradientRow.of(
            "norm 3", PowScalar.class, x -> x.get(0).norm(3, new int[] {1}, true), s(2, 3)));
    rows.add(
        GradientRow.of(
            "logSumExp", Sum.class, x -> x.get(0).logSumExp(new int[] {1}, false), s(2, 3)));
    rows.add(GradientRow.of("cumsum", CumSum.class, x -> x.get(0).cumsum(1), s(2, 4)));
    rows.add(GradientRow.of("softmax", Softmax.class, x -> x.get(0).softmax(0), s(3, 2)));
    rows.add(GradientRow.of("logSoftmax", Softmax.class, x -> x.get(0).logSoftmax(-1), s(2, 3)));
  }

  private static void shapes(List<GradientRow> rows) {
    rows.add(GradientRow.of("reshape", Reshape.class, x -> x.get(0).reshape(3, -1), s(2, 3, 2)));
    rows.add(GradientRow.of("permute", Permute.class, x -> x.get(0).permute(2, 0, 1), s(2, 3, 2)));
    rows.add(GradientRow.of("expand", Expand.class, x -> x.get(0).expand(4, 2, 3), s(2, 1)));
    rows.add(
        GradientRow.of("contiguous", Contiguous.class, x -> x.get(0).t().contiguous(), s(2, 3)));
    rows.add(GradientRow.of("cast", Cast.class, x -> x.get(0).to(DType.FLOAT64).copy(), s(2, 3)));
    rows.add(
        GradientRow.of(
            "transfer",
            Transfer.class,
            x ->
                x.get(0)
                    .to(x.get(0).device().equals(Device.CPU) ? Device.REFERENCE : Device.CPU)
                    .square()
                    .to(x.get(0).device()),
            s(2, 3)));
  }

  private static void indexing(List<GradientRow> rows) {
    rows.add(GradientRow.of("select", Slice.class, x -> x.get(0).select(1, -1), s(2, 3)));
    rows.add(GradientRow.of("slice", Slice.class, x -> x.get(0).slice(1, 1, 7, 3), s(2, 7)));
    rows.add(
        GradientRow.of("split", Split.class, x -> x.get(0).split(2, 1).get(1).square(), s(2, 5)));
    rows.add(
        GradientRow.of("split all", Split.class, x -> x.get(0), s(2, 5))
            .all(x -> x.get(0).split(new long[] {1, 3, 1}, 1)));
    rows.add(
        GradientRow.of("cat", Cat.class, x -> Functional.cat(x, 1), s(2, 1), s(2, 3), s(2, 2)));
    rows.add(GradientRow.of("stack", Cat.class, x -> Functional.stack(x, -1), s(2, 3), s(2, 3)));
    rows.add(
        GradientRow.of(
            "gather",
            Gather.class,
            x -> x.get(0).gather(1, index(x.get(0), Shape.of(2, 3), 0, 2, 2, 1, 1, 1)),
            s(2, 3)));
    rows.add(
        GradientRow.of(
            "scatterAdd",
            ScatterAdd.class,
            x -> x.get(0).scatterAdd(1, index(x.get(0), Shape.of(2, 2), 0, 0, 2, 1), x.get(1)),
            s(2, 3),
            s(2, 2)));
    rows.add(
        GradientRow.of(
            "indexSelect",
            IndexSelect.class,
            x -> x.get(0).indexSelect(0, index(x.get(0), 2, 0, 2)),
            s(3, 2)));
    rows.add(
        GradientRow.of(
            "indexAdd",
            IndexAdd.class,
            x -> x.get(0).indexAdd(1, index(x.get(0), 2, 0, 2), x.get(1)),
            s(2, 3),
            s(2, 3)));
    rows.add(
        GradientRow.of(
            "embedding",
            Embedding.class,
            x -> Functional.embedding(index(x.get(0), Shape.of(2, 2), 3, 1, 1, 0), x.get(0)),
            s(4, 3)));
    rows.add(GradientRow.of("tril", MaskedFill.class, x -> x.get(0).tril(0), s(3, 4)));
    rows.add(GradientRow.of("triu", MaskedFill.class, x -> x.get(0).triu(1), s(2, 3, 4)));
  }

  private static void products(List<GradientRow> rows) {
    Class<? extends Op> op = Matmul.class;
    rows.add(GradientRow.of("matmul 1 1", op, x -> x.get(0).matmul(x.get(1)), s(3), s(3)));
    rows.add(GradientRow.of("matmul 1 2", op, x -> x.get(0).matmul(x.get(1)), s(3), s(3, 2)));
    rows.add(GradientRow.of("matmul 2 1", op, x -> x.get(0).matmul(x.get(1)), s(2, 3), s(3)));
    rows.add(GradientRow.of("matmul 2 2", op, x -> x.get(0).matmul(x.get(1)), s(2, 3), s(3, 2)));
    rows.add(GradientRow.of("matmul 3 2", op, x -> x.get(0).matmul(x.get(1)), s(2, 2, 3), s(3, 2)));
    rows.add(GradientRow.of("matmul 2 3", op, x -> x.get(0).matmul(x.get(1)), s(2, 3), s(2, 3, 2)));
    rows.add(GradientRow.of("matmul 3 3", op, x -> x.get(0).bmm(x.get(1)), s(2, 2, 3), s(2, 3, 2)));
    rows.add(
        GradientRow.of(
            "matmul 4 3", op, x -> x.get(0).matmul(x.get(1)), s(2, 1, 2, 3), s(3, 3, 2)));
    rows.add(GradientRow.of("matmul 1 3", op, x -> x.get(0).matmul(x.get(1)), s(3), s(2, 3, 2)));
    rows.add(
        GradientRow.of(
            "linear",
            Linear.class,
            x -> Functional.linear(x.get(0), x.get(1), x.get(2)),
            s(2, 2, 3),
            s(4, 3),
            s(4)));
    rows.add(
        GradientRow.of(
            "linear without bias",
            Linear.class,
            x -> Functional.linear(x.get(0), x.get(1), null),
            s(3),
            s(4, 3)));
  }

  private static void layers(List<GradientRow> rows) {
    rows.add(
        GradientRow.of(
            "layerNorm",
            LayerNorm.class,
            x -> Functional.layerNorm(x.get(0), Shape.of(4), x.get(1), x.get(2), 1e-5),
            s(2, 3, 4),
            s(4),
            s(4)));
    rows.add(
        GradientRow.of(
            "layerNorm plain",
            LayerNorm.class,
            x -> Functional.layerNorm(x.get(0), Shape.of(2, 3), null, null, 1e-5),
            s(2, 2, 3)));
    rows.add(
        GradientRow.of(
            "layerNorm weight",
            LayerNorm.class,
            x -> Functional.layerNorm(x.get(0), Shape.of(4), x.get(1), null, 1e-5),
            s(3, 4),
            s(4)));
    for (boolean causal : new boolean[] {false, true}) {
      rows.add(
          GradientRow.of(
              "attention" + (causal ? " causal" : ""),
              Attention.class,
              x -> Functional.scaledDotProductAttention(x.get(0), x.get(1), x.get(2), causal, 0),
              s(1, 2, 3, 2),
              s(1, 2, 3, 2),
              s(1, 2, 3, 2)));
    }
    rows.add(
        GradientRow.of(
            "attention of rank 3",
            Attention.class,
            x -> Functional.scaledDotProductAttention(x.get(0), x.get(1), x.get(2), false, 0, 0.7),
            s(2, 2, 3),
            s(2, 4, 3),
            s(2, 4, 2)));
    for (LossReduction reduction : LossReduction.values()) {
      rows.add(
          GradientRow.of(
              "crossEntropy " + reduction,
              CrossEntropy.class,
              x -> Functional.crossEntropy(x.get(0), index(x.get(0), 1, 9, 0, 2), 9, reduction),
              s(4, 3)));
      rows.add(
          GradientRow.of(
              "mse " + reduction,
              Square.class,
              x -> Functional.mseLoss(x.get(0), x.get(1), reduction),
              s(2, 3),
              s(2, 3)));
    }
  }

  static Stream<Arguments> cases() {
    return Stream.of(Device.REFERENCE, Device.CPU)
        .flatMap(device -> rows().stream().map(row -> Arguments.of(device, row)));
  }

  @ParameterizedTest(name = "{1} on {0}")
  @MethodSource("cases")
  void gradientsEqualCentralDifferences(Device device, GradientRow row) {
    GradientCheck.DEFAULT.first(row.function(), row.leaves(device, false));
    GradientCheck.DEFAULT.first(row.function(), row.leaves(device, true));
    GradientCheck.DEFAULT.second(row.function(), row.leaves(device, true));
    GradientCheck.DEFAULT.masks(row.function(), row.leaves(device, false));
  }

  @Test
  void everyOperationHasARow() throws Exception {
    Set<String> covered = new TreeSet<>();
    rows().forEach(row -> covered.add(row.op().getName()));
    WITHOUT_GRADIENT.forEach(op -> covered.add(op.getName()));
    Set<String> all = new TreeSet<>();
    URI place = Op.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    File folder = new File(new File(place), Op.class.getPackageName().replace('.', '/'));
    File[] files = folder.listFiles((where, name) -> name.endsWith(".class"));
    for (File file : files == null ? new File[0] : files) {
      String name = file.getName().replace(".class", "");
      Class<?> type = Class.forName(Op.class.getPackageName() + "." + name);
      if (Op.class.isAssignableFrom(type) && !type.isInterface() && !type.isMemberClass()) {
        all.add(type.getName());
      }
    }
    assertFalse(all.isEmpty());
    assertEquals(all, covered, "operations and their gradient rows");
  }
}
