package ai.cresset.nn.vision;

import ai.cresset.error.ShapeException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.InterpolationMode;
import ai.cresset.nn.functional.Vision;
import ai.cresset.tensor.Tensor;
import java.util.Arrays;

/**
 * Images of another size by the nearest element ({@code torch.nn.UpsamplingNearest2d}). Input
 * {@code [batch, channels, height, width]}, output the same with another height and width.
 */
public final class UpsamplingNearest2d extends Layer {
  private final long[] size;
  private final double[] scaleFactor;

  private UpsamplingNearest2d(long[] size, double[] scaleFactor) {
    this.size = size;
    this.scaleFactor = scaleFactor;
  }

  /** To a size: one number for both dimensions, or height and width. */
  public static UpsamplingNearest2d to(long... size) {
    return new UpsamplingNearest2d(size.clone(), new double[0]);
  }

  /** By a factor: one for both dimensions, or those of height and width. */
  public static UpsamplingNearest2d by(double... scaleFactor) {
    return new UpsamplingNearest2d(new long[0], scaleFactor.clone());
  }

  @Override
  protected Tensor forward(Tensor input) {
    if (input.rank() != 4) {
      throw ShapeException.mismatch(
          "UpsamplingNearest2d", "[batch, channels, height, width]", input.shape());
    }
    return size.length > 0
        ? Vision.interpolate(input, InterpolationMode.NEAREST, false, size)
        : Vision.interpolateBy(input, InterpolationMode.NEAREST, false, scaleFactor);
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
