package ai.cresset.tensor.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.cresset.nn.functional.Layers;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.LeakCheck;
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
  static long[] s(long... sizes) {
    return sizes;
  }

  static Tensor index(Tensor like, long... values) {
    return Tensor.of(values, values.length).to(like.device());
  }

  static Tensor index(Tensor like, Shape shape, long... values) {
    return Tensor.of(values, shape.toArray()).to(like.device());
  }

  static List<GradientRow> rows() {
    List<GradientRow> rows = new ArrayList<>();
    FunctionGradients.add(rows);
    inPlace(rows);
    reductions(rows);
    shapes(rows);
    indexing(rows);
    products(rows);
    ShapeGradients.add(rows);
    ImageGradients.addTo(rows);
    return rows;
  }

  private static void inPlace(List<GradientRow> rows) {
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
            x -> Layers.embedding(index(x.get(0), Shape.of(2, 2), 3, 1, 1, 0), x.get(0)),
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
            x -> Layers.linear(x.get(0), x.get(1), x.get(2)),
            s(2, 2, 3),
            s(4, 3),
            s(4)));
    rows.add(
        GradientRow.of(
            "linear without bias",
            Linear.class,
            x -> Layers.linear(x.get(0), x.get(1), null),
            s(3),
            s(4, 3)));
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
  void everyDifferentiableOperationHasARow() throws Exception {
    Set<String> covered = new TreeSet<>();
    rows().forEach(row -> covered.add(row.op().getName()));
    Set<String> all = new TreeSet<>();
    URI place = Op.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    File folder = new File(new File(place), Op.class.getPackageName().replace('.', '/'));
    File[] files = folder.listFiles((where, name) -> name.endsWith(".class"));
    for (File file : files == null ? new File[0] : files) {
      String name = file.getName().replace(".class", "");
      Class<?> type = Class.forName(Op.class.getPackageName() + "." + name);
      boolean differentiable =
          Op.class.isAssignableFrom(type) && !NotDifferentiable.class.isAssignableFrom(type);
      if (differentiable && !type.isInterface() && !type.isMemberClass()) {
        all.add(type.getName());
      }
    }
    assertFalse(all.isEmpty());
    assertEquals(all, covered, "operations and their gradient rows");
  }
}
