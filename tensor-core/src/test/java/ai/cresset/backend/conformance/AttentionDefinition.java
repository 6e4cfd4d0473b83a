package ai.cresset.backend.conformance;

/** Attention and its gradients from their formulas, in float64 over row-major arrays. */
final class AttentionDefinition {
  final double[] output;
  final double[] logSum;
  final double[] queryGradient;
  final double[] keyGradient;
  final double[] valueGradient;

  /**
   * Computes everything.
   *
   * @param s batch, heads, queries, keys, size
   */
  AttentionDefinition(
      long[] s,
      boolean causal,
      double scale,
      double[] q,
      double[] k,
      double[] v,
      double[] gradient) {
    int heads = (int) (s[0] * s[1]);
    int queries = (int) s[2];
    int keys = (int) s[3];
    int size = (int) s[4];
    output = new double[q.length];
    logSum = new double[heads * queries];
    queryGradient = new double[q.length];
    keyGradient = new double[k.length];
    valueGradient = new double[k.length];
    for (int head = 0; head < heads; head++) {
      for (int i = 0; i < queries; i++) {
        int visible = causal ? Math.min(i + 1, keys) : keys;
        int row = (head * queries + i) * size;
        double[] p = new double[visible];
        double sum = 0;
        for (int j = 0; j < visible; j++) {
          p[j] = Math.exp(scale * dot(q, row, k, (head * keys + j) * size, size));
          sum += p[j];
        }
        logSum[head * queries + i] = Math.log(sum);
        for (int j = 0; j < visible; j++) {
          p[j] /= sum;
          add(p[j], v, (head * keys + j) * size, output, row, size);
        }
        double product = dot(output, row, gradient, row, size);
        for (int j = 0; j < visible; j++) {
          int column = (head * keys + j) * size;
          double ds = p[j] * (dot(gradient, row, v, column, size) - product) * scale;
          add(p[j], gradient, row, valueGradient, column, size);
          add(ds, k, column, queryGradient, row, size);
          add(ds, q, row, keyGradient, column, size);
        }
      }
    }
  }

  private static double dot(double[] a, int aAt, double[] b, int bAt, int size) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += a[aAt + i] * b[bAt + i];
    }
    return sum;
  }

  private static void add(double scale, double[] x, int at, double[] sum, int sumAt, int size) {
    for (int i = 0; i < size; i++) {
      sum[sumAt + i] += scale * x[at + i];
    }
  }
}
