package ai.cresset.nn.functional;

/** How {@link Vision#interpolate} finds values between elements. */
public enum InterpolationMode {
  /** The element before ({@code "nearest"}). */
  NEAREST,

  /** The element whose centre is nearest ({@code "nearest-exact"}). */
  NEAREST_EXACT,

  /** Between two elements in each dimension ({@code "linear"}, {@code "bilinear"}, ...). */
  LINEAR,

  /** Between four elements in each of two dimensions ({@code "bicubic"}). */
  CUBIC,

  /** The average of the elements covered ({@code "area"}). */
  AREA
}
