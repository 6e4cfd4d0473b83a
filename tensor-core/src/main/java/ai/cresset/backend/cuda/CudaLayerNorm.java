package ai.cresset.backend.cuda;

import ai.cresset.backend.View;
import ai.cresset.memory.Storage;
import ai.cresset.type.DType;
import org.jspecify.annotations.Nullable;

/** Layer normalisation and its gradients. */
final class CudaLayerNorm {
  private static final int THREADS = RowGroup.THREADS;

  /** Columns and lines of a block that adds up weight gradients, as in {@code layer_norm.cu}. */
  private static final int COLUMNS = 32;

  private static final int LINES = 8;
  private static final long MANY_BLOCKS = 1024;

  private final CudaContext context;

  CudaLayerNorm(CudaContext context) {
    this.context = context;
  }

  void layerNorm(
      View input,
      @Nullable View weight,
      @Nullable View bias,
      double epsilon,
      View output,
      View mean,
      View inverseDeviation) {
    long rows = input.shape().size(0);
    long size = input.shape().size(1);
    if (input.numel() == 0) {
      return;
    }
    RowGroup group = RowGroup.over(size, width(input, output, weight, bias));
    Launch launch =
        launch("layer_norm", group.width(), input, output, weight, bias, mean)
            .view(input)
            .optional(weight)
            .optional(bias)
            .view(output)
            .view(mean)
            .view(inverseDeviation)
            .int64(rows)
            .int64(size);
    if (isWide(input)) {
      launch.float64(epsilon);
    } else {
      launch.float32((float) epsilon);
    }
    launch
        .int64(input.strides().stride(0))
        .int64(input.strides().stride(1))
        .int64(step(weight))
        .int64(step(bias))
        .int64(output.strides().stride(0))
        .int64(output.strides().stride(1))
        .int64(step(mean))
        .int64(step(inverseDeviation))
        .int32(group.across())
        .run(group.blocks(rows), THREADS, 0);
  }

  void layerNormBackward(
      View gradient,
      View input,
      @Nullable View weight,
      View mean,
      View inverseDeviation,
      @Nullable View inputGradient,
      @Nullable View weightGradient,
      @Nullable View biasGradient) {
    if (inputGradient != null && input.numel() > 0) {
      inputGradient(gradient, input, weight, mean, inverseDeviation, inputGradient);
    }
    if ((weightGradient != null || biasGradient != null) && input.shape().size(1) > 0) {
      weightGradients(gradient, input, mean, inverseDeviation, weightGradient, biasGradient);
    }
  }

  private void inputGradient(
      View gradient,
      View input,
      @Nullable View weight,
      View mean,
      View inverseDeviation,
      View inputGradient) {
    long rows = input.shape().size(0);
    long size = input.shape().size(1);
    int width = width(input, gradient, weight, null);
    width = RowGroup.dense(inputGradient, 1, width) ? width : 1;
    RowGroup group = RowGroup.over(size, width);
    launch("layer_norm_input", width, input, gradient, weight, null, mean)
        .view(gradient)
        .view(input)
        .optional(weight)
        .view(mean)
        .view(inverseDeviation)
        .view(inputGradient)
        .int64(rows)
        .int64(size)
        .int64(gradient.strides().stride(0))
        .int64(gradient.strides().stride(1))
        .int64(input.strides().stride(0))
        .int64(input.strides().stride(1))
        .int64(step(weight))
        .int64(step(mean))
        .int64(step(inverseDeviation))
        .int64(inputGradient.strides().stride(0))
        .int64(inputGradient.strides().stride(1))
        .int32(group.across())
        .run(group.blocks(rows), THREADS, 0);
  }

  /** In two stages, cut by shapes only: partial sums over some rows each, then their sums. */
  private void weightGradients(
      View gradient,
      View input,
      View mean,
      View inverseDeviation,
      @Nullable View weightGradient,
      @Nullable View biasGradient) {
    long rows = input.shape().size(0);
    long size = input.shape().size(1);
    long blocks = (size + COLUMNS - 1) / COLUMNS;
    long wanted = Math.max(1, Math.min(MANY_BLOCKS / blocks, rows / (LINES * 4)));
    long split = Math.max(1, (rows + wanted - 1) / wanted);
    long splits = Math.max(1, (rows + split - 1) / split);
    DType accumulator = isWide(input) ? DType.FLOAT64 : DType.FLOAT32;
    Storage partial = context.allocate(2 * splits * size * accumulator.bytes());
    try {
      launch("layer_norm_weight", 1, input, gradient, weightGradient, biasGradient, mean)
          .view(gradient)
          .view(input)
          .view(mean)
          .view(inverseDeviation)
          .address(partial.address())
          .int64(rows)
          .int64(size)
          .int64(gradient.strides().stride(0))
          .int64(gradient.strides().stride(1))
          .int64(input.strides().stride(0))
          .int64(input.strides().stride(1))
          .int64(step(mean))
          .int64(step(inverseDeviation))
          .int64(split)
          .run(blocks, splits, 1, THREADS, 0);
      launch("layer_norm_sums", 1, input, gradient, weightGradient, biasGradient, mean)
          .address(partial.address())
          .optional(weightGradient)
          .optional(biasGradient)
          .int64(splits)
          .int64(size)
          .int64(step(weightGradient))
          .int64(step(biasGradient))
          .runFor(size, THREADS);
    } finally {
      partial.release();
    }
  }

  private Launch launch(
      String kernel,
      int width,
      View input,
      View other,
      @Nullable View weight,
      @Nullable View bias,
      View statistics) {
    return context.launch(
        "layer_norm.cu",
        kernel,
        "X=" + CudaType.of(input.dtype()),
        "Y=" + CudaType.of(other.dtype()),
        "W=" + CudaType.of(weight == null ? input.dtype() : weight.dtype()),
        "B=" + CudaType.of(bias == null ? input.dtype() : bias.dtype()),
        "S=" + CudaType.of(statistics.dtype()),
        "ACC=" + (isWide(input) ? "double" : "float"),
        "WIDTH=" + width);
  }

  private static boolean isWide(View input) {
    return input.dtype() == DType.FLOAT64;
  }

  /** Elements of a load that all of these can serve. */
  private static int width(View input, View other, @Nullable View weight, @Nullable View bias) {
    int width = Math.min(RowGroup.widest(input), RowGroup.widest(other));
    boolean dense = RowGroup.dense(input, 1, width) && RowGroup.dense(other, 1, width);
    for (View parameter : new @Nullable View[] {weight, bias}) {
      dense &= parameter == null || RowGroup.dense(parameter, 0, width);
    }
    return dense ? width : 1;
  }

  private static long step(@Nullable View vector) {
    return vector == null ? 0 : vector.strides().stride(0);
  }
}
