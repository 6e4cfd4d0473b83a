package ai.cresset.parallel.mesh;

import java.util.Locale;

/**
 * What ranks can divide among themselves. The order of the constants is the order of ranks, slowest
 * first: ranks that differ in {@link #TENSOR} alone are neighbours, as they talk most.
 */
public enum MeshAxis {
  /** Layers. */
  PIPELINE,
  /** Samples, with all state on every rank. */
  DATA,
  /** Samples, with state cut into parts (ZeRO). */
  SHARD,
  /** Positions of a sequence. */
  SEQUENCE,
  /** Rows or columns of weights. */
  TENSOR;

  /** The setting that gives its size. */
  public String key() {
    return "parallel." + this;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
