package ai.cresset.parallel.comm.compression;

import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.comm.ReduceOrder;
import ai.cresset.parallel.comm.Slice;
import ai.cresset.parallel.comm.Work;
import ai.cresset.type.DType;
import ai.cresset.type.HalfPrecision;
import java.util.Map;

/**
 * Gradients travel as {@code bfloat16}: half the bytes ({@code bf16_compress_hook}). They are added
 * in {@code float32}, in the order of the ranks, and rounded twice: each addend, and the sum.
 */
public final class BFloat16Compression implements GradientCompression {
  private static final int BLOCK = 2048;

  private final float[] wide = new float[BLOCK];
  private final short[] narrow = new short[BLOCK];

  @Override
  public Work allReduceAsync(ProcessGroup group, int bucket, Slice gradients) {
    if (gradients.dtype() != DType.FLOAT32) {
      return group.allReduceAsync(gradients, ReduceOp.SUM);
    }
    long count = gradients.count();
    Storage buffer = Allocator.current().allocate(count * DType.BFLOAT16.bytes());
    try {
      round(gradients.address(), buffer.address(), count);
      // In rank order the addends travel as they are, in the ring partial sums would in float32.
      Work sum =
          group.allReduceAsync(
              new Slice(buffer, 0, count, DType.BFLOAT16), ReduceOp.SUM, ReduceOrder.RANK_ORDER);
      return new Unpacking(sum, buffer, () -> widen(buffer.address(), gradients.address(), count));
    } catch (RuntimeException e) {
      buffer.release();
      throw e;
    }
  }

  private void round(long from, long to, long count) {
    for (long done = 0; done < count; done += BLOCK) {
      int block = (int) Math.min(BLOCK, count - done);
      NativeMemory.read(from + Float.BYTES * done, wide, 0, block);
      for (int i = 0; i < block; i++) {
        narrow[i] = HalfPrecision.toBFloat16(wide[i]);
      }
      NativeMemory.write(narrow, 0, to + Short.BYTES * done, block);
    }
  }

  private void widen(long from, long to, long count) {
    for (long done = 0; done < count; done += BLOCK) {
      int block = (int) Math.min(BLOCK, count - done);
      NativeMemory.read(from + Short.BYTES * done, narrow, 0, block);
      for (int i = 0; i < block; i++) {
        wide[i] = HalfPrecision.fromBFloat16(narrow[i]);
      }
      NativeMemory.write(wide, 0, to + Float.BYTES * done, block);
    }
  }

  /** Nothing is left over. */
  @Override
  public Map<Integer, Slice> state() {
    return Map.of();
  }

  @Override
  public void restore(Map<Integer, Slice> state) {
    // There is none.
  }

  @Override
  public void close() {
    // Buffers end with the work that uses them.
  }
}
