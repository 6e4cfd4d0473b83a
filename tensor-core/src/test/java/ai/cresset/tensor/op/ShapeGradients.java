package ai.cresset.tensor.op;

import ai.cresset.backend.Scatter;
import ai.cresset.tensor.EmbeddingBag;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Index;
import ai.cresset.tensor.ScatterReduction;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.List;
import java.util.function.Function;

/** Rows of the table of gradients: shapes, indexing, order and products. */
final class ShapeGradients {
  private ShapeGradients() {}

  private static long[] s(long... sizes) {
    return sizes;
  }

  private static Tensor index(Tensor like, Shape shape, long... values) {
    return Tensor.of(values, shape.toArray()).to(like.device());
  }

  private static void row(
      List<GradientRow> rows,
      String name,
      Class<? extends Op> op,
      Function<List<Tensor>, Tensor> function,
      long[]... shapes) {
    rows.add(GradientRow.of(name, op, function, shapes));
  }

  static void add(List<GradientRow> rows) {
    shapes(rows);
    parts(rows);
    scattering(rows);
    order(rows);
    products(rows);
  }

  private static void shapes(List<GradientRow> rows) {
    row(rows, "diagonal", Diagonal.class, x -> x.get(0).diagonal(1, 0, 2), s(3, 2, 4));
    row(rows, "diagonal below", Diagonal.class, x -> x.get(0).diagonal(-1, 0, 1), s(3, 3));
    row(rows, "diag", Diagonal.class, x -> x.get(0).diag(1), s(3));
    row(rows, "unfold", Windows.class, x -> x.get(0).unfold(0, 3, 1), s(5, 2));
    row(rows, "unfold with gaps", Windows.class, x -> x.get(0).unfold(1, 2, 3), s(2, 6, 2));
    row(rows, "flip", IndexSelect.class, x -> x.get(0).flip(0, 1), s(2, 3));
    row(rows, "roll", Cat.class, x -> x.get(0).roll(1, 1), s(2, 3));
    row(rows, "repeat", Expand.class, x -> x.get(0).repeat(2, 1, 2), s(2, 3));
    row(rows, "repeatInterleave", Expand.class, x -> x.get(0).repeatInterleave(2, 0), s(2, 3));
    row(rows, "movedim", Permute.class, x -> x.get(0).movedim(0, -1), s(2, 3, 2));
    row(rows, "unbind", Split.class, x -> x.get(0).unbind(1).get(2).square(), s(2, 3));
  }

  private static void parts(List<GradientRow> rows) {
    Class<? extends Op> op = IndexSelect.class;
    row(rows, "get basic", Slice.class, x -> x.get(0).get("1:, None, ::2"), s(3, 4));
    row(rows, "get list", op, x -> x.get(0).get(Index.all(), Index.index(0, 2, 2)), s(3, 4));
    row(rows, "get lists", op, x -> x.get(0).get("[0,2,0],[1,1,3]"), s(3, 4));
    row(rows, "get apart", op, x -> x.get(0).get("[0,1],:,[1,1]"), s(2, 2, 3));
    row(rows, "get mask", op, x -> x.get(0).get("mask", x.get(0).gt(-9)), s(2, 3));
    row(rows, "take", op, x -> x.get(0).take(index(x.get(0), Shape.of(3), 0, -1, 5)), s(2, 3));
    row(
        rows,
        "maskedSelect",
        op,
        x -> x.get(0).maskedSelect(index(x.get(0), Shape.of(3), 1, 0, 1).ne(0)),
        s(2, 3));
    row(
        rows,
        "put",
        ScatterValues.class,
        x -> x.get(0).put(x.get(1), Index.from(1), Index.index(0, 2)),
        s(3, 4),
        s(2));
    row(
        rows,
        "putAdd",
        ScatterAdd.class,
        x -> x.get(0).putAdd(x.get(1), Index.index(0, 0)),
        s(3, 2),
        s(2, 2));
    for (EmbeddingBag mode : EmbeddingBag.values()) {
      row(
          rows,
          "embeddingBag " + mode,
          op,
          x ->
              mode.of(
                  index(x.get(0), Shape.of(5), 1, 2, 0, 2, 2),
                  x.get(0),
                  index(x.get(0), Shape.of(3), 0, 2, 2)),
          s(3, 2));
    }
  }

  private static void scattering(List<GradientRow> rows) {
    row(
        rows,
        "scatter",
        ScatterValues.class,
        x -> x.get(0).scatter(1, index(x.get(0), Shape.of(2, 2), 0, 2, 2, 1), x.get(1)),
        s(2, 3),
        s(2, 2));
    row(
        rows,
        "maskedScatter",
        ScatterValues.class,
        x -> x.get(0).maskedScatter(index(x.get(0), Shape.of(3), 1, 0, 1).ne(0), x.get(1)),
        s(2, 3),
        s(5));
    for (ScatterReduction reduction : ScatterReduction.values()) {
      for (boolean include : new boolean[] {true, false}) {
        row(
            rows,
            "scatterReduce " + reduction + (include ? "" : " without self"),
            ScatterReduce.class,
            x ->
                x.get(0)
                    .scatterReduce(
                        1,
                        index(x.get(0), Shape.of(2, 2), 0, 0, 2, 1),
                        x.get(1),
                        reduction,
                        include),
            s(2, 3),
            s(2, 2));
      }
    }
    row(
        rows,
        "scatter product",
        ScatterReduce.class,
        x ->
            Dispatch.apply(
                new ScatterReduce(Scatter.MULTIPLY, 0),
                x.get(0),
                index(x.get(0), Shape.of(3), 1, 1, 0),
                x.get(1)),
        s(2),
        s(3));
  }

  private static void order(List<GradientRow> rows) {
    row(rows, "prod", Prod.class, x -> x.get(0).prod(new int[] {0, 2}, false), s(2, 2, 3));
    row(
        rows,
        "prod with zeros",
        Prod.class,
        x -> x.get(0).mul(index(x.get(0), Shape.of(3), 1, 0, 1)).prod(new int[] {1}, false),
        s(2, 3));
    row(rows, "cumprod", CumProd.class, x -> x.get(0).cumprod(1), s(2, 4));
    row(
        rows,
        "cumprod with zeros",
        CumProd.class,
        x -> x.get(0).mul(index(x.get(0), Shape.of(3), 1, 0, 1)).cumprod(1),
        s(2, 3));
    row(rows, "cummax", CumExtreme.class, x -> x.get(0).cummax(1).values(), s(2, 4));
    row(rows, "cummin", CumExtreme.class, x -> x.get(0).cummin(0).values(), s(4, 2));
    row(rows, "sort", Sort.class, x -> x.get(0).sort(1, true).values(), s(2, 4));
    row(rows, "sort columns", Sort.class, x -> x.get(0).sort(0, false).values(), s(4, 2));
    row(rows, "topk", TopK.class, x -> x.get(0).topk(2, 1, true).values(), s(2, 4));
    row(rows, "kthvalue", Gather.class, x -> x.get(0).kthvalue(2, 0, true).values(), s(4, 2));
    row(rows, "median", Gather.class, x -> x.get(0).median(1, false).values(), s(2, 5));
  }

  private static void products(List<GradientRow> rows) {
    Class<? extends Op> op = Matmul.class;
    row(rows, "addmm", op, x -> x.get(0).addmm(x.get(1), x.get(2), 0.5, 2), s(2), s(2, 3), s(3, 2));
    for (String equation : List.of("ij,jk->ik", "bij,bjk->kb", "iij,jk->ki", "...i,ij->j...")) {
      long[] left = equation.startsWith("ij,") ? s(2, 3) : s(2, 2, 3);
      long[] right = equation.startsWith("bij") ? s(2, 3, 2) : s(3, 2);
      row(
          rows,
          "einsum " + equation,
          op,
          x -> Functional.einsum(equation, x.get(0), x.get(1)),
          left,
          right);
    }
    row(
        rows,
        "einsum of three",
        op,
        x -> Functional.einsum("ij,jk,kl", x.get(0), x.get(1), x.get(2)),
        s(2, 3),
        s(3, 2),
        s(2, 2));
  }
}
