package ai.cresset.jobs.workload.generative;

import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;

/**
 * How far two sets of samples are from being drawn from one distribution: {@code 2 E|x - y| - E|x -
 * x'| - E|y - y'|} with Euclidean distances (Székely and Rizzo 2013, "Energy statistics"). The
 * expectation is 0 if, and only if, the distributions are equal: images that look right but leave
 * kinds out are as much at a distance as those that look wrong. Pairs of a sample with itself do
 * not count, so that the mean over several batches is without bias, and may be a little below 0.
 */
final class EnergyDistance {
  private EnergyDistance() {}

  /**
   * The distance of as many rows from others.
   *
   * @param x {@code [n, size]}, n at least 2
   * @param y {@code [n, size]}
   */
  static double between(Tensor x, Tensor y) {
    Tensor first = x.to(DType.FLOAT64);
    Tensor second = y.to(DType.FLOAT64);
    double pairs = (double) x.size(0) * (x.size(0) - 1);
    return 2 * distances(first, second).mean().item()
        - distances(first, first).sum().item() / pairs
        - distances(second, second).sum().item() / pairs;
  }

  /** By products: pairs of 10,000 elements would take too much memory one by one. */
  private static Tensor distances(Tensor x, Tensor y) {
    Tensor squares =
        lengths(x)
            .unsqueeze(1)
            .add(lengths(y).unsqueeze(0))
            .sub(x.matmul(y.transpose(0, 1)).mul(2));
    return squares.clamp(0, null).sqrt();
  }

  private static Tensor lengths(Tensor x) {
    return x.square().sum(new int[] {1}, false);
  }
}
