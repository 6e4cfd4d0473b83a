package ai.cresset.parallel.comm.compression;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.comm.Slice;
import ai.cresset.parallel.comm.Work;
import ai.cresset.type.DType;
import java.util.Map;
import java.util.TreeMap;

/**
 * Each rank sends only its largest gradients, with their positions; what it does not send it adds
 * to those of the next step (error feedback: Stich, Cordonnier, Jaggi 2018, "Sparsified SGD with
 * Memory"). The sum over ranks, and over steps but for the last residual, loses nothing.
 *
 * <p>A bucket of n gradients costs {@code 8 k} bytes per rank, {@code k = ceil(fraction n)},
 * instead of {@code 4 n}; all ranks receive those of all. Worth it for fractions below a tenth or
 * so.
 */
public final class TopKCompression implements GradientCompression {
  private final double fraction;
  private final Map<Integer, Slice> residuals = new TreeMap<>();

  /**
   * @param fraction of a bucket's gradients that a rank sends, above 0, at most 1
   */
  public TopKCompression(double fraction) {
    if (!(fraction > 0 && fraction <= 1)) {
      throw ConfigException.value("top-k fraction", fraction, "above 0, at most 1");
    }
    this.fraction = fraction;
  }

  @Override
  public Work allReduceAsync(ProcessGroup group, int bucket, Slice gradients) {
    if (gradients.dtype() != DType.FLOAT32 || gradients.count() == 0) {
      return group.allReduceAsync(gradients, ReduceOp.SUM);
    }
    int count = Math.toIntExact(gradients.count());
    int k = (int) Math.min(count, Math.ceil(fraction * count));
    int size = group.size();
    long bytes = (long) k * (Integer.BYTES + Float.BYTES);
    Storage buffer = Allocator.current().allocate(bytes * size);
    try {
      Slice all = new Slice(buffer, 0, bytes * size, DType.UINT8);
      Slice own = all.part(bytes * group.rank(), bytes);
      pack(residual(bucket, count), gradients, k, own.address());
      Work gathered = group.allGatherAsync(own, all);
      return new Unpacking(
          gathered, buffer, () -> sum(all.address(), size, k, gradients.address(), count));
    } catch (RuntimeException e) {
      buffer.release();
      throw e;
    }
  }

  /** Positions, then values; the rest stays as the residual. */
  private static void pack(Slice residual, Slice gradients, int k, long target) {
    int count = (int) gradients.count();
    float[] values = new float[count];
    float[] fresh = new float[count];
    NativeMemory.read(residual.address(), values, 0, count);
    NativeMemory.read(gradients.address(), fresh, 0, count);
    for (int i = 0; i < count; i++) {
      values[i] += fresh[i];
    }
    int[] positions = LargestEntries.of(values, k);
    float[] chosen = new float[k];
    for (int i = 0; i < k; i++) {
      chosen[i] = values[positions[i]];
      values[positions[i]] = 0;
    }
    NativeMemory.write(positions, 0, target, k);
    NativeMemory.write(chosen, 0, target + (long) Integer.BYTES * k, k);
    NativeMemory.write(values, 0, residual.address(), count);
  }

  /** In the order of the ranks, so that all have the same bits. */
  private static void sum(long packed, int ranks, int k, long target, int count) {
    float[] sum = new float[count];
    int[] positions = new int[k];
    float[] values = new float[k];
    for (int rank = 0; rank < ranks; rank++) {
      long part = packed + (long) rank * k * (Integer.BYTES + Float.BYTES);
      NativeMemory.read(part, positions, 0, k);
      NativeMemory.read(part + (long) Integer.BYTES * k, values, 0, k);
      for (int i = 0; i < k; i++) {
        sum[positions[i]] += values[i];
      }
    }
    NativeMemory.write(sum, 0, target, count);
  }

  private Slice residual(int bucket, int count) {
    Slice residual = residuals.get(bucket);
    if (residual == null) {
      long bytes = (long) Float.BYTES * count;
      residual = new Slice(Allocator.current().allocate(bytes), 0, count, DType.FLOAT32);
      NativeMemory.fill(residual.address(), bytes, (byte) 0);
      residuals.put(bucket, residual);
    }
    if (residual.count() != count) {
      throw ShapeException.mismatch(
          "residual of bucket " + bucket,
          count + " gradients",
          residual.count() + "; the buckets are others than in the step before");
    }
    return residual;
  }

  @Override
  public Map<Integer, Slice> state() {
    return new TreeMap<>(residuals);
  }

  @Override
  public void restore(Map<Integer, Slice> state) {
    state.forEach(
        (bucket, saved) -> {
          Slice residual = residual(bucket, Math.toIntExact(saved.count()));
          NativeMemory.copy(saved.address(), residual.address(), saved.bytes());
        });
  }

  @Override
  public void close() {
    residuals.values().forEach(residual -> residual.storage().release());
    residuals.clear();
  }
}
