package ai.cresset.backend.cuda;

import ai.cresset.backend.LoopNest;
import ai.cresset.backend.Program;
import ai.cresset.backend.View;
import ai.cresset.random.Generator;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Element-wise programs: one generated kernel for each program, types of its views, and way to walk
 * over them.
 */
final class CudaPointwise {
  static final int THREADS = 256;

  private static final int RECENT = 1024;
  private static final int MOST_COMPILED = 8192;

  private final CudaContext context;
  private final Map<Program, Compiled> compiled = new ConcurrentHashMap<>();

  /** Programs found by identity, without a walk through their expressions. */
  private final AtomicReferenceArray<@Nullable Compiled> recent =
      new AtomicReferenceArray<>(RECENT);

  CudaPointwise(CudaContext context) {
    this.context = context;
  }

  /** A program's kernels by variant. */
  private record Compiled(Program program, boolean draws, Map<String, Kernel> kernels) {}

  void pointwise(
      Program program, double[] scalars, Generator.Key key, List<View> inputs, List<View> outputs) {
    Compiled code = compiled(program, outputs);
    if (outputs.get(0).numel() == 0) {
      return;
    }
    List<View> views = new ArrayList<>(outputs);
    views.addAll(inputs);
    Elementwise walk = Elementwise.over(views, code.draws());
    StringBuilder variant = new StringBuilder(walk.variant());
    for (View view : views) {
      variant.append(view.dtype().ordinal());
    }
    Kernel kernel =
        code.kernels()
            .computeIfAbsent(
                variant.toString(), missing -> compile(program, walk, views, outputs.size()));
    Launch launch = context.launch(kernel);
    for (View view : views) {
      launch.view(view);
    }
    for (int i = 0; i < program.numScalars(); i++) {
      switch (program.compute()) {
        case FLOAT32 -> launch.float32((float) scalars[i]);
        case FLOAT64 -> launch.float64(scalars[i]);
        default -> launch.int64((long) scalars[i]);
      }
    }
    if (code.draws()) {
      launch.int64(key.seed()).int64(key.offset());
    }
    run(context, launch, walk);
  }

  /** Ends the arguments of an element-wise kernel and starts it. */
  static void run(CudaContext context, Launch launch, Elementwise walk) {
    LoopNest nest = walk.nest();
    if (nest == null) {
      launch.int64(walk.count());
    } else {
      launch.nest(nest, walk.nestViews());
    }
    long blocks = (walk.packs() + THREADS - 1) / THREADS;
    launch.run(Math.min(blocks, 32L * context.multiprocessors()), THREADS, 0);
  }

  @SuppressWarnings(
      "ReferenceEquality") // the slot is found by identity; equality is the map's affair
  private Compiled compiled(Program program, List<View> outputs) {
    int slot = System.identityHashCode(program) & RECENT - 1;
    Compiled last = recent.get(slot);
    if (last != null && last.program() == program) {
      return last;
    }
    if (compiled.size() > MOST_COMPILED) {
      compiled.clear();
    }
    Compiled known =
        compiled.computeIfAbsent(
            program,
            missing ->
                new Compiled(
                    missing,
                    ProgramSource.of(missing, types(outputs)).draws(),
                    new ConcurrentHashMap<>()));
    recent.set(slot, new Compiled(program, known.draws(), known.kernels()));
    return known;
  }

  private static List<DType> types(List<View> views) {
    return views.stream().map(View::dtype).toList();
  }

  private Kernel compile(Program program, Elementwise walk, List<View> views, int outputs) {
    ProgramSource.Body body = ProgramSource.of(program, types(views.subList(0, outputs)));
    List<String> parameters = new ArrayList<>();
    for (int i = 0; i < program.numScalars(); i++) {
      parameters.add(CudaType.of(program.compute()) + " s" + i);
    }
    String before = "";
    if (body.draws()) {
      parameters.add("u64 seed");
      parameters.add("u64 offset");
      before = "RandomBlock block;\nblock.number = offset - 1;";
    }
    List<String> types = views.stream().map(view -> CudaType.of(view.dtype())).toList();
    String source =
        new ElementwiseSource(walk, types, outputs, body.draws())
            .kernel("pointwise", parameters, before, body.text());
    return context.kernels().generated("pointwise", "#include \"functions.cuh\"\n" + source);
  }
}
