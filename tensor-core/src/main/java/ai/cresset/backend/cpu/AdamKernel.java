package ai.cresset.backend.cpu;

import ai.cresset.backend.FusedAdam.Numbers;
import ai.cresset.backend.FusedAdam.Slice;
import ai.cresset.backend.View;
import ai.cresset.memory.NativeMemory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Updates of Adam and AdamW in float32: parameter and moments are read and written once. */
final class AdamKernel {
  /** Elements of one task. */
  private static final long CHUNK = 32L * Scratch.BLOCK;

  private final ThreadTeam team;
  private final FloatKernels kernels;

  AdamKernel(ThreadTeam team, FloatKernels kernels) {
    this.team = team;
    this.kernels = kernels;
  }

  void update(List<Slice> slices, Numbers numbers, @Nullable View skip) {
    if (skip != null && NativeMemory.getFloat(skip.address()) != 0) {
      return;
    }
    float[] values = {
      (float) numbers.gradientScale(),
      (float) numbers.decay(),
      (float) (1 - numbers.beta1()),
      (float) numbers.beta2(),
      (float) (1 - numbers.beta2()),
      (float) numbers.inverseRootCorrection(),
      (float) numbers.epsilon(),
      (float) numbers.stepSize()
    };
    for (Slice slice : slices) {
      update(slice, values, numbers.decoupled());
    }
  }

  private void update(Slice slice, float[] numbers, boolean decoupled) {
    long elements = slice.parameter().numel();
    team.run(
        Math.toIntExact((elements + CHUNK - 1) / CHUNK),
        chunk -> {
          float[][] rows = Scratch.current().floatRegisters(4);
          long end = Math.min(elements, (chunk + 1) * CHUNK);
          for (long at = chunk * CHUNK; at < end; at += Scratch.BLOCK) {
            int count = (int) Math.min(Scratch.BLOCK, end - at);
            NativeMemory.read(address(slice.parameter(), at), rows[0], 0, count);
            NativeMemory.read(address(slice.gradient(), at), rows[1], 0, count);
            NativeMemory.read(address(slice.first(), at), rows[2], 0, count);
            NativeMemory.read(address(slice.second(), at), rows[3], 0, count);
            kernels.adam(rows[0], rows[1], rows[2], rows[3], numbers, decoupled, count);
            NativeMemory.write(rows[0], 0, address(slice.parameter(), at), count);
            NativeMemory.write(rows[2], 0, address(slice.first(), at), count);
            NativeMemory.write(rows[3], 0, address(slice.second(), at), count);
          }
        });
  }

  void findNotFinite(List<View> gradients, View found) {
    Scratch scratch = Scratch.current();
    float[] values = scratch.floatRow(0, Scratch.BLOCK);
    for (View gradient : gradients) {
      BlockView blocks = BlockView.of(gradient);
      for (long at = 0; at < gradient.numel(); at += Scratch.BLOCK) {
        int count = (int) Math.min(Scratch.BLOCK, gradient.numel() - at);
        blocks.read(at, count, values, 0, scratch);
        // A number times 0 is 0, an infinity or NaN is NaN.
        float sum = 0;
        for (int i = 0; i < count; i++) {
          sum += values[i] * 0f;
        }
        if (sum != 0) {
          NativeMemory.putFloat(found.address(), 1);
          return;
        }
      }
    }
  }

  private static long address(View view, long element) {
    return view.address() + element * Float.BYTES;
  }
}
