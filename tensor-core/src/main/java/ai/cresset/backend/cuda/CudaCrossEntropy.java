package ai.cresset.backend.cuda;

import ai.cresset.backend.View;
import ai.cresset.type.DType;

/** Cross entropy from logits in one pass. */
final class CudaCrossEntropy {
  private static final int THREADS = RowGroup.THREADS;

  /** Loads of a thread in the backward pass. */
  private static final int LOADS = 4;

  private final CudaContext context;

  CudaCrossEntropy(CudaContext context) {
    this.context = context;
  }

  void crossEntropy(View logits, View targets, long ignoreIndex, View losses, View logSumExp) {
    long rows = logits.shape().size(0);
    long classes = logits.shape().size(1);
    int width = RowGroup.widest(logits);
    RowGroup group = RowGroup.over(classes, RowGroup.dense(logits, 1, width) ? width : 1);
    launch("cross_entropy", logits, losses, losses, group.width())
        .view(logits)
        .view(targets)
        .view(losses)
        .view(logSumExp)
        .int64(rows)
        .int64(classes)
        .int64(logits.strides().stride(0))
        .int64(targets.strides().stride(0))
        .int64(losses.strides().stride(0))
        .int64(logSumExp.strides().stride(0))
        .int64(ignoreIndex)
        .int32(group.across())
        .failure("crossEntropy", classes)
        .run(group.blocks(rows), THREADS, 0);
  }

  void crossEntropyBackward(
      View gradient,
      View logits,
      View targets,
      long ignoreIndex,
      View logSumExp,
      View logitsGradient) {
    long rows = logits.shape().size(0);
    long classes = logits.shape().size(1);
    int widest = RowGroup.widest(logits);
    boolean dense = RowGroup.dense(logits, 1, widest) && RowGroup.dense(logitsGradient, 1, widest);
    int width = dense ? widest : 1;
    long piece = (long) THREADS * width * LOADS;
    long pieces = (classes + piece - 1) / piece;
    launch("cross_entropy_backward", logits, logSumExp, gradient, width)
        .view(gradient)
        .view(logits)
        .view(targets)
        .view(logSumExp)
        .view(logitsGradient)
        .int64(rows)
        .int64(classes)
        .int64(pieces)
        .int64(piece)
        .int64(gradient.strides().stride(0))
        .int64(logits.strides().stride(0))
        .int64(targets.strides().stride(0))
        .int64(logSumExp.strides().stride(0))
        .int64(logitsGradient.strides().stride(0))
        .int64(ignoreIndex)
        .run(rows * pieces, THREADS, 0);
  }

  private Launch launch(String kernel, View logits, View statistics, View gradient, int width) {
    return context.launch(
        "cross_entropy.cu",
        kernel,
        "X=" + CudaType.of(logits.dtype()),
        "S=" + CudaType.of(statistics.dtype()),
        "G=" + CudaType.of(gradient.dtype()),
        "ACC=" + (logits.dtype() == DType.FLOAT64 ? "double" : "float"),
        "WIDTH=" + width);
  }
}
