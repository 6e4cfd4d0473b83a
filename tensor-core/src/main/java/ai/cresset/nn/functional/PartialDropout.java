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
 * that its first element belongs to. Where that would be many short runs, whole rows do, of which
 * the part is then taken.
 *
 * @param p probability of becoming 0
 * @param key where the random numbers of the whole begin
 * @param part where the elements stand
 */
record PartialDropout(double p, Generator.Key key, TensorPart part) implements CustomFunction {
  /** Elements of one Philox block. */
  private static final int BLOCK = 4;

  /** Runs of fewer elements cost more by their number than by their length. */
  private static final int SHORT = 4096;

  /** Elements of rows that go through one kernel. */
  private static final long BLOCK_ROWS = 1 << 18;

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
    if (x.numel() == 0) {
      return result;
    }
    try (Scope scope = Scope.open("dropout of a part")) {
      int inner = innermostCut();
      long size = 1; // elements that lie inside of one place of the innermost cut dimension
      for (int dim = inner + 1; dim < x.rank(); dim++) {
        size *= x.size(dim);
      }
      long width = part.whole().size(inner) * size;
      List<TensorPart.Run> runs = new ArrayList<>(); // of elements of a row
      long held = 0;
      for (TensorPart.Run run : part.runs().get(inner)) {
        runs.add(new TensorPart.Run(run.start() * size, run.length() * size));
        held += run.length() * size;
      }
      boolean together = held < SHORT * runs.size();
      long most = together ? Math.max(1, BLOCK_ROWS / width) : 1;
      Tensor from = x.contiguous().reshape(-1, held);
      Tensor to = result.reshape(-1, held);
      List<Long> rows = rows(inner);
      int first = 0;
      while (first < rows.size()) {
        int end = first + 1;
        while (end < rows.size() && end - first < most && rows.get(end) == rows.get(end - 1) + 1) {
          end++;
        }
        Tensor some = from.narrow(0, first, end - first);
        Tensor dropped = to.narrow(0, first, end - first);
        if (end - first > 1) {
          drop(some, dropped, runs, rows.get(first) * width, width);
        } else {
          drop(some.reshape(-1), dropped.reshape(-1), runs, rows.get(first) * width);
        }
        first = end;
      }
    }
    return result;
  }

  /** Rows that follow each other in the whole, by way of all of their elements. */
  private void drop(Tensor from, Tensor to, List<TensorPart.Run> runs, long place, long width) {
    try (Scope scope = Scope.open("rows")) {
      long lead = place % BLOCK;
      long count = from.size(0);
      Tensor all = Tensor.zeros(from.spec().withShape(Shape.of(lead + count * width)));
      Tensor wide = all.narrow(0, lead, count * width).reshape(count, width);
      long at = 0;
      for (TensorPart.Run run : runs) {
        wide.narrow(1, run.start(), run.length()).copy_(from.narrow(1, at, run.length()));
        at += run.length();
      }
      Tensor dropped =
          Dispatch.apply(new Dropout(p, start(place)), all)
              .narrow(0, lead, count * width)
              .reshape(count, width);
      at = 0;
      for (TensorPart.Run run : runs) {
        to.narrow(1, at, run.length()).copy_(dropped.narrow(1, run.start(), run.length()));
        at += run.length();
      }
    }
  }

  /** One row, run by run. */
  private void drop(Tensor from, Tensor to, List<TensorPart.Run> runs, long place) {
    long at = 0;
    for (TensorPart.Run run : runs) {
      drop(from, to, at, place + run.start(), run.length());
      at += run.length();
    }
  }

  private Generator.Key start(long place) {
    return new Generator.Key(key.seed(), key.offset() + place / BLOCK);
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
      Tensor dropped = Dispatch.apply(new Dropout(p, start(place)), piece);
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
