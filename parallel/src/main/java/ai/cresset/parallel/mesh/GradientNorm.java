package ai.cresset.parallel.mesh;

import ai.cresset.backend.Reduction;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Scope;
import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.comm.Slice;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The Euclidean norm of gradients that are cut by rows over ranks. Squares are added up by rows,
 * rows without rounding: the norm has the same bits however the rows are divided.
 */
public final class GradientNorm {
  private GradientNorm() {}

  /** Of gradients that this rank holds whole. */
  public static double of(Collection<? extends Tensor> gradients) {
    ExactSum sum = new ExactSum();
    gradients.forEach(gradient -> addSquares(gradient, sum));
    return Math.sqrt(sum.value());
  }

  /**
   * Of gradients whose rows are divided over the ranks of a group; each row counts once.
   *
   * @param mine the rows that this rank counts
   */
  public static double of(Collection<? extends Tensor> mine, ProcessGroup group) {
    ExactSum sum = new ExactSum();
    mine.forEach(gradient -> addSquares(gradient, sum));
    return Math.sqrt(ExactSum.value(add(sum.words(), group)));
  }

  /**
   * Of gradients that are cut in any way over a mesh; each element counts once.
   *
   * @param leaves what this rank holds, by name; those without a gradient count nothing
   * @param layout how they are cut
   */
  public static double of(
      Map<String, ? extends Tensor> leaves, ShardLayout layout, DeviceMesh mesh) {
    List<Tensor> mine = new ArrayList<>();
    leaves.forEach(
        (name, leaf) -> {
          Tensor gradient = leaf.grad();
          if (gradient != null && layout.writes(name, mesh.rank())) {
            mine.add(gradient);
          }
        });
    return of(mine, mesh.world());
  }

  private static long[] add(long[] words, ProcessGroup group) {
    Storage storage = Allocator.current().allocate(8L * words.length);
    try {
      NativeMemory.write(words, 0, storage.address(), words.length);
      group.allReduce(new Slice(storage, 0, words.length, DType.INT64), ReduceOp.SUM);
      long[] total = new long[words.length];
      NativeMemory.read(storage.address(), total, 0, words.length);
      return total;
    } finally {
      storage.release();
    }
  }

  private static void addSquares(Tensor gradient, ExactSum sum) {
    if (gradient.numel() == 0) {
      return;
    }
    try (Scope scope = Scope.open("gradient norm")) {
      if (gradient.rank() < 2) {
        for (double value : gradient.toDoubleArray()) {
          sum.add(value * value);
        }
        return;
      }
      DType type = gradient.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
      long[] rows = new long[gradient.rank()];
      Arrays.fill(rows, 1);
      rows[0] = gradient.size(0);
      Tensor squares = Tensor.empty(new Spec(Shape.of(rows), type, gradient.device()));
      gradient
          .backend()
          .reduce(Reduction.SUM_SQUARES, gradient.materialize(), squares.materialize());
      for (double square : squares.toDoubleArray()) {
        sum.add(square);
      }
    }
  }
}
