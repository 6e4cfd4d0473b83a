package ai.cresset.quant;

/** How a range of values becomes scale and zero point. */
public enum QuantizationScheme {
  /** The whole range is used; any integer may stand for 0. */
  AFFINE,
  /** The range is widened until it is symmetric; the middle integer stands for 0. */
  SYMMETRIC
}
