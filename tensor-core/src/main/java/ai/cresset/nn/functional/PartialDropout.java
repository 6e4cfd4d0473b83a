package ai.cresset.nn.functional;

import ai.cresset.memory.Scope;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.CustomFunction;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Dropout;
import ai.cresset.tensor.op.Needs;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Dropout of a part of a tensor, with the decisions that the whole would get. What lies side by
 * side both here and in the whole goes through one kernel, which begins at the counter of the block
 * that its first element belongs to.
 *
 * @param p probability of becoming 0
 * @param key where the random numbers of the whole begin
 * @param part where the elements stand
 */
record PartialDropout(double p, Generator.Key key, TensorPart part) implements CustomFunction {
  /** Elements of one Philox block. */
  private static final int BLOCK = 4;

  @Override
  public List<Tensor> forward(Context context, List<Tensor> inputs) {
    return List.of(drop(inputs.get(0)));
  }

  @Override
  public List<@Nullable Tensor> backward(
      Context context, List<@Nullable Tensor> gradients, Needs needs) {
    Tensor gradient = gradients.get(0);
    if (gradient == null) {
      return Collections.singletonList(null);
    }
    return List.of(GradMode.isEnabled() ? apply(gradient) : drop(gradient));
  }

  private Tensor drop(Tensor x) {
    Tensor result = Tensor.empty(x.spec());
    try (Scope scope = Scope.open("dropout of a part")) {
      Tensor from = x.contiguous().reshape(-1);
      Tensor to = result.reshape(-1);
      int inner = innermostCut();
      long size = 1; // elements that lie inside of one place of the innermost cut dimension
      for (int dim = inner + 1; dim < x.rank(); dim++) {
        size *= x.size(dim);
      }
      long at = 0;
      for (long row : rows(inner)) {
        for (TensorPart.Run run : part.runs().get(inner)) {
          long length = run.length() * size;
          drop(from, to, at, (row * part.whole().size(inner) + run.start()) * size, length);
          at += length;
        }
      }
    }
    return result;
  }

  private void drop(Tensor from, Tensor to, long at, long place, long length) {
    try (Scope scope = Scope.open("run")) {
      long lead = place % BLOCK;
      Tensor piece = from.narrow(0, at, length);
      if (lead > 0) {
        Tensor aligned = Tensor.empty(from.spec().withShape(Shape.of(lead + length)));
        aligned.narrow(0, 0, lead).zero_();
        aligned.narrow(0, lead, length).copy_(piece);
        piece = aligned;
      }
      Generator.Key start = new Generator.Key(key.seed(), key.offset() + place / BLOCK);
      Tensor dropped = Dispatch.apply(new Dropout(p, start), piece);
      to.narrow(0, at, length).copy_(dropped.narrow(0, lead, length));
    }
  }

  private int innermostCut() {
    TensorPart all = TensorPart.all(part.whole());
    for (int dim = part.whole().rank() - 1; dim > 0; dim--) {
      if (!part.runs().get(dim).equals(all.runs().get(dim))) {
        return dim;
      }
    }
    return 0;
  }

  /** Numbers, in the whole, of the rows that the part has something of; a row ends at a dim. */
  private List<Long> rows(int end) {
    List<Long> rows = List.of(0L);
    for (int dim = 0; dim < end; dim++) {
      List<Long> finer = new ArrayList<>();
      for (long row : rows) {
        for (TensorPart.Run run : part.runs().get(dim)) {
          for (long i = 0; i < run.length(); i++) {
            finer.add(row * part.whole().size(dim) + run.start() + i);
          }
        }
      }
      rows = finer;
    }
    return rows;
  }

  @Override
  public String name() {
    return "dropout";
  }
}
