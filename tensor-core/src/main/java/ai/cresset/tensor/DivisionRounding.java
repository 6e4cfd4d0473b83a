package ai.cresset.tensor;

/** How a quotient is rounded. */
public enum DivisionRounding {
  /** Towards 0, as integers are divided in Java. */
  TRUNC,
  /** Down, as {@code //} in Python. */
  FLOOR
}
