package ai.cresset.backend.cuda;

import ai.cresset.backend.View;

/** {@code Attention} of the kernels: sizes and strides. */
final class AttentionSizes {
  private static final int VECTOR = 6;
  private static final int OUTPUT = 16;
  private static final int GRADIENT = 19;
  private static final int LOG_SUM = 22;
  private static final int QUERY_GRADIENT = 25;

  private final long[] argument = new long[34];

  AttentionSizes(View query, View key, View value, boolean causal) {
    argument[0] = query.shape().size(1);
    argument[1] = query.shape().size(2);
    argument[2] = key.shape().size(2);
    argument[3] = query.shape().size(3);
    argument[4] = value.shape().size(3);
    argument[5] = causal ? 1 : 0;
    argument[VECTOR] = isAligned(query) && isAligned(key) && isAligned(value) ? 1 : 0;
    strides(7, query);
    strides(10, key);
    strides(13, value);
  }

  AttentionSizes output(View output) {
    strides(OUTPUT, output);
    return this;
  }

  AttentionSizes logSumExp(View logSumExp) {
    strides(LOG_SUM, logSumExp);
    return this;
  }

  AttentionSizes gradients(
      View gradient, View queryGradient, View keyGradient, View valueGradient) {
    argument[VECTOR] = argument[VECTOR] != 0 && isAligned(gradient) ? 1 : 0;
    strides(GRADIENT, gradient);
    strides(QUERY_GRADIENT, queryGradient);
    strides(QUERY_GRADIENT + 3, keyGradient);
    strides(QUERY_GRADIENT + 6, valueGradient);
    return this;
  }

  long[] argument() {
    return argument;
  }

  private void strides(int at, View view) {
    for (int dim = 0; dim < 3; dim++) {
      argument[at + dim] = view.strides().stride(dim);
    }
  }

  /** Whether every row is whole pieces of 16 aligned bytes. */
  private static boolean isAligned(View view) {
    int width = 16 / view.dtype().bytes();
    boolean aligned = view.address() % 16 == 0 && view.shape().size(3) % width == 0;
    for (int dim = 0; dim < 3; dim++) {
      aligned &= view.shape().size(dim) == 1 || view.strides().stride(dim) % width == 0;
    }
    return aligned;
  }
}
