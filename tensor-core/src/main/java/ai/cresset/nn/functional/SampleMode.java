package ai.cresset.nn.functional;

/** How {@link Vision#gridSample} finds values between elements. */
public enum SampleMode {
  /** Between the neighbours in each dimension ({@code "bilinear"}). */
  LINEAR,

  /** The nearest element, ties to even ({@code "nearest"}). */
  NEAREST,

  /** Between four elements in each of two dimensions ({@code "bicubic"}). */
  CUBIC
}
