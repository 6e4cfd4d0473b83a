package ai.cresset.backend.cuda;

import ai.cresset.backend.View;
import ai.cresset.error.ShapeException;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;

/**
 * Attention without the matrix of scores: on tensor cores for 16-bit types. Gradients are computed
 * by blocks of what they are gradients of, so that they are the same in every run.
 */
final class CudaAttention {
  private static final int THREADS = 256;

  /** What a block's registers hold the sums of. */
  private static final int LARGEST_SIZE = 256;

  private static final int LARGEST_TOGETHER = 128;
  private static final int VALUES = 1;
  private static final int KEYS = 2;

  private final CudaContext context;

  CudaAttention(CudaContext context) {
    this.context = context;
  }

  void attention(
      View query, View key, View value, boolean causal, double scale, View output, View logSumExp) {
    if (query.shape().size(0) * query.shape().size(1) * query.shape().size(2) == 0) {
      return;
    }
    AttentionTile tile = tile(query, value, false);
    context
        .launch("attention.cu", "attention", tile.defines())
        .int64s(
            new AttentionSizes(query, key, value, causal)
                .output(output)
                .logSumExp(logSumExp)
                .argument())
        .float64(scale)
        .view(query)
        .view(key)
        .view(value)
        .view(output)
        .view(logSumExp)
        .run(blocks(query, tile), tile.threads(), tile.sharedBytes());
  }

  void attentionBackward(
      View gradient,
      View query,
      View key,
      View value,
      View output,
      View logSumExp,
      boolean causal,
      double scale,
      View queryGradient,
      View keyGradient,
      View valueGradient) {
    Shape shape = query.shape();
    long heads = shape.size(0) * shape.size(1);
    AttentionTile tile = tile(query, value, true);
    long[] sizes =
        new AttentionSizes(query, key, value, causal)
            .output(output)
            .logSumExp(logSumExp)
            .gradients(gradient, queryGradient, keyGradient, valueGradient)
            .argument();
    try (DeviceTemporaries temporaries = new DeviceTemporaries(context)) {
      int bytes = query.dtype() == DType.FLOAT64 ? Double.BYTES : Float.BYTES;
      long products = temporaries.elements(heads * shape.size(2), bytes);
      context
          .launch("attention_backward.cu", "attention_products", tile.defines())
          .int64s(sizes)
          .int64(shape.size(0))
          .view(output)
          .view(gradient)
          .address(products)
          .runFor(heads * shape.size(2) * 32, THREADS);
      backward("attention_backward_queries", tile.defines(), sizes, scale)
          .view(gradient)
          .view(query)
          .view(key)
          .view(value)
          .view(logSumExp)
          .address(products)
          .view(queryGradient)
          .run(blocks(query, tile), tile.threads(), tile.sharedBytes());
      boolean together = Math.max(tile.head(), tile.value()) <= LARGEST_TOGETHER;
      for (int parts : together ? new int[] {VALUES | KEYS} : new int[] {VALUES, KEYS}) {
        backward("attention_backward_keys", tile.defines("PARTS=" + parts), sizes, scale)
            .view(gradient)
            .view(query)
            .view(key)
            .view(value)
            .view(logSumExp)
            .address(products)
            .view(keyGradient)
            .view(valueGradient)
            .run(blocks(key, tile), tile.threads(), tile.sharedBytes());
      }
    }
  }

  private Launch backward(String function, String[] defines, long[] sizes, double scale) {
    return context.launch("attention_backward.cu", function, defines).int64s(sizes).float64(scale);
  }

  private static AttentionTile tile(View query, View value, boolean backward) {
    long size = query.shape().size(3);
    long valueSize = value.shape().size(3);
    if (Math.max(size, valueSize) > LARGEST_SIZE) {
      throw ShapeException.mismatch(
          "attention", "heads of at most " + LARGEST_SIZE + " elements", query.shape());
    }
    return AttentionTile.of(query.dtype(), (int) size, (int) valueSize, backward);
  }

  private static long blocks(View rows, AttentionTile tile) {
    Shape shape = rows.shape();
    return shape.size(0) * shape.size(1) * ((shape.size(2) + tile.rows() - 1) / tile.rows());
  }
}
