package ai.cresset.backend.cuda;

import ai.cresset.backend.FusedAdam;
import ai.cresset.backend.View;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Adam over many tensors: their addresses travel as arguments, so that one launch serves many of
 * them and nothing has to be copied before.
 */
final class CudaAdam implements FusedAdam {
  private static final int THREADS = 256;

  /** Tensors of one launch: their table is an argument, and arguments have 4096 bytes. */
  private static final int TENSORS = 64;

  private static final int WORDS = 6;
  private static final int LOADS = 4;

  private final CudaContext context;

  CudaAdam(CudaContext context) {
    this.context = context;
  }

  @Override
  public void adam(List<Slice> slices, Numbers numbers, @Nullable View skip) {
    Map<DType, List<Slice>> byType = new EnumMap<>(DType.class);
    for (Slice slice : slices) {
      byType.computeIfAbsent(slice.parameter().dtype(), type -> new ArrayList<>()).add(slice);
    }
    double[] scalars = {
      numbers.gradientScale(),
      numbers.decay(),
      1 - numbers.beta1(),
      numbers.beta2(),
      1 - numbers.beta2(),
      numbers.inverseRootCorrection(),
      numbers.epsilon(),
      numbers.stepSize()
    };
    byType.forEach(
        (dtype, all) ->
            batches(
                dtype,
                all,
                table -> {
                  Launch launch =
                      launch("adam", dtype, numbers.decoupled()).int64s(table.words).optional(skip);
                  for (double scalar : scalars) {
                    if (dtype == DType.FLOAT64) {
                      launch.float64(scalar);
                    } else {
                      launch.float32((float) scalar);
                    }
                  }
                  launch.run(table.blocks, THREADS, 0);
                }));
  }

  @Override
  public void findNotFinite(List<View> gradients, View found) {
    Map<DType, List<Slice>> byType = new EnumMap<>(DType.class);
    for (View gradient : gradients) {
      byType
          .computeIfAbsent(gradient.dtype(), type -> new ArrayList<>())
          .add(new Slice(gradient, gradient, gradient, gradient));
    }
    byType.forEach(
        (dtype, all) ->
            batches(
                dtype,
                all,
                table ->
                    launch("find_not_finite", dtype, false)
                        .int64s(table.words)
                        .view(found)
                        .run(table.blocks, THREADS, 0)));
  }

  private Launch launch(String kernel, DType dtype, boolean decoupled) {
    return context.launch(
        "adam.cu",
        kernel,
        "E=" + CudaType.of(dtype),
        "ACC=" + (dtype == DType.FLOAT64 ? "double" : "float"),
        "WIDTH=" + width(dtype),
        "TENSORS=" + TENSORS,
        "DECOUPLED=" + (decoupled ? 1 : 0));
  }

  private static int width(DType dtype) {
    return 16 / dtype.bytes();
  }

  /** The {@code Slices} of one launch, and its blocks. */
  private static final class Table {
    final long[] words = new long[1 + TENSORS * WORDS];
    long blocks;

    void add(Slice slice, long chunk) {
      int at = 1 + (int) words[0] * WORDS;
      words[0]++;
      words[at] = slice.parameter().address();
      words[at + 1] = slice.gradient().address();
      words[at + 2] = slice.first().address();
      words[at + 3] = slice.second().address();
      words[at + 4] = slice.parameter().numel();
      words[at + 5] = blocks;
      blocks += (slice.parameter().numel() + chunk - 1) / chunk;
    }
  }

  /** What is done with each table. */
  private interface Batch {
    void run(Table table);
  }

  private static void batches(DType dtype, List<Slice> slices, Batch batch) {
    long chunk = (long) THREADS * width(dtype) * LOADS;
    Table table = new Table();
    for (Slice slice : slices) {
      if (slice.parameter().numel() == 0) {
        continue;
      }
      if (table.words[0] == TENSORS) {
        batch.run(table);
        table = new Table();
      }
      table.add(slice, chunk);
    }
    batch.run(table);
  }
}
