package ai.cresset.backend.cuda;

import ai.cresset.backend.LoopNest;
import ai.cresset.backend.View;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.List;

/** Softmax, its logarithm, their gradients. */
final class CudaSoftmax {
  private static final int THREADS = RowGroup.THREADS;

  /** Lines up to here are left to one thread each. */
  private static final long SHORT = 4;

  private final CudaContext context;

  CudaSoftmax(CudaContext context) {
    this.context = context;
  }

  void softmax(View input, int dim, boolean logarithm, View output) {
    run("softmax", dim, logarithm, input, output);
  }

  void softmaxBackward(View gradient, View output, int dim, boolean logarithm, View inputGradient) {
    run("backward", dim, logarithm, gradient, output, inputGradient);
  }

  /** Starts a kernel over lines along {@code dim} of some views, the last of which is written. */
  private void run(String kernel, int dim, boolean logarithm, View... views) {
    View result = views[views.length - 1];
    if (result.numel() == 0) {
      return;
    }
    boolean scalar = result.shape().rank() == 0;
    long length = scalar ? 1 : result.shape().size(dim);
    List<LoopNest.Loop> loops = new ArrayList<>();
    for (int i = 0; i < result.shape().rank(); i++) {
      if (i != dim) {
        loops.add(LoopNest.loop(i, views));
      }
    }
    int last = views.length - 1;
    LoopNest lines = LoopNest.sorted(last, loops);
    long step = scalar ? 1 : result.strides().stride(dim);
    boolean neighbours = lines.rank() > 0 && lines.loop(lines.rank() - 1).stride(last) < step;
    boolean columns = (neighbours && lines.count() >= THREADS) || length <= SHORT;
    int width = RowGroup.widest(result);
    for (View view : views) {
      width = RowGroup.dense(view, dim, width) ? width : 1;
    }
    RowGroup group = RowGroup.over(length, columns ? 1 : width);
    DType accumulator = CudaReduction.accumulator(result.dtype(), result.dtype());
    Launch launch =
        context.launch(
            "softmax.cu",
            kernel + (columns ? "_columns" : "_rows"),
            "FROM=" + CudaType.of(result.dtype()),
            "ACC=" + CudaType.of(accumulator),
            "LOGARITHM=" + (logarithm ? 1 : 0),
            "WIDTH=" + group.width());
    for (View view : views) {
      launch.view(view);
    }
    launch.nest(lines, views.length).int64(length);
    for (View view : views) {
      launch.int64(scalar ? 1 : view.strides().stride(dim));
    }
    launch.int32(group.across());
    if (columns) {
      launch.runFor(lines.count(), THREADS);
    } else {
      launch.run(group.blocks(lines.count()), THREADS, 0);
    }
  }
}
