package ai.cresset.tensor.op;

import ai.cresset.backend.View;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table by their index ({@code F.embedding}): weight {@code [entries, size]}, indices
 * {@code [...]} of int64, result {@code [..., size]}.
 *
 * @param paddingIdx the row that gets no gradient; -1 for none
 */
public record Embedding(long paddingIdx) implements SimpleOp {
  /** No padding row. */
  public static final long NO_PADDING = -1;

  @Override
  public Spec rule(List<Spec> inputs) {
    Spec weight = inputs.get(0);
    Spec indices = inputs.get(1);
    if (weight.shape().rank() != 2) {
      throw ShapeException.mismatch(name(), "a weight of [entries, size]", weight.shape());
    }
    if (indices.dtype() != DType.INT64) {
      throw DTypeException.mismatch(name() + " (indices)", DType.INT64, indices.dtype());
    }
    if (paddingIdx < NO_PADDING || paddingIdx >= weight.shape().size(0)) {
      throw ShapeException.index(name() + " (paddingIdx)", paddingIdx, weight.shape().size(0));
    }
    Shape shape = indices.shape();
    return weight.withShape(shape.insert(shape.rank(), weight.shape().size(1)));
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor weight = inputs.get(0);
    Tensor indices = inputs.get(1);
    context.save(indices);
    Tensor result = Tensor.empty(output);
    long count = indices.numel();
    View rows = View.contiguous(result.storage(), Shape.of(count, weight.size(1)), output.dtype());
    try (Scope scope = Scope.open("embedding")) {
      Tensor flat = indices.reshape(Shape.of(count));
      result.backend().indexSelect(weight.materialize(), 0, flat.materialize(), rows);
    } catch (ShapeException e) {
      throw e.toldBy(
          name(),
          "each index must be a row of the weight "
              + weight.shape()
              + "; make the table larger, or check what gives the indices");
    }
    return result;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    Spec weight = context.input(0);
    Tensor indices = context.saved(0).reshape(-1);
    Tensor rows = gradient.reshape(-1, weight.shape().size(1));
    if (paddingIdx != NO_PADDING) {
      rows = rows.maskedFill(indices.eq(paddingIdx).unsqueeze(1), 0);
    }
    Op spread = new IndexSelect.Embed(0, weight);
    return Gradients.of(Dispatch.applyInto(needs.place(0), spread, rows, indices), null);
  }
}
