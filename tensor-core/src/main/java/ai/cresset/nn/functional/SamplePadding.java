package ai.cresset.nn.functional;

/** What {@link Vision#gridSample} finds outside of the image. */
public enum SamplePadding {
  /** Zeros. */
  ZEROS,

  /** The elements at the border. */
  BORDER,

  /** The image mirrored at its border. */
  REFLECTION
}
