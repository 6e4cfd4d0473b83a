package ai.cresset.quant;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The least and the greatest value of each slice, in all batches ({@code
 * PerChannelMinMaxObserver}).
 */
public final class ChannelMinMaxObserver implements Observer {
  private final QuantizedRange range;
  private final QuantizationScheme scheme;
  private final int axis;
  private float @Nullable [] low;
  private float @Nullable [] high;

  /**
   * An observer.
   *
   * @param axis the dimension of the slices, from 0
   */
  public ChannelMinMaxObserver(QuantizedRange range, QuantizationScheme scheme, int axis) {
    if (axis < 0) {
      throw ConfigException.value("observer axis", axis, "a dimension, from 0");
    }
    this.range = range;
    this.scheme = scheme;
    this.axis = axis;
  }

  @Override
  public void observe(Tensor values) {
    Extremes.checkType(values);
    if (values.rank() <= axis) {
      throw ShapeException.mismatch("observe", "a dimension " + axis, values.shape());
    }
    if (values.numel() == 0) {
      return;
    }
    int[] others = IntStream.range(0, values.rank()).filter(dim -> dim != axis).toArray();
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("observe")) {
      boolean alone = others.length == 0;
      float[] least = (alone ? values : values.amin(others, false)).toFloatArray();
      float[] greatest = (alone ? values : values.amax(others, false)).toFloatArray();
      float[] lowest = low;
      float[] highest = high;
      if (lowest == null || highest == null) {
        low = least;
        high = greatest;
        return;
      }
      if (lowest.length != least.length) {
        throw ShapeException.mismatch(
            "observe", lowest.length + " channels in dimension " + axis, values.shape());
      }
      for (int i = 0; i < lowest.length; i++) {
        lowest[i] = Math.min(lowest[i], least[i]);
        highest[i] = Math.max(highest[i], greatest[i]);
      }
    }
  }

  @Override
  public QuantizationParameters parameters() {
    float[] lowest = low;
    float[] highest = high;
    if (lowest == null || highest == null) {
      throw Extremes.nothing();
    }
    return QuantizationParameters.ofChannels(range, scheme, axis, lowest, highest);
  }
}
