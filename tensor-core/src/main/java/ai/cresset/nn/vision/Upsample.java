package ai.cresset.nn.vision;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.InterpolationMode;
import ai.cresset.nn.functional.Vision;
import ai.cresset.tensor.Tensor;
import java.util.Arrays;

/**
 * Images of another size ({@code torch.nn.Upsample}). Input {@code [batch, channels, ...]} with one
 * to three spatial dimensions, two for CUBIC; output the same with other spatial sizes.
 */
public final class Upsample extends Layer {
  private final long[] size;
  private final double[] scaleFactor;
  private final InterpolationMode mode;
  private final boolean alignCorners;

  private Upsample(
      long[] size, double[] scaleFactor, InterpolationMode mode, boolean alignCorners) {
    this.size = size;
    this.scaleFactor = scaleFactor;
    this.mode = mode;
    this.alignCorners = alignCorners;
  }

  /**
   * To a size.
   *
   * @param alignCorners whether the first and last elements keep their places; for LINEAR and CUBIC
   * @param size one size for all spatial dimensions, or one for each
   */
  public static Upsample to(InterpolationMode mode, boolean alignCorners, long... size) {
    return new Upsample(size.clone(), new double[0], mode, alignCorners);
  }

  /**
   * By a factor.
   *
   * @param alignCorners whether the first and last elements keep their places; for LINEAR and CUBIC
   * @param scaleFactor one factor for all spatial dimensions, or one for each
   */
  public static Upsample by(InterpolationMode mode, boolean alignCorners, double... scaleFactor) {
    return new Upsample(new long[0], scaleFactor.clone(), mode, alignCorners);
  }

  @Override
  protected Tensor forward(Tensor input) {
    return size.length > 0
        ? Vision.interpolate(input, mode, alignCorners, size)
        : Vision.interpolateBy(input, mode, alignCorners, scaleFactor);
  }

  @Override
  protected String settings() {
    String how =
        size.length > 0 ? "to " + Arrays.toString(size) : "by " + Arrays.toString(scaleFactor);
    return how + ", " + mode;
  }

  @Override
  public void describe(ModuleDescription description) {
    description
        .integers("size", size)
        .numbers("scaleFactor", scaleFactor)
        .choice("mode", mode)
        .flag("alignCorners", alignCorners);
  }
}
