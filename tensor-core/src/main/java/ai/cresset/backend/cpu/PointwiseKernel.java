package ai.cresset.backend.cpu;

import ai.cresset.backend.Program;
import ai.cresset.backend.View;
import ai.cresset.random.Generator;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Element-wise programs: compiled once, then run block by block. */
final class PointwiseKernel {
  /** The most elements of one task. */
  private static final int LARGEST_CHUNK = 32 * Scratch.BLOCK;

  /** What a task may cost, as {@link CompiledProgram#cost} counts: some ten microseconds. */
  private static final int CHUNK_COST = 96 * Scratch.BLOCK;

  private static final int RECENT = 1024;
  private static final int MOST_COMPILED = 8192;

  private final ThreadTeam team;
  private final FloatKernels kernels;
  private final Map<Program, CompiledProgram> compiled = new ConcurrentHashMap<>();

  /** Programs found by identity, without a walk through their expressions. */
  private final AtomicReferenceArray<@Nullable Recent> recent = new AtomicReferenceArray<>(RECENT);

  private record Recent(Program program, CompiledProgram compiled) {}

  PointwiseKernel(ThreadTeam team, FloatKernels kernels) {
    this.team = team;
    this.kernels = kernels;
  }

  void run(
      Program program, double[] scalars, Generator.Key key, List<View> inputs, List<View> outputs) {
    long elements = outputs.get(0).numel();
    if (elements == 0) {
      return;
    }
    CompiledProgram code = compiled(program);
    int @Nullable [] order = order(code, outputs.get(0));
    BlockView[] in = inputs.stream().map(v -> walked(v, order)).toArray(BlockView[]::new);
    BlockView[] out = outputs.stream().map(v -> walked(v, order)).toArray(BlockView[]::new);
    int each = elements <= Scratch.BLOCK ? Scratch.BLOCK : chunk(code);
    team.run(
        Math.toIntExact((elements + each - 1) / each),
        chunk -> {
          long start = (long) chunk * each;
          long end = Math.min(start + each, elements);
          BlockMachine machine = machine(code, scalars, key);
          int block = code.blockLength();
          machine.begin((int) Math.min(block, end - start));
          for (; start < end; start += block) {
            machine.block(in, out, start, (int) Math.min(block, end - start));
          }
        });
  }

  /** Elements of one task, a multiple of the block: fewer where an element costs more. */
  private static int chunk(CompiledProgram code) {
    int blocks = CHUNK_COST / code.cost() / Scratch.BLOCK;
    return Math.min(LARGEST_CHUNK, Math.max(1, blocks) * Scratch.BLOCK);
  }

  /**
   * The dimensions in the order in which the output lies in memory; null for row-major. Random
   * numbers belong to row-major places, so programs that draw keep that order.
   */
  private static int @Nullable [] order(CompiledProgram code, View output) {
    if (output.isContiguous() || code.draws()) {
      return null;
    }
    return IntStream.range(0, output.shape().rank())
        .boxed()
        .sorted(Comparator.comparingLong((Integer dim) -> output.strides().stride(dim)).reversed())
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static BlockView walked(View view, int @Nullable [] order) {
    if (order == null) {
      return BlockView.of(view);
    }
    long[] sizes = new long[order.length];
    long[] strides = new long[order.length];
    for (int dim = 0; dim < order.length; dim++) {
      sizes[dim] = view.shape().size(order[dim]);
      strides[dim] = view.strides().stride(order[dim]);
    }
    return BlockView.of(
        new View(
            view.storage(), view.offset(), Shape.of(sizes), Strides.of(strides), view.dtype()));
  }

  @SuppressWarnings(
      "ReferenceEquality") // the slot is found by identity; equality is the map's affair
  private CompiledProgram compiled(Program program) {
    int slot = System.identityHashCode(program) & RECENT - 1;
    Recent last = recent.get(slot);
    if (last != null && last.program() == program) {
      return last.compiled();
    }
    if (compiled.size() > MOST_COMPILED) {
      compiled.clear();
    }
    CompiledProgram code = compiled.computeIfAbsent(program, ProgramCompiler::compile);
    recent.set(slot, new Recent(program, code));
    return code;
  }

  private BlockMachine machine(CompiledProgram code, double[] scalars, Generator.Key key) {
    Scratch scratch = Scratch.current();
    return switch (code.compute()) {
      case FLOAT32 -> new FloatMachine(code, scalars, key, scratch, kernels);
      case FLOAT64 -> new DoubleMachine(code, scalars, key, scratch);
      default -> new LongMachine(code, scalars, key, scratch);
    };
  }
}
