package ai.cresset.nn.init;

/** Makes rows orthogonal, in double precision on the host. */
final class Orthogonal {
  private Orthogonal() {}

  /**
   * Orthonormal rows that span what {@code matrix} spans, by modified Gram-Schmidt, twice for each
   * row, because once leaves rounding errors of nearly parallel rows. The triangle of the
   * decomposition has a positive diagonal.
   *
   * @param matrix {@code [rows][columns]} with no more rows than columns; changed in place
   */
  static void rows(double[][] matrix) {
    for (int row = 0; row < matrix.length; row++) {
      for (int pass = 0; pass < 2; pass++) {
        for (int before = 0; before < row; before++) {
          subtract(matrix[row], matrix[before]);
        }
      }
      double length = Math.sqrt(dot(matrix[row], matrix[row]));
      for (int i = 0; i < matrix[row].length; i++) {
        matrix[row][i] /= length;
      }
    }
  }

  private static void subtract(double[] row, double[] unit) {
    double along = dot(row, unit);
    for (int i = 0; i < row.length; i++) {
      row[i] -= along * unit[i];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
