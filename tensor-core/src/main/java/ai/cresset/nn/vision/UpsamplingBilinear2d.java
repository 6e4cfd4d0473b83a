package ai.cresset.nn.vision;

import ai.cresset.error.ShapeException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.InterpolationMode;
import ai.cresset.nn.functional.Vision;
import ai.cresset.tensor.Tensor;
import java.util.Arrays;

/**
 * Images of another size by linear interpolation that keeps the corners in place ({@code
 * torch.nn.UpsamplingBilinear2d}). Input {@code [batch, channels, height, width]}, output the same
 * with another height and width.
 */
public final class UpsamplingBilinear2d extends Layer {
  private final long[] size;
  private final double[] scaleFactor;

  private UpsamplingBilinear2d(long[] size, double[] scaleFactor) {
    this.size = size;
    this.scaleFactor = scaleFactor;
  }

  /** To a size: one number for both dimensions, or height and width. */
  public static UpsamplingBilinear2d to(long... size) {
    return new UpsamplingBilinear2d(size.clone(), new double[0]);
  }

  /** By a factor: one for both dimensions, or those of height and width. */
  public static UpsamplingBilinear2d by(double... scaleFactor) {
    return new UpsamplingBilinear2d(new long[0], scaleFactor.clone());
  }

  @Override
  protected Tensor forward(Tensor input) {
    if (input.rank() != 4) {
      throw ShapeException.mismatch(
          "UpsamplingBilinear2d", "[batch, channels, height, width]", input.shape());
    }
    return size.length > 0
        ? Vision.interpolate(input, InterpolationMode.LINEAR, true, size)
        : Vision.interpolateBy(input, InterpolationMode.LINEAR, true, scaleFactor);
  }

  @Override
  protected String settings() {
    return size.length > 0 ? "to " + Arrays.toString(size) : "by " + Arrays.toString(scaleFactor);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.integers("size", size).numbers("scaleFactor", scaleFactor);
  }
}
