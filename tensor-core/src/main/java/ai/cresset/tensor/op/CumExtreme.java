package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.backend.Scan;
import ai.cresset.memory.Scope;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The running maximum or minimum along a dimension and where it was last met ({@code torch.cummax},
 * {@code torch.cummin}).
 */
public record CumExtreme(boolean largest, int dim) implements Op {
  /** The place where an element equals the extreme so far, else 0. */
  private static final Programs HITS =
      Programs.of(
          Expr.select(
              Expr.input(0)
                  .apply(BinaryFunction.EQ, Expr.input(1))
                  .apply(BinaryFunction.LOGICAL_OR, Expr.input(0).apply(UnaryFunction.IS_NAN)),
              Expr.input(2),
              Expr.constant(0)),
          3,
          0);

  @Override
  public String name() {
    return largest ? "cummax" : "cummin";
  }

  @Override
  public List<Spec> infer(List<Spec> inputs) {
    Spec input = inputs.get(0);
    input.shape().dim(name(), dim);
    return List.of(input, input.withDType(DType.INT64));
  }

  @Override
  public List<Tensor> forward(Context context, List<Tensor> inputs, List<Spec> outputs) {
    Tensor input = inputs.get(0);
    Scan scan = largest ? Scan.CUMMAX : Scan.CUMMIN;
    Tensor values = CumSum.scan(scan, dim, input, outputs.get(0));
    Tensor indices;
    if (input.rank() == 0) {
      indices = Tensor.zeros(outputs.get(1));
      context.save(indices);
      return List.of(values, indices);
    }
    try (Scope scope = Scope.open(name())) {
      int at = input.shape().dim(name(), dim);
      long[] line = new long[input.rank()];
      Arrays.fill(line, 1);
      line[at] = input.size(at);
      Tensor hits = Tensor.empty(outputs.get(1));
      Tensor places = Creation.arange(0, input.size(at), 1, input.device()).reshape(line);
      Pointwise.run(
          HITS.forOperands(input.dtype().isFloating() ? DType.FLOAT64 : DType.INT64),
          Pointwise.NO_SCALARS,
          Generator.Key.NONE,
          List.of(input, values, places),
          List.of(hits));
      indices = scope.keep(CumSum.scan(Scan.CUMMAX, dim, hits, outputs.get(1)));
    }
    context.save(indices);
    return List.of(values, indices);
  }

  @Override
  public List<@Nullable Tensor> backward(
      Context context, List<@Nullable Tensor> gradients, Needs needs) {
    Tensor gradient = gradients.get(0);
    if (gradient == null) {
      return Gradients.of((Tensor) null);
    }
    return Gradients.of(
        Dispatch.apply(new Gather.Embed(dim, context.input(0)), gradient, context.saved(0)));
  }
}
