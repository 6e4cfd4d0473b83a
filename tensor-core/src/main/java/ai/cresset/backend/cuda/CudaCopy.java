package ai.cresset.backend.cuda;

import ai.cresset.backend.LoopNest;
import ai.cresset.backend.View;
import ai.cresset.type.DType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Copies between views of one shape, with casts. */
final class CudaCopy {
  /** From this size on a dimension fills tiles well enough. */
  private static final long TILED = 16;

  private final CudaContext context;
  private final Map<String, Kernel> kernels = new ConcurrentHashMap<>();

  CudaCopy(CudaContext context) {
    this.context = context;
  }

  void copy(View source, View target) {
    if (target.numel() == 0) {
      return;
    }
    Elementwise walk = Elementwise.over(List.of(target, source), false);
    LoopNest nest = walk.nest();
    if (nest == null || nest.rank() == 0 || walk.width() > 1 || !transposed(source, target, nest)) {
      elementwise(walk, source, target);
    }
  }

  /** The name under which a kernel knows the elements: those that only move are plain bits. */
  private static String type(DType dtype, DType other) {
    return dtype == other ? Elementwise.bits(dtype) : CudaType.of(dtype);
  }

  private void elementwise(Elementwise walk, View source, View target) {
    String from = type(source.dtype(), target.dtype());
    String to = type(target.dtype(), source.dtype());
    Kernel kernel =
        kernels.computeIfAbsent(
            from + "," + to + "," + walk.variant(), missing -> compile(walk, from, to));
    CudaPointwise.run(context, context.launch(kernel).view(target).view(source), walk);
  }

  private Kernel compile(Elementwise walk, String from, String to) {
    String body = from.equals(to) ? "y0 = x0;" : "y0 = cast<" + to + ">(x0);";
    String source =
        new ElementwiseSource(walk, List.of(to, from), 1, false)
            .kernel("copy", List.of(), "", body);
    return context.kernels().generated("copy", source);
  }

  /** Copies by tiles where source and target are dense along two different loops, if they are. */
  private boolean transposed(View source, View target, LoopNest nest) {
    int across = nest.rank() - 1;
    int down = -1;
    for (int i = 0; i < across; i++) {
      if (nest.loop(i).stride(1) == 1 && nest.loop(i).size() >= TILED) {
        down = i;
      }
    }
    LoopNest.Loop width = nest.loop(across);
    if (down < 0 || width.stride(0) != 1 || width.stride(1) < TILED || width.size() < TILED) {
      return false;
    }
    LoopNest.Loop height = nest.loop(down);
    LoopNest others = nest.without(across).without(down);
    String from = type(source.dtype(), target.dtype());
    String to = type(target.dtype(), source.dtype());
    int tile = source.dtype().bytes() < 4 ? 64 : 32;
    long tiles =
        others.count() * ((width.size() + tile - 1) / tile) * ((height.size() + tile - 1) / tile);
    Launch launch =
        context.launch(
            "transpose.cu",
            "transpose",
            "FROM=" + from,
            "TO=" + to,
            "TILE=" + tile,
            "CONVERT(x)=" + (from.equals(to) ? "(x)" : "cast<" + to + ">(x)"));
    launch.view(source).view(target);
    // View 0 of the kernel's nest is the source.
    launch.nest(swapped(others), 2);
    launch
        .int64(width.size())
        .int64(height.size())
        .int64(width.stride(1))
        .int64(height.stride(0))
        .run(Math.min(tiles, 32L * context.multiprocessors()), CudaPointwise.THREADS, 0);
    return true;
  }

  private static LoopNest swapped(LoopNest nest) {
    LoopNest.Loop[] loops = new LoopNest.Loop[nest.rank()];
    for (int i = 0; i < loops.length; i++) {
      LoopNest.Loop loop = nest.loop(i);
      loops[i] = new LoopNest.Loop(loop.size(), loop.stride(1), loop.stride(0));
    }
    return LoopNest.ordered(List.of(loops));
  }
}
